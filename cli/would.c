#include "would.h"

#include <stdio.h>
#include <unistd.h>

#include "json.h"

#define USER_COLUMN 24

void cli_say_would(const struct cli *cli, const char *name, bool changes)
{
	const char *word = changes ? cli->verb->name : "skip";

	if (cli_has(cli, CLI_JSON)) {
		cli_json_line(json_pack("{s:s, s:s, s:b}", "user", name, "would", word, "changed", 0));
	} else if (isatty(STDOUT_FILENO)) {
		cli_write_padded(stdout, name, USER_COLUMN);
		cli_write(stdout, cli->language, changes ? TEXT_WOULD_CHANGE : TEXT_WOULD_STAY, NULL);
	} else {
		printf("%s\t%s\n", name, word);
	}
}
