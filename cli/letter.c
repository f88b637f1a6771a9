/* A letter that contains a temporary password. Plain text, one page each. */
#include "letter.h"

#include <stdbool.h>
#include <stdio.h>

static enum lbr_language choose_language(const struct cli *cli, const struct admin_session *session,
                                         const struct lbr_account *account)
{
	if (account->language != LBR_LANGUAGE_NONE)
		return account->language;
	return session->settings.language != LBR_LANGUAGE_NONE ? session->settings.language : cli->language;
}

bool cli_letter_print(const struct cli *cli, const struct lbr_account *account, const struct temporary *temporary,
                      void *context)
{
	struct letters *letters = context;
	enum lbr_language language = choose_language(cli, letters->session, account);
	bool confirmed = account->token_kind == LBR_TOKEN_CONFIRMED;
	char until[CLI_TIME_MAX], length[24];

	if (letters->count++ > 0)
		fputc('\f', stdout);
	snprintf(length, sizeof(length), "%u", letters->session->settings.min_length);
	cli_write(stdout, language, TEXT_LETTER_HEAD, account->name, letters->session->settings.issuer,
	          temporary->password.bytes, cli_time_local(temporary->until_s, until), NULL);
	cli_write(stdout, language, confirmed ? TEXT_LETTER_CONFIRMED : TEXT_LETTER_PENDING,
	          letters->session->settings.issuer, length, NULL);
	cli_write(stdout, language, TEXT_LETTER_TAIL, NULL);
	return cli_flush();
}
