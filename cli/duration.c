/* A span of time on the command line, in the configuration's format. */
#include "cli.h"

#include <stdio.h>
#include <string.h>

#include <liberations/grammar.h>

#include "reason.h"

/* "72h" is the shell's way to write "72 h". */
static void part_unit(const char *value, char *ret, size_t size)
{
	size_t digits = strspn(value, "0123456789");
	const char *gap = digits > 0 && value[digits] != '\0' && value[digits] != ' ' ? " " : "";

	snprintf(ret, size, "%.*s%s%s", (int)digits, value, gap, value + digits);
}

enum cli_status cli_duration_read(const struct cli *cli, const char *option, const char *value, unsigned min_s,
                                  unsigned max_s, unsigned *ret_s)
{
	const struct lbr_keyword keyword = { option, LBR_VALUE_DURATION, 0, min_s, max_s, NULL };
	char parted[64], words[CLI_REASON_MAX];
	struct lbr_reason reason;

	part_unit(value, parted, sizeof(parted));
	if (lbr_grammar_read_value(&keyword, parted, ret_s, &reason) == LBR_OK)
		return CLI_DONE;
	lbr_reason_prefix(&reason, cli->verb->name);
	return cli_fail(cli, CLI_USAGE, TEXT_BARE, cli_reason(cli->language, &reason, words), NULL);
}
