/* Fields of a frame: a tag, a length, the bytes. Each function writes or reads its field, so that a frame is described once. */
#include "wire_field.h"

#include <stdint.h>
#include <string.h>

#include <liberations/big_endian.h>

static void put_bytes(struct lbr_coder *coder, const void *bytes, size_t len)
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

/* The next field's bytes, if it has the expected tag and is at most `max` long. */
static const unsigned char *get_bytes(struct lbr_coder *coder, size_t max, size_t *ret_len)
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

void lbr_field_number(struct lbr_coder *coder, uint64_t *value, uint64_t max)
{
	unsigned char bytes[8];
	const unsigned char *got;
	size_t len;

	coder->tag++;
	if (coder->error != LBR_OK)
		return;
	if (coder->out != NULL) {
		lbr_big_endian_put(bytes, sizeof(bytes), *value);
		if (*value > max)
			coder->error = LBR_ERR_RANGE;
		else
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

int lbr_field_choice(struct lbr_coder *coder, int value, int max)
{
	uint64_t number = (uint64_t)value;

	lbr_field_number(coder, &number, (uint64_t)max);
	return (int)number;
}

bool lbr_field_flag(struct lbr_coder *coder, bool value)
{
	return lbr_field_choice(coder, value, 1) == 1;
}

void lbr_field_text(struct lbr_coder *coder, char *text, size_t size)
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

void lbr_field_secret(struct lbr_coder *coder, struct lbr_secret *secret)
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

void lbr_field_bytes(struct lbr_coder *coder, unsigned char *bytes, size_t len)
{
	const unsigned char *got;
	size_t got_len;

	coder->tag++;
	if (coder->error != LBR_OK)
		return;
	if (coder->out != NULL) {
		put_bytes(coder, bytes, len);
		return;
	}
	memset(bytes, 0, len);
	got = get_bytes(coder, len, &got_len);
	if (got != NULL && got_len == len)
		memcpy(bytes, got, len);
	else
		coder->error = LBR_ERR_SYNTAX;
}

void lbr_field_blob(struct lbr_coder *coder, unsigned char *bytes, size_t *len, size_t max)
{
	const unsigned char *got;
	size_t got_len;

	coder->tag++;
	if (coder->error != LBR_OK)
		return;
	if (coder->out != NULL) {
		if (*len > max)
			coder->error = LBR_ERR_RANGE;
		else
			put_bytes(coder, bytes, *len);
		return;
	}
	*len = 0;
	got = get_bytes(coder, max, &got_len);
	if (got == NULL)
		return;
	memcpy(bytes, got, got_len);
	*len = got_len;
}

void lbr_field_rules(struct lbr_coder *coder, struct lbr_password_rules *rules)
{
	rules->max_age.unit = (enum lbr_age_unit)lbr_field_choice(coder, rules->max_age.unit, LBR_AGE_DAYS);
	rules->max_age.count = (unsigned)lbr_field_choice(coder, (int)rules->max_age.count, LBR_AGE_COUNT_MAX);
	rules->history = (unsigned)lbr_field_choice(coder, (int)rules->history, UINT8_MAX);
}

bool lbr_field_follows(const struct lbr_coder *coder, bool wanted)
{
	if (coder->out != NULL)
		return wanted;
	return coder->error == LBR_OK && coder->at < coder->in->len;
}
