/* A notice as text, as liberations-account(5) describes it. */
#include <liberations/notice.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <liberations/codec.h>
#include <liberations/formats.h>

#include "record.h"

#define NOTHING "-"
/* The marks allowed in a service or a host: none breaks a line or makes a path that a phone would turn into a link. */
#define CLAIM_MARKS "._:-?"

static const char *const kinds[LBR_NOTICE_KINDS] = {
	"recovery-code-used", "password-known", "locked", "password-changed", "token-replaced", "password-expires",
};

const char *lbr_notice_kind_name(enum lbr_notice_kind kind)
{
	return (unsigned)kind < LBR_NOTICE_KINDS ? kinds[kind] : "unknown";
}

static bool is_claim(const char *claim, size_t size)
{
	size_t len = strnlen(claim, size), i;

	if (len == size || strcmp(claim, NOTHING) == 0)
		return false;
	for (i = 0; i < len; i++)
		if ((claim[i] < '0' || claim[i] > '9') && (claim[i] < 'A' || claim[i] > 'Z') &&
		    (claim[i] < 'a' || claim[i] > 'z') && strchr(CLAIM_MARKS, claim[i]) == NULL)
			return false;
	return true;
}

static bool is_sound(const struct lbr_notice *notice)
{
	bool expires = notice->kind == LBR_NOTICE_PASSWORD_EXPIRES;

	return strnlen(notice->name, sizeof(notice->name)) < sizeof(notice->name) &&
	       lbr_name_check(notice->name) == LBR_OK && (unsigned)notice->kind < LBR_NOTICE_KINDS &&
	       notice->raised_s >= 0 && notice->sent_s >= 0 &&
	       is_claim(notice->service, sizeof(notice->service)) && is_claim(notice->rhost, sizeof(notice->rhost)) &&
	       notice->password_set_s >= 0 && (expires || notice->password_set_s == 0) &&
	       (expires ? notice->stage >= 1 && notice->stage <= LBR_NOTICE_STAGES : notice->stage == 0);
}

static const char *or_nothing(const char *text)
{
	return text[0] != '\0' ? text : NOTHING;
}

static void write_body(struct lbr_record_writer *writer, const struct lbr_notice *notice)
{
	lbr_record_line(writer, "liberations-notice", "%u", LBR_NOTICE_VERSION);
	lbr_record_line(writer, "name", "%s", notice->name);
	lbr_record_line(writer, "kind", "%s", kinds[notice->kind]);
	lbr_record_line(writer, "raised", "%" PRId64, notice->raised_s);
	lbr_record_line(writer, "sent", "%" PRId64, notice->sent_s);
	lbr_record_line(writer, "service", "%s", or_nothing(notice->service));
	lbr_record_line(writer, "rhost", "%s", or_nothing(notice->rhost));
	lbr_record_line(writer, "password-set", "%" PRId64, notice->password_set_s);
	lbr_record_line(writer, "stage", "%u", notice->stage);
}

enum lbr_error lbr_notice_encode(const struct lbr_notice *notice, const struct lbr_keyring *keyring,
                                 char text[LBR_NOTICE_TEXT_MAX], size_t *ret_len, struct lbr_reason *reason)
{
	struct lbr_record_writer writer = { .text = text, .size = LBR_NOTICE_TEXT_MAX };
	enum lbr_error error = LBR_ERR_SYNTAX;

	*ret_len = 0;
	if (is_sound(notice)) {
		write_body(&writer, notice);
		error = lbr_record_close(&writer, "notice", notice->name, keyring);
	}
	if (error != LBR_OK) {
		memset(text, 0, LBR_NOTICE_TEXT_MAX);
		return lbr_fail(reason, error, LBR_WHY(NOTICE_NOT_WRITABLE));
	}
	*ret_len = writer.len;
	return LBR_OK;
}

static void read_claim(struct lbr_record_reader *reader, const char *keyword, char *claim, size_t size)
{
	lbr_record_text(reader, keyword, claim, size);
	if (strcmp(claim, NOTHING) == 0)
		memset(claim, 0, size);
}

static void read_body(struct lbr_record_reader *reader, struct lbr_notice *notice)
{
	lbr_record_text(reader, "name", notice->name, sizeof(notice->name));
	notice->kind = (enum lbr_notice_kind)lbr_record_choice(reader, "kind", kinds, LBR_NOTICE_KINDS);
	notice->raised_s = (int64_t)lbr_record_number(reader, "raised", INT64_MAX);
	notice->sent_s = (int64_t)lbr_record_number(reader, "sent", INT64_MAX);
	read_claim(reader, "service", notice->service, sizeof(notice->service));
	read_claim(reader, "rhost", notice->rhost, sizeof(notice->rhost));
	notice->password_set_s = (int64_t)lbr_record_number(reader, "password-set", INT64_MAX);
	notice->stage = (unsigned)lbr_record_number(reader, "stage", LBR_NOTICE_STAGES);
}

/* Written again, it must be the same, byte for byte. */
static bool is_only_spelling(const struct lbr_notice *notice, const char *text, size_t body_len)
{
	char again[LBR_NOTICE_TEXT_MAX];
	struct lbr_record_writer writer = { .text = again, .size = sizeof(again) };

	write_body(&writer, notice);
	return !writer.failed && writer.len == body_len && memcmp(again, text, body_len) == 0;
}

enum lbr_error lbr_notice_decode(const char *text, size_t len, const char *name, enum lbr_notice_kind kind,
                                 const struct lbr_keyring *keyring, struct lbr_notice *notice, struct lbr_reason *reason)
{
	struct lbr_record_reader reader;
	enum lbr_error error;

	memset(notice, 0, sizeof(*notice));
	error = lbr_record_open(&reader, text, len, "notice", LBR_NOTICE_VERSION, name, keyring, reason);
	if (error != LBR_OK)
		return error;
	read_body(&reader, notice);
	memcpy(notice->key_id, reader.key_id, sizeof(notice->key_id));
	if (!reader.failed && is_sound(notice) && is_only_spelling(notice, text, (size_t)(reader.end - text)) &&
	    strcmp(notice->name, name) == 0 && notice->kind == kind)
		return LBR_OK;
	memset(notice, 0, sizeof(*notice));
	return lbr_fail(reason, LBR_ERR_DAMAGED, LBR_WHY(BAD_NOTICE_LINE));
}
