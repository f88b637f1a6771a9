#include "option_table.h"

#define FLAG 0
#define VALUE(field) offsetof(struct cli, field)
#define ANY false
#define ROOT true

#define CLI_OPTION(id, word, field, argument, completion, who, help) \
	{ CLI_##id, word, field, TEXT_##argument, CLI_COMPLETE_##completion, who, TEXT_##help },
const struct cli_option_row cli_option_rows[CLI_PLACES] = {
#include "options.def"
};
