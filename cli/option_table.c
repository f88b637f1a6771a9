#include "option_table.h"

#include <string.h>

#define FLAG 0
#define VALUE(field) offsetof(struct cli, field)
#define ANY false
#define ROOT true

#define CLI_OPTION(id, word, field, argument, completion, who, help) \
	{ CLI_##id, word, field, TEXT_##argument, CLI_COMPLETE_##completion, who, TEXT_##help },
const struct cli_option_row cli_option_rows[CLI_PLACES] = {
#include "options.def"
};

const struct cli_option_row *cli_option_find(const char *word, cli_options taken, const char **ret_value)
{
	size_t at;

	if (strcmp(word, "-h") == 0)
		word = "--help";
	for (at = 0; at < CLI_PLACES; at++) {
		const struct cli_option_row *option = &cli_option_rows[at];
		size_t len = strlen(option->word);

		if (!(option->option & taken))
			continue;
		if (strncmp(word, option->word, len) != 0 || (word[len] != '\0' && word[len] != '='))
			continue;
		*ret_value = word[len] == '=' ? word + len + 1 : NULL;
		return option;
	}
	return NULL;
}
