/* `complete`: what may come next on a command line, for the shells' completions. The line comes on standard input, each word ending
 * with a NUL: what somebody types by mistake is in no argument and in no log. Nothing is ever said on standard error. */
#include "complete.h"

#include <stdio.h>
#include <string.h>

#include <liberations/secret.h>

#include "offer.h"

#define TYPED_MAX 16384
#define WORDS_MAX 1024

static size_t split(char *bytes, size_t len, const char **words)
{
	size_t count = 0;
	const char *at;

	for (at = bytes; at < bytes + len && count < WORDS_MAX; at += strlen(at) + 1)
		words[count++] = at;
	return count;
}

static bool is_named(const struct line *line, const char *name)
{
	size_t len = 0;
	const char *found = cli_line_name_of_word(line->verb, line->words, &len);

	return found != NULL && len == strlen(name) && strncmp(found, name, len) == 0;
}

static void offer_word(struct cli *cli, const struct line *line)
{
	bool named_elsewhere = (line->given & (CLI_ALL | CLI_CSV)) != 0;
	size_t len;

	if (line->verb->run == cli_store && line->words == 0) {
		cli_offer_store_words(line);
		return;
	}
	/* A verb that takes --system makes accounts of the system's users. */
	if (named_elsewhere || cli_line_name_of_word(line->verb, line->words, &len) == NULL)
		cli_offer_options(line, cli->language);
	else if (is_named(line, "USER") && (line->verb->options & CLI_SYSTEM) != 0)
		cli_offer_kind("users");
	else if (is_named(line, "USER") || is_named(line, "OLD"))
		cli_offer_accounts(cli, line);
	else if (is_named(line, "SERVICE"))
		cli_offer_services(line);
	else if (is_named(line, "FILE"))
		cli_offer_kind("files");
}

static void offer(struct cli *cli, const struct line *line)
{
	switch (line->wants) {
	case LINE_WANTS_VERB:
	case LINE_WANTS_HELP_TOPIC:
		cli_offer_verbs(line, cli->language);
		break;
	case LINE_WANTS_OPTION:
		cli_offer_options(line, cli->language);
		break;
	case LINE_WANTS_VALUE:
		cli_offer_value(cli, line);
		break;
	case LINE_WANTS_WORD:
		offer_word(cli, line);
		break;
	case LINE_WANTS_NOTHING:
		break;
	}
}

enum cli_status cli_complete(struct cli *cli)
{
	static char bytes[TYPED_MAX + 1];
	static const char *words[WORDS_MAX];
	size_t len, count;
	struct line line;

	if (freopen("/dev/null", "w", stderr) == NULL)
		return CLI_FAULT;
	setvbuf(stdin, NULL, _IONBF, 0); /* no second copy of the line */
	len = fread(bytes, 1, TYPED_MAX, stdin);
	count = split(bytes, len, words);
	if (count > 0) {
		cli_line_read(words, count, &line);
		offer(cli, &line);
	}
	lbr_wipe(bytes, sizeof(bytes));
	return CLI_DONE;
}
