#include "report.h"

#include <stdio.h>

#include "json.h"

#define REPORT_AT_MAX 256

static enum cli_text text_of(enum import_reason reason)
{
	static const enum cli_text texts[IMPORT_REASONS] = {
#define IMPORT_REASON(name, word) TEXT_IMPORT_##name,
#include "reasons.def"
#undef IMPORT_REASON
	};

	return texts[reason];
}

static const char *piece_of(enum import_piece piece)
{
	return piece == IMPORT_TOKEN ? "token" : piece == IMPORT_PASSWORD ? "password" : "history";
}

static const char *outcome_of(const struct cli *cli, const struct import_result *result)
{
	if (result->reason != IMPORT_USABLE)
		return "skipped";
	if (!result->changed)
		return "already";
	return cli_has(cli, CLI_DRY_RUN) ? "would" : "taken";
}

static json_t *words_of(uint64_t notes)
{
	json_t *list = json_array();
	unsigned at;

	for (at = 0; at < IMPORT_REASONS; at++)
		if ((notes & IMPORT_BIT(at)) != 0)
			(void)json_array_append_new(list, json_string(cli_import_word(at)));
	return list;
}

static void report_json(const struct cli *cli, const char *path, const struct import_found *found,
                        const struct import_result *result, uint64_t notes)
{
	json_t *name = found->name[0] != '\0' ? json_string(found->name) : json_null();
	json_t *why = result->reason != IMPORT_USABLE ? json_string(cli_import_word(result->reason)) : json_null();

	cli_json_line(json_pack("{s:s, s:i, s:i, s:o, s:s, s:s, s:b, s:o, s:o}", "file", cli_safe(path), "line", (int)found->line,
	                        "entry", (int)found->entry, "user", name, "piece", piece_of(found->piece), "result",
	                        outcome_of(cli, result), "recovery_codes", result->codes, "reason", why, "notes",
	                        words_of(notes)));
}

static void say_notes(const struct cli *cli, uint64_t notes)
{
	unsigned at;

	for (at = 0; at < IMPORT_REASONS; at++)
		if ((notes & IMPORT_BIT(at)) != 0)
			cli_write(stdout, cli->language, TEXT_IMPORT_NOTE, cli_text(text_of(at), cli->language), NULL);
}

static void say(const struct cli *cli, const char *where, const struct import_found *found, const struct import_result *result)
{
	enum lbr_language language = cli->language;
	enum cli_text piece = found->piece == IMPORT_TOKEN ? TEXT_IMPORT_A_TOKEN :
	                      found->piece == IMPORT_PASSWORD ? TEXT_IMPORT_A_PASSWORD : TEXT_IMPORT_A_HISTORY;
	char what[96];

	snprintf(what, sizeof(what), "%s%s%s", cli_text(piece, language), result->codes ? ", " : "",
	         result->codes ? cli_text(TEXT_IMPORT_CODES, language) : "");
	if (result->reason != IMPORT_USABLE && found->name[0] == '\0')
		cli_write(stdout, language, TEXT_IMPORT_SKIPPED_LINE, where, cli_text(text_of(result->reason), language), NULL);
	else if (result->reason != IMPORT_USABLE)
		cli_write(stdout, language, TEXT_IMPORT_SKIPPED, where, found->name,
		          cli_text(text_of(result->reason), language), NULL);
	else if (!result->changed)
		cli_write(stdout, language, TEXT_IMPORT_ALREADY, where, found->name, NULL);
	else
		cli_write(stdout, language, cli_has(cli, CLI_DRY_RUN) ? TEXT_IMPORT_WOULD : TEXT_IMPORT_TAKEN, where, found->name,
		          what, NULL);
}

static void say_where(const struct cli *cli, const char *path, const struct import_found *found, char ret[REPORT_AT_MAX])
{
	size_t len = (size_t)snprintf(ret, REPORT_AT_MAX, "%.160s", cli_safe(path));

	if (found->line > 0)
		len += (size_t)snprintf(ret + len, REPORT_AT_MAX - len, ": %s %u", cli_text(TEXT_LINE, cli->language),
		                        found->line);
	if (found->entry > 0)
		(void)snprintf(ret + len, REPORT_AT_MAX - len, ": %s %u", cli_text(TEXT_IMPORT_ENTRY, cli->language),
		               found->entry);
}

void cli_import_report(const struct cli *cli, const char *path, const struct import_found *found,
                       const struct import_result *result, struct import_sum *sum)
{
	uint64_t notes = result->reason == IMPORT_USABLE ? found->notes | result->notes : 0;
	char where[REPORT_AT_MAX];

	if (result->reason != IMPORT_USABLE)
		sum->skipped++;
	else if (result->changed)
		sum->taken++;
	else
		sum->already++;
	if (cli_has(cli, CLI_JSON)) {
		report_json(cli, path, found, result, notes);
		return;
	}
	say_where(cli, path, found, where);
	say(cli, where, found, result);
	say_notes(cli, notes);
}

void cli_import_report_sum(const struct cli *cli, const struct import_sum *sum)
{
	char taken[16], already[16], skipped[16];

	snprintf(taken, sizeof(taken), "%u", sum->taken);
	snprintf(already, sizeof(already), "%u", sum->already);
	snprintf(skipped, sizeof(skipped), "%u", sum->skipped);
	if (cli_has(cli, CLI_JSON)) {
		cli_json_line(json_pack("{s:i, s:i, s:i, s:b}", "taken", (int)sum->taken, "already", (int)sum->already, "skipped",
		                        (int)sum->skipped, "dry_run", cli_has(cli, CLI_DRY_RUN)));
		return;
	}
	cli_write(stdout, cli->language, TEXT_IMPORT_SUM, taken, already, skipped, NULL);
	if (cli_has(cli, CLI_DRY_RUN))
		cli_write(stdout, cli->language, TEXT_IMPORT_DRY, NULL);
}
