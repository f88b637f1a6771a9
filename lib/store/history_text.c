/* The history as text and back; written and compared like an account. */
#include <liberations/history.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <liberations/codec.h>
#include <liberations/formats.h>

#include "record.h"

#define LINE_MAX_LEN (20 + 1 + LBR_HASH_MAX)

static bool is_sound(const struct lbr_history *history)
{
	unsigned i;

	if (history->count > LBR_HISTORY_MAX)
		return false;
	for (i = 0; i < history->count; i++) {
		const struct lbr_history_entry *entry = &history->entries[i];

		if (entry->set_s < 0 || strnlen(entry->hash, LBR_HASH_MAX) == LBR_HASH_MAX ||
		    !lbr_record_is_hash(entry->hash))
			return false;
	}
	return true;
}

static void write_body(struct lbr_record_writer *writer, const struct lbr_history *history)
{
	unsigned i;

	lbr_record_line(writer, "liberations-history", "%u", LBR_HISTORY_VERSION);
	for (i = 0; i < history->count; i++)
		lbr_record_line(writer, "password", "%" PRId64 " %s", history->entries[i].set_s, history->entries[i].hash);
}

enum lbr_error lbr_history_encode(const struct lbr_history *history, const char *name, const struct lbr_keyring *keyring,
                                  char text[LBR_HISTORY_TEXT_MAX], size_t *ret_len, struct lbr_reason *reason)
{
	struct lbr_record_writer writer = { .text = text, .size = LBR_HISTORY_TEXT_MAX };
	enum lbr_error error = LBR_ERR_SYNTAX;

	*ret_len = 0;
	if (is_sound(history)) {
		write_body(&writer, history);
		error = lbr_record_close(&writer, "history", name, keyring);
	}
	if (error != LBR_OK) {
		lbr_wipe(text, LBR_HISTORY_TEXT_MAX);
		return lbr_fail(reason, error, LBR_WHY(HISTORY_NOT_WRITABLE));
	}
	*ret_len = writer.len;
	return LBR_OK;
}

static void read_entry(struct lbr_record_reader *reader, struct lbr_history *history)
{
	struct lbr_history_entry *entry = &history->entries[history->count];
	char line[LINE_MAX_LEN], *space;
	uint64_t set_s = 0;

	lbr_record_text(reader, "password", line, sizeof(line));
	space = strchr(line, ' ');
	if (reader->failed || space == NULL || strlen(space + 1) >= sizeof(entry->hash)) {
		reader->failed = true;
	} else {
		*space = '\0';
		reader->failed = !lbr_record_to_number(line, INT64_MAX, &set_s);
		entry->set_s = (int64_t)set_s;
		memcpy(entry->hash, space + 1, strlen(space + 1));
		history->count++;
	}
	lbr_wipe(line, sizeof(line));
}

static bool is_only_spelling(const struct lbr_history *history, const char *text, size_t body_len)
{
	char again[LBR_HISTORY_TEXT_MAX];
	struct lbr_record_writer writer = { .text = again, .size = sizeof(again) };
	bool same;

	write_body(&writer, history);
	same = !writer.failed && writer.len == body_len && memcmp(again, text, body_len) == 0;
	lbr_wipe(again, sizeof(again));
	return same;
}

enum lbr_error lbr_history_decode(const char *text, size_t len, const char *name, const struct lbr_keyring *keyring,
                                  struct lbr_history *history, struct lbr_reason *reason)
{
	struct lbr_record_reader reader;
	enum lbr_error error;

	lbr_history_wipe(history);
	error = lbr_record_open(&reader, text, len, "history", LBR_HISTORY_VERSION, name, keyring, reason);
	if (error != LBR_OK)
		return error;
	while (!reader.failed && reader.at < reader.end && history->count < LBR_HISTORY_MAX)
		read_entry(&reader, history);
	if (!reader.failed && is_sound(history) && is_only_spelling(history, text, (size_t)(reader.end - text)))
		return LBR_OK;
	lbr_history_wipe(history);
	return lbr_fail(reason, LBR_ERR_DAMAGED, LBR_WHY(BAD_LINE));
}
