/* What a person sent. */
#include "form.h"

#include <string.h>

#include "base64url.h"
#include "percent.h"

struct form_reading {
	struct lbr_form *form;
	const char      *value; /* encoded */
	size_t           len;
};

/* Too much in a box is a person's mistake and refused like any wrong answer; what cannot be decoded is no browser's. */
static enum lbr_error read_secret(struct form_reading *reading, struct lbr_secret *secret, size_t max)
{
	size_t len;
	enum lbr_error error = lbr_percent_decode(reading->value, reading->len, secret->bytes, max + 1, &len);

	secret->len = len;
	if (error != LBR_ERR_RANGE)
		return error;
	reading->form->unreadable = true;
	return LBR_OK;
}

static enum lbr_error read_user(struct form_reading *reading)
{
	size_t len;
	enum lbr_error error = lbr_percent_decode(reading->value, reading->len, reading->form->user, LBR_FORM_USER_MAX + 1, &len);

	if (error != LBR_ERR_RANGE)
		return error;
	reading->form->unreadable = true;
	return LBR_OK;
}

static enum lbr_error read_number(struct form_reading *reading)
{
	size_t len;
	enum lbr_error error = lbr_percent_decode(reading->value, reading->len, reading->form->number,
	                                          sizeof(reading->form->number), &len);

	return error == LBR_OK && len > 0 ? LBR_OK : LBR_ERR_SYNTAX;
}

/* A path that is not sound is replaced, not refused: an application may have odd ones. */
static enum lbr_error read_back(struct form_reading *reading)
{
	char path[LBR_RETURN_MAX + 2];
	size_t len;
	enum lbr_error error = lbr_percent_decode(reading->value, reading->len, path, sizeof(path), &len);

	if (error == LBR_ERR_SYNTAX)
		return error;
	if (error == LBR_OK && lbr_return_path_is_sound(path))
		memcpy(reading->form->back, path, len + 1);
	else
		memcpy(reading->form->back, "/", 2);
	return LBR_OK;
}

static enum lbr_error read_destination(struct form_reading *reading)
{
	if (reading->len != LBR_DESTINATION_LEN || !lbr_is_base64url(reading->value, reading->len))
		return LBR_ERR_SYNTAX;
	memcpy(reading->form->destination, reading->value, reading->len);
	return LBR_OK;
}

static enum lbr_error read_word(struct form_reading *reading, const char *word, bool *ret)
{
	*ret = reading->len == strlen(word) && memcmp(reading->value, word, reading->len) == 0;
	return *ret ? LBR_OK : LBR_ERR_SYNTAX;
}

static enum lbr_error read_box(struct form_reading *reading, enum lbr_form_box box)
{
	struct lbr_form *form = reading->form;

	switch (box) {
	case LBR_FORM_USER: return read_user(reading);
	case LBR_FORM_PASSWORD: return read_secret(reading, &form->password, LBR_FORM_PASSWORD_MAX);
	case LBR_FORM_TOKEN: return read_secret(reading, &form->token, LBR_FORM_TOKEN_MAX);
	case LBR_FORM_OLD: return read_secret(reading, &form->old, LBR_FORM_PASSWORD_MAX);
	case LBR_FORM_NEW: return read_secret(reading, &form->new, LBR_FORM_PASSWORD_MAX);
	case LBR_FORM_AGAIN: return read_secret(reading, &form->again, LBR_FORM_PASSWORD_MAX);
	case LBR_FORM_NUMBER: return read_number(reading);
	case LBR_FORM_BACK: return read_back(reading);
	case LBR_FORM_NOTED: return read_word(reading, "yes", &form->noted);
	case LBR_FORM_THEN: return read_word(reading, "sign-in", &form->then_sign_in);
	case LBR_FORM_FOR: return read_destination(reading);
	}
	return LBR_ERR_SYNTAX;
}

/* 0: no box of the pages. Names are compared as bytes: ours need no encoding. */
static enum lbr_form_box box_of(const char *name, size_t len)
{
	static const char *const names[] = {
		"user", "password", "token", "old", "new", "again", "number", "rd", "noted", "then", "for",
	};
	size_t at;

	for (at = 0; at < sizeof(names) / sizeof(names[0]); at++)
		if (strlen(names[at]) == len && memcmp(names[at], name, len) == 0)
			return (enum lbr_form_box)(1U << at);
	return (enum lbr_form_box)0;
}

static enum lbr_error read_pair(struct lbr_form *form, const char *pair, size_t len)
{
	const char *equals = memchr(pair, '=', len);
	struct form_reading reading = { .form = form };
	enum lbr_form_box box;

	if (equals == NULL)
		return LBR_ERR_SYNTAX;
	box = box_of(pair, (size_t)(equals - pair));
	if (box == 0 || (form->seen & box) != 0)
		return LBR_ERR_SYNTAX;
	form->seen |= box;
	reading.value = equals + 1;
	reading.len = len - (size_t)(equals - pair) - 1;
	return read_box(&reading, box);
}

enum lbr_error lbr_form_read(const char *body, size_t len, struct lbr_form *ret)
{
	enum lbr_error error = len <= LBR_FORM_MAX ? LBR_OK : LBR_ERR_RANGE;
	bool more = len > 0;

	lbr_wipe(ret, sizeof(*ret));
	while (error == LBR_OK && more) {
		const char *end = memchr(body, '&', len);
		size_t pair = end != NULL ? (size_t)(end - body) : len;

		error = read_pair(ret, body, pair);
		more = end != NULL;
		body += more ? pair + 1 : pair;
		len -= more ? pair + 1 : pair;
	}
	if (error != LBR_OK)
		lbr_wipe(ret, sizeof(*ret));
	return error;
}
