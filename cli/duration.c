/* A span of time on the command line, in the configuration's format. */
#include "cli.h"

#include <stdio.h>
#include <string.h>

#include <liberations/grammar.h>

#include "reason.h"

/* lib/ returns the context without const. */
struct fault_teller {
	const struct cli *cli;
};

static void say_fault(void *context, const struct lbr_reason *reason)
{
	const struct fault_teller *teller = context;
	char words[CLI_REASON_MAX];

	cli_fail(teller->cli, CLI_USAGE, TEXT_BARE, cli_reason(teller->cli->language, reason, words), NULL);
}

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
	const struct lbr_keyword table[] = {
		{ option, LBR_VALUE_DURATION, 0, min_s, max_s, NULL },
		{ NULL, LBR_VALUE_FLAG, 0, 0, 0, NULL },
	};
	struct fault_teller teller = { cli };
	char parted[64], word[96];
	const char *const words[] = { word };

	part_unit(value, parted, sizeof(parted));
	snprintf(word, sizeof(word), "%s=%s", option, parted);
	if (lbr_grammar_read_words(cli->verb->name, 1, words, table, ret_s, say_fault, &teller) != LBR_OK)
		return CLI_USAGE;
	return CLI_DONE;
}
