/* Error messages: one line on standard error. */
#include "cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <liberations/texts.h>

#include "json.h"
#include "progress.h"
#include "reason.h"

static int output_errno;
static char last[CLI_LAST_MAX];

/* The first failure is kept: stdio forgets the cause, and the next flush may have nothing left to fail with. */
bool cli_flush(void)
{
	if (fflush(stdout) != 0 && output_errno == 0)
		output_errno = errno;
	return output_errno == 0 && ferror(stdout) == 0;
}

int cli_output_errno(void)
{
	return output_errno;
}

/* For the log, which is English. */
static void keep_last(enum cli_text text, va_list words)
{
	FILE *file = fmemopen(last, sizeof(last), "w");

	last[0] = '\0';
	if (file == NULL)
		return;
	cli_write_list(file, LBR_LANGUAGE_EN, 0, text, words);
	(void)fclose(file);
	last[sizeof(last) - 1] = '\0';
}

const char *cli_fail_last(void)
{
	return last;
}

enum cli_status cli_fail(const struct cli *cli, enum cli_status status, enum cli_text text, ...)
{
	int column = (int)strlen("liberations: ");
	va_list words;

	(void)cli_flush();
	cli_progress_clear();
	fputs("liberations: ", stderr);
	if (cli->where != NULL)
		column += fprintf(stderr, "%s: ", cli->where);
	va_start(words, text);
	keep_last(text, words);
	va_end(words);
	va_start(words, text);
	cli_write_list(stderr, cli->language, column > 0 ? (unsigned)column : 0, text, words);
	va_end(words);
	fputc('\n', stderr);
	return status;
}

static enum cli_status status_of(enum lbr_error error)
{
	switch (error) {
	case LBR_OK:
		return CLI_DONE;
	case LBR_ERR_ABSENT:
	case LBR_ERR_EXISTS:
		return CLI_NO;
	default:
		return CLI_FAULT;
	}
}

static enum cli_status say_reason(const struct cli *cli, const char *name, enum lbr_error error, const struct lbr_reason *reason)
{
	struct lbr_reason said = *reason;
	char words[CLI_REASON_MAX];

	if (said.text[0] == '\0')
		lbr_fail_bare(&said, error);
	/* Some reasons already begin with the name. */
	if (name != NULL && (strncmp(said.text, name, strlen(name)) != 0 || said.text[strlen(name)] != ':'))
		return cli_fail(cli, status_of(error), TEXT_NAMED, cli_safe(name),
		                    cli_reason(cli->language, &said, words), NULL);
	return cli_fail(cli, status_of(error), TEXT_BARE, cli_reason(cli->language, &said, words), NULL);
}

enum cli_status cli_fail_reason(const struct cli *cli, const char *name, enum lbr_error error, const struct lbr_reason *reason)
{
	enum cli_status status = say_reason(cli, name, error, reason);

	if (error != LBR_ERR_UNKNOWN || name == NULL)
		return status;
	(void)cli_fail(cli, status, TEXT_PERHAPS_DONE, cli_safe(name), NULL);
	if (cli_has(cli, CLI_JSON))
		cli_json_line(json_pack("{s:s, s:n}", "user", name, "changed"));
	return status;
}

const char *cli_safe(const char *typed)
{
	static char copy[LBR_NAME_MAX * 4];

	snprintf(copy, sizeof(copy), "%s", typed);
	lbr_text_sanitise(copy, false);
	return copy;
}
