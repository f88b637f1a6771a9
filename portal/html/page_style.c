/* Our style sheet: style.css as it is, which the assembler includes. */
#include "page.h"

extern const char lbr_style_begin[], lbr_style_end[];

__asm__(".pushsection .rodata.lbr_style,\"a\",%progbits\n"
        ".hidden lbr_style_begin\n.global lbr_style_begin\n"
        "lbr_style_begin:\n\t.incbin \"portal/html/style.css\"\n\t.byte 0\n"
        ".hidden lbr_style_end\n.global lbr_style_end\n"
        "lbr_style_end:\n"
        ".popsection\n");

const char *lbr_page_style(size_t *ret_len)
{
	*ret_len = (size_t)(lbr_style_end - lbr_style_begin) - 1;
	return lbr_style_begin;
}
