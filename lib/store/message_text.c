/* A message of the spool as text. */
#include <liberations/messages.h>

#include <inttypes.h>
#include <string.h>

#include <liberations/formats.h>

#include "record.h"

static const char *const states[] = { "held", "waiting", "trying" };

#define STATES (sizeof(states) / sizeof(states[0]))

static bool is_line(const char *text)
{
	if (text[0] == '\0')
		return false;
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

/* An administrator's message is of no kind that has a name. */
static const char *kind_name(enum lbr_notice_kind kind)
{
	return kind == LBR_NOTICE_KINDS ? "message" : lbr_notice_kind_name(kind);
}

static bool is_notice_sound(const struct lbr_message *message)
{
	bool notice = message->kind < LBR_NOTICE_KINDS, expires = message->kind == LBR_NOTICE_PASSWORD_EXPIRES;

	return (unsigned)message->kind <= LBR_NOTICE_KINDS && message->raised_s >= 0 && message->password_set_s >= 0 &&
	       (notice || (message->raised_s == 0 && message->state != LBR_MESSAGE_HELD)) &&
	       (expires || message->password_set_s == 0) &&
	       (expires ? message->stage >= 1 && message->stage <= LBR_NOTICE_STAGES : message->stage == 0);
}

static bool is_sound(const struct lbr_message *message)
{
	return strnlen(message->name, sizeof(message->name)) < sizeof(message->name) && lbr_name_check(message->name) == LBR_OK &&
	       strnlen(message->text, sizeof(message->text)) < sizeof(message->text) && is_line(message->text) &&
	       message->first_s >= 0 && message->next_s >= 0 && is_notice_sound(message);
}

static void write_body(struct lbr_record_writer *writer, const struct lbr_message *message)
{
	lbr_record_line(writer, "liberations-message", "%u", LBR_MESSAGE_VERSION);
	lbr_record_line(writer, "name", "%s", message->name);
	lbr_record_line(writer, "kind", "%s", kind_name(message->kind));
	lbr_record_line(writer, "raised", "%" PRId64, message->raised_s);
	lbr_record_line(writer, "password-set", "%" PRId64, message->password_set_s);
	lbr_record_line(writer, "stage", "%u", message->stage);
	lbr_record_line(writer, "state", "%s", states[message->state]);
	lbr_record_line(writer, "first", "%" PRId64, message->first_s);
	lbr_record_line(writer, "next", "%" PRId64, message->next_s);
	lbr_record_line(writer, "tries", "%u", message->tries);
	lbr_record_line(writer, "text", "%s", message->text);
}

enum lbr_error lbr_message_encode(const struct lbr_message *message, const struct lbr_keyring *keyring,
                                  char text[LBR_MESSAGE_TEXT_MAX], size_t *ret_len, struct lbr_reason *reason)
{
	struct lbr_record_writer writer = { .text = text, .size = LBR_MESSAGE_TEXT_MAX };
	enum lbr_error error = LBR_ERR_SYNTAX;

	*ret_len = 0;
	if (is_sound(message)) {
		write_body(&writer, message);
		error = lbr_record_close(&writer, "message", message->id, keyring);
	}
	if (error != LBR_OK) {
		memset(text, 0, LBR_MESSAGE_TEXT_MAX);
		return lbr_fail(reason, error, LBR_WHY(MESSAGE_NOT_WRITABLE));
	}
	*ret_len = writer.len;
	return LBR_OK;
}

static void read_body(struct lbr_record_reader *reader, struct lbr_message *message)
{
	const char *kinds[LBR_NOTICE_KINDS + 1];
	int kind;

	for (kind = 0; kind <= LBR_NOTICE_KINDS; kind++)
		kinds[kind] = kind_name((enum lbr_notice_kind)kind);
	lbr_record_text(reader, "name", message->name, sizeof(message->name));
	message->kind = (enum lbr_notice_kind)lbr_record_choice(reader, "kind", kinds, LBR_NOTICE_KINDS + 1);
	message->raised_s = (int64_t)lbr_record_number(reader, "raised", INT64_MAX);
	message->password_set_s = (int64_t)lbr_record_number(reader, "password-set", INT64_MAX);
	message->stage = (unsigned)lbr_record_number(reader, "stage", LBR_NOTICE_STAGES);
	message->state = (enum lbr_message_state)lbr_record_choice(reader, "state", states, STATES);
	message->first_s = (int64_t)lbr_record_number(reader, "first", INT64_MAX);
	message->next_s = (int64_t)lbr_record_number(reader, "next", INT64_MAX);
	message->tries = (unsigned)lbr_record_number(reader, "tries", UINT32_MAX);
	lbr_record_text(reader, "text", message->text, sizeof(message->text));
}

static bool is_only_spelling(const struct lbr_message *message, const char *text, size_t body_len)
{
	char again[LBR_MESSAGE_TEXT_MAX];
	struct lbr_record_writer writer = { .text = again, .size = sizeof(again) };

	write_body(&writer, message);
	return !writer.failed && writer.len == body_len && memcmp(again, text, body_len) == 0;
}

enum lbr_error lbr_message_decode(const char *text, size_t len, const char *id, const struct lbr_keyring *keyring,
                                  struct lbr_message *message, struct lbr_reason *reason)
{
	struct lbr_record_reader reader;
	enum lbr_error error;

	memset(message, 0, sizeof(*message));
	error = lbr_record_open(&reader, text, len, "message", LBR_MESSAGE_VERSION, id, keyring, reason);
	if (error != LBR_OK)
		return error;
	read_body(&reader, message);
	memcpy(message->key_id, reader.key_id, sizeof(message->key_id));
	memcpy(message->id, id, strnlen(id, LBR_MESSAGE_ID_MAX - 1));
	if (!reader.failed && is_sound(message) && is_only_spelling(message, text, (size_t)(reader.end - text)))
		return LBR_OK;
	memset(message, 0, sizeof(*message));
	return lbr_fail(reason, LBR_ERR_DAMAGED, LBR_WHY(BAD_MESSAGE_LINE));
}
