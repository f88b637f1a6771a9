/* The codec of the dialogue: each kind of frame is described once, by a function that writes it or reads it. Fields come in
 * one fixed order, so a doubled, missing, foreign or over-long one is refused without further rules. */
#include <liberations/wire.h>

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <liberations/big_endian.h>

struct coder {
	struct lbr_frame       *out; /* writing, or NULL */
	const struct lbr_frame *in;  /* reading, or NULL */
	size_t                  at;  /* next byte to read */
	uint8_t                 tag; /* of the last field */
	enum lbr_error          error;
};

static void put_bytes(struct coder *coder, const void *bytes, size_t len)
{
	struct lbr_frame *out = coder->out;

	if (len > UINT16_MAX || sizeof(out->bytes) - out->len < len + 3) {
		coder->error = LBR_ERR_RANGE;
		return;
	}
	out->bytes[out->len++] = coder->tag;
	lbr_big_endian_put(out->bytes + out->len, 2, len);
	memcpy(out->bytes + out->len + 2, bytes, len);
	out->len += 2 + len;
}

/* The next field's bytes, if it bears the expected tag and is at most `max` long. */
static const unsigned char *get_bytes(struct coder *coder, size_t max, size_t *ret_len)
{
	const struct lbr_frame *in = coder->in;
	size_t len;

	*ret_len = 0;
	coder->error = LBR_ERR_SYNTAX;
	if (in->len - coder->at < 3 || in->bytes[coder->at] != coder->tag)
		return NULL;
	len = (size_t)lbr_big_endian_get(in->bytes + coder->at + 1, 2);
	if (len > max || in->len - coder->at - 3 < len)
		return NULL;
	coder->at += 3 + len;
	coder->error = LBR_OK;
	*ret_len = len;
	return in->bytes + coder->at - len;
}

static void code_number(struct coder *coder, uint64_t *value, uint64_t max)
{
	unsigned char bytes[8];
	const unsigned char *got;
	size_t len;

	coder->tag++;
	if (coder->error != LBR_OK)
		return;
	if (coder->out != NULL) {
		lbr_big_endian_put(bytes, sizeof(bytes), *value);
		put_bytes(coder, bytes, sizeof(bytes));
		return;
	}
	*value = 0;
	got = get_bytes(coder, sizeof(bytes), &len);
	if (got == NULL)
		return;
	*value = lbr_big_endian_get(got, len);
	if (len != sizeof(bytes) || *value > max) {
		*value = 0;
		coder->error = LBR_ERR_SYNTAX;
	}
}

/* Enumerations and flags cross as numbers from 0 to `max`. */
static int code_choice(struct coder *coder, int value, int max)
{
	uint64_t number = (uint64_t)value;

	code_number(coder, &number, (uint64_t)max);
	return (int)number;
}

static bool code_flag(struct coder *coder, bool value)
{
	return code_choice(coder, value, 1) == 1;
}

static void code_text(struct coder *coder, char *text, size_t size)
{
	const unsigned char *got;
	size_t len;

	coder->tag++;
	if (coder->error != LBR_OK)
		return;
	if (coder->out != NULL) {
		len = strnlen(text, size);
		if (len == size)
			coder->error = LBR_ERR_RANGE;
		else
			put_bytes(coder, text, len);
		return;
	}
	text[0] = '\0';
	got = get_bytes(coder, size - 1, &len);
	if (got == NULL)
		return;
	if (memchr(got, '\0', len) != NULL) {
		coder->error = LBR_ERR_SYNTAX;
		return;
	}
	memcpy(text, got, len);
	text[len] = '\0';
}

static void code_secret(struct coder *coder, struct lbr_secret *secret)
{
	const unsigned char *got;
	size_t len;

	coder->tag++;
	if (coder->error != LBR_OK)
		return;
	if (coder->out != NULL) {
		put_bytes(coder, secret->bytes, secret->len);
		return;
	}
	got = get_bytes(coder, LBR_SECRET_MAX, &len);
	if (got != NULL && lbr_secret_set(secret, got, len) != LBR_OK)
		coder->error = LBR_ERR_SYNTAX;
}

/* --- the frames, field by field ------------------------------------------------------------------------------------------ */

static void code_hello(struct coder *coder, void *message)
{
	struct lbr_hello *hello = message;

	code_number(coder, &hello->version, 255);
	hello->factors = (enum lbr_factors)code_choice(coder, hello->factors, LBR_FACTORS_PASSWORD);
	hello->entry = (enum lbr_entry)code_choice(coder, hello->entry, LBR_ENTRY_COMBINED);
	hello->password_source = (enum lbr_password_source)code_choice(coder, hello->password_source, LBR_PASSWORD_FROM_STACK);
	hello->unknown = (enum lbr_unknown)code_choice(coder, hello->unknown, LBR_UNKNOWN_IGNORE);
	hello->expired = (enum lbr_expired)code_choice(coder, hello->expired, LBR_EXPIRED_AUTH);
	hello->qr = (enum lbr_qr_style)code_choice(coder, hello->qr, LBR_QR_NONE);
	hello->messages = (enum lbr_messages)code_choice(coder, hello->messages, LBR_MESSAGES_ASCII);
	hello->language = (enum lbr_language)code_choice(coder, hello->language, LBR_LANGUAGE_FR);
	hello->enroll = (enum lbr_enroll)code_choice(coder, hello->enroll, LBR_ENROLL_NO);
	hello->publickey = code_flag(coder, hello->publickey);
	code_text(coder, hello->service, sizeof(hello->service));
	code_text(coder, hello->rhost, sizeof(hello->rhost));
	code_text(coder, hello->tty, sizeof(hello->tty));
}

