/* A letter that contains a temporary password. Plain text, one page each. */
#include "letter.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static void print_head(const struct letters *letters, enum lbr_language language, const char *name)
{
	const struct lbr_settings *settings = &letters->session->settings;
	const char *where = settings->where[0] != '\0' ? settings->where : letters->address;
	const char *full_name = letters->person != NULL ? letters->person->full_name : "";

	cli_write_page(stdout, language, TEXT_BARE,
	               settings->organisation[0] != '\0' ? settings->organisation : settings->issuer, NULL);
	fputs("\n\n\n", stdout);
	if (full_name[0] != '\0' && strcmp(full_name, name) != 0) {
		cli_write_page(stdout, language, TEXT_BARE, full_name, NULL);
		fputs("\n\n", stdout);
	}
	cli_write_page(stdout, language, TEXT_LETTER_READY, NULL);
	if (where[0] != '\0')
		cli_write_page(stdout, language, TEXT_LETTER_WHERE, where, NULL);
}

bool cli_letter_print(const struct cli *cli, const struct lbr_account *account, const struct temporary *temporary,
                      void *context)
{
	struct letters *letters = context;
	enum lbr_language language = cli_language_of_person(cli, &letters->session->settings, account);
	bool confirmed = account->token_kind == LBR_TOKEN_CONFIRMED;
	char until[CLI_TIME_MAX], length[24];

	if (letters->count++ > 0)
		fputc('\f', stdout);
	print_head(letters, language, account->name);
	snprintf(length, sizeof(length), "%u", letters->session->settings.min_length);
	cli_write_page(stdout, language, TEXT_LETTER_HEAD, account->name, temporary->password.bytes,
	          cli_time_local(temporary->until_s, until), NULL);
	cli_write_page(stdout, language, confirmed ? TEXT_LETTER_CONFIRMED : TEXT_LETTER_PENDING,
	          letters->session->settings.issuer, length, NULL);
	cli_write_page(stdout, language, TEXT_LETTER_TAIL, NULL);
	if (letters->session->settings.help[0] != '\0')
		cli_write_page(stdout, language, TEXT_LETTER_HELP, letters->session->settings.help, NULL);
	return cli_flush();
}
