#include "offer.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "found.h"
#include "list.h"
#include "states.h"
#include "store_words.h"

void cli_offer(const struct line *line, const char *word, const char *help)
{
	if (strncmp(word, line->typed, strlen(line->typed)) != 0)
		return;
	printf("%.*s%s%s%s\n", (int)line->before_len, line->before, word, help != NULL ? "\t" : "", help != NULL ? help : "");
}

void cli_offer_kind(const char *kind)
{
	printf(":%s\n", kind);
}

void cli_offer_verbs(const struct line *line, enum lbr_language language)
{
	const struct verb *verb;

	for (verb = cli_verbs; verb->name != NULL; verb++)
		cli_offer(line, verb->name, cli_text(verb->help, language));
	if (line->wants == LINE_WANTS_HELP_TOPIC)
		return;
	cli_offer(line, "help", cli_text(TEXT_HELP_HELP, language));
	if (line->typed[0] == '-') {
		cli_offer(line, "--help", cli_text(TEXT_HELP_HELP, language));
		cli_offer(line, "--version", cli_text(TEXT_HELP_VERSION, language));
	}
}

/* An option is given once. */
void cli_offer_options(const struct line *line, enum lbr_language language)
{
	cli_options open = (line->verb->options | CLI_HELP) & ~line->given;
	size_t at;

	for (at = 0; at < CLI_PLACES; at++)
		if (cli_option_rows[at].option & open)
			cli_offer(line, cli_option_rows[at].word, cli_text(cli_option_rows[at].help, language));
}

static void offer_all(const struct line *line, const char *const *words)
{
	for (; *words != NULL; words++)
		cli_offer(line, *words, NULL);
}

static bool is_one_of(const char *word, size_t len, const char *(*word_at)(size_t at))
{
	size_t at;

	for (at = 0; word_at(at) != NULL; at++)
		if (strlen(word_at(at)) == len && strncmp(word_at(at), word, len) == 0)
			return true;
	return false;
}

/* The last of several words that commas join; those before it are repeated, so they must be known. */
static void offer_listed(const struct line *line, const char *(*word_at)(size_t at))
{
	size_t at, part, len = 0;
	char word[256];

	for (; line->typed[len + strcspn(line->typed + len, ",")] == ','; len += part + 1) {
		part = strcspn(line->typed + len, ",");
		if (!is_one_of(line->typed + len, part, word_at))
			return;
	}
	for (at = 0; word_at(at) != NULL; at++)
		if (snprintf(word, sizeof(word), "%.*s%s", (int)len, line->typed, word_at(at)) < (int)sizeof(word))
			cli_offer(line, word, NULL);
}

static void offer_each(const struct line *line, const char *(*word_at)(size_t at))
{
	size_t at;

	for (at = 0; word_at(at) != NULL; at++)
		cli_offer(line, word_at(at), NULL);
}

void cli_offer_value(struct cli *cli, const struct line *line)
{
	static const char *const times[] = { "12h", "1d", "3d", "7d", "14d", "21d", NULL };
	static const char *const stores[] = { "postgres", "file", NULL };

	switch (line->option->completion) {
	case CLI_COMPLETE_FILES:
		cli_offer_kind("files");
		break;
	case CLI_COMPLETE_DIRECTORIES:
		cli_offer_kind("directories");
		break;
	case CLI_COMPLETE_UNIX_USERS:
		cli_offer_kind("users");
		break;
	case CLI_COMPLETE_TIMES:
		offer_all(line, times);
		break;
	case CLI_COMPLETE_SORT_KEYS:
		offer_each(line, cli_list_sort_key);
		break;
	case CLI_COMPLETE_IMPORT_KINDS:
		offer_each(line, cli_import_kind_name);
		break;
	case CLI_COMPLETE_STATES:
		offer_listed(line, cli_state_word);
		break;
	case CLI_COMPLETE_COLUMNS:
		offer_listed(line, cli_list_column_word);
		break;
	case CLI_COMPLETE_KEY_IDS:
		cli_offer_key_ids(cli, line);
		break;
	case CLI_COMPLETE_STORES:
		offer_all(line, stores);
		break;
	case CLI_COMPLETE_NOTHING:
		break;
	}
}

void cli_offer_store_words(const struct line *line)
{
	const struct store_word *word;

	for (word = cli_store_words; word->name != NULL; word++)
		cli_offer(line, word->name, NULL);
}

void cli_offer_services(const struct line *line)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	DIR *directory = opendir("/etc/pam.d");
	const struct dirent *entry;

	if (directory == NULL)
		return;
	while ((entry = readdir(directory)) != NULL)
		if (entry->d_name[0] != '.' && entry->d_name[strspn(entry->d_name, plain)] == '\0')
			cli_offer(line, entry->d_name, NULL);
	closedir(directory);
}