static void code_welcome(struct coder *coder, void *message)
{
	struct lbr_welcome *welcome = message;

	code_number(coder, &welcome->version, 255);
}

static void code_request(struct coder *coder, void *message)
{
	struct lbr_request *request = message;
	int kind = code_choice(coder, request->kind, LBR_REQUEST_REPLACE_TOKEN);

	if (kind < LBR_REQUEST_AUTHENTICATE)
		coder->error = LBR_ERR_SYNTAX;
	request->kind = (enum lbr_request_kind)kind;
	code_number(coder, &request->serial, UINT64_MAX);
	code_text(coder, request->user, sizeof(request->user));
	request->silent = code_flag(coder, request->silent);
	request->prelim = code_flag(coder, request->prelim);
	request->only_expired = code_flag(coder, request->only_expired);
	request->answered = code_flag(coder, request->answered);
	request->one_answer = code_flag(coder, request->one_answer);
	request->unreadable = code_flag(coder, request->unreadable);
	code_secret(coder, &request->password);
	code_secret(coder, &request->code);
}

static void code_say(struct coder *coder, void *message)
{
	struct lbr_say *say = message;

	say->error = code_flag(coder, say->error);
	code_text(coder, say->text, sizeof(say->text));
}

static void code_ask(struct coder *coder, void *message)
{
	struct lbr_ask *ask = message;
	int purpose = code_choice(coder, ask->purpose, LBR_ASK_ACKNOWLEDGE);

	if (purpose < LBR_ASK_OLD_PASSWORD)
		coder->error = LBR_ERR_SYNTAX;
	ask->purpose = (enum lbr_ask_purpose)purpose;
	ask->echo = code_flag(coder, ask->echo);
	code_text(coder, ask->text, sizeof(ask->text));
}

static void code_answer(struct coder *coder, void *message)
{
	struct lbr_answer *answer = message;

	answer->given = code_flag(coder, answer->given);
	code_secret(coder, &answer->text);
}

static void code_reply(struct coder *coder, void *message)
{
	struct lbr_reply *reply = message;
	uint64_t status = (uint64_t)reply->status;

	code_number(coder, &status, LBR_STATUS_ALLOW);
	if (status > LBR_STATUS_NOT_CHANGED && status != LBR_STATUS_ALLOW) {
		status = LBR_STATUS_DENY;
		coder->error = LBR_ERR_SYNTAX;
	}
	reply->status = (enum lbr_status)status;
	code_number(coder, &reply->serial, UINT64_MAX);
	code_number(coder, &reply->password_len, LBR_SECRET_MAX);
	reply->changed = code_flag(coder, reply->changed);
	code_secret(coder, &reply->old_password);
}

/* --- both directions ------------------------------------------------------------------------------------------------------ */

typedef void code_message(struct coder *, void *);

/* Writing only reads `message`; the cast lets one description serve both directions. */
static enum lbr_error put(struct lbr_frame *frame, enum lbr_frame_type type, code_message *code, const void *message)
{
	struct coder coder = {.out = frame, .error = LBR_OK};

	lbr_frame_wipe(frame);
	frame->bytes[0] = (unsigned char)type;
	frame->len = 1;
	code(&coder, (void *)(uintptr_t)message);
	if (coder.error != LBR_OK)
		lbr_frame_wipe(frame);
	return coder.error;
}

static enum lbr_error get(const struct lbr_frame *frame, enum lbr_frame_type type, code_message *code, void *message,
                          size_t size)
{
	struct coder coder = {.in = frame, .at = 1, .error = LBR_OK};

	lbr_wipe(message, size);
	if (lbr_frame_type(frame) != (int)type)
		return LBR_ERR_SYNTAX;
	code(&coder, message);
	if (coder.error == LBR_OK && coder.at != frame->len)
		coder.error = LBR_ERR_SYNTAX;
	if (coder.error != LBR_OK)
		lbr_wipe(message, size);
	return coder.error;
}

#define CODEC(NAME, TYPE, STRUCT)                                                                                           \
	enum lbr_error lbr_wire_put_##NAME(struct lbr_frame *frame, const struct STRUCT *NAME)                              \
	{                                                                                                                   \
		return put(frame, LBR_FRAME_##TYPE, code_##NAME, NAME);                                                     \
	}                                                                                                                   \
	enum lbr_error lbr_wire_get_##NAME(const struct lbr_frame *frame, struct STRUCT *NAME)                              \
	{                                                                                                                   \
		return get(frame, LBR_FRAME_##TYPE, code_##NAME, NAME, sizeof(*NAME));                                      \
	}

CODEC(hello, HELLO, lbr_hello)
CODEC(welcome, WELCOME, lbr_welcome)
CODEC(request, REQUEST, lbr_request)
CODEC(say, SAY, lbr_say)
CODEC(ask, ASK, lbr_ask)
CODEC(answer, ANSWER, lbr_answer)
CODEC(reply, REPLY, lbr_reply)
