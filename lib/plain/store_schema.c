/* lbr_v1.sql as it is, which the assembler includes. */
#include <liberations/store_schema.h>

extern const char lbr_schema_begin[];

__asm__(".pushsection .rodata.lbr_schema,\"a\",%progbits\n"
        ".hidden lbr_schema_begin\n.global lbr_schema_begin\n"
        "lbr_schema_begin:\n\t.incbin \"packaging/store/lbr_v1.sql\"\n\t.byte 0\n"
        ".popsection\n");

const char *lbr_store_schema(void)
{
	return lbr_schema_begin;
}
