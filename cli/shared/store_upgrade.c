/* `store upgrade`. */
#include "store_words.h"

enum cli_status cli_store_upgrade(struct cli *cli)
{
	return cli_fail(cli, CLI_FAULT, TEXT_STORE_NOT_YET, cli->words[0], NULL);
}
