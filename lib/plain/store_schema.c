/* lbr_v1.sql as it is, which the assembler includes. */
#include <liberations/store_schema.h>

#include <string.h>

extern const char lbr_schema_begin[];

__asm__(".pushsection .rodata.lbr_schema,\"a\",%progbits\n"
        ".hidden lbr_schema_begin\n.global lbr_schema_begin\n"
        "lbr_schema_begin:\n\t.incbin \"packaging/store/lbr_v1.sql\"\n\t.byte 0\n"
        ".popsection\n");

const char *lbr_store_schema(void)
{
	return lbr_schema_begin;
}

bool lbr_is_confirmed(const char *synchronous_commit, const char *synchronous_standby_names)
{
	return (strcmp(synchronous_commit, "on") == 0 || strcmp(synchronous_commit, "remote_apply") == 0) &&
	       synchronous_standby_names[0] != '\0';
}
