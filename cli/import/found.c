/* What every reader needs: lines, names, numbers, keys. */
#include "found.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define KEY_LEAST 16 /* bytes: RFC 4226 asks for 128 bits */
#define KEY_ROOM 128

const char *cli_import_word(enum import_reason reason)
{
	static const char *const words[IMPORT_REASONS] = {
#define IMPORT_REASON(name, word) word,
#include "reasons.def"
#undef IMPORT_REASON
	};

	return words[reason];
}

bool cli_import_cut(struct import_span *rest, char sign, struct import_span *ret)
{
	const char *found;

	if (rest->at == NULL)
		return false;
	found = rest->len > 0 ? memchr(rest->at, sign, rest->len) : NULL;
	ret->at = rest->at;
	ret->len = found != NULL ? (size_t)(found - rest->at) : rest->len;
	rest->at = found != NULL ? found + 1 : NULL;
	rest->len = found != NULL ? rest->len - ret->len - 1 : 0;
	return true;
}

bool cli_import_line(struct import_span *rest, struct import_span *ret)
{
	if (rest->len == 0 || !cli_import_cut(rest, '\n', ret))
		return false;
	if (ret->len > 0 && ret->at[ret->len - 1] == '\r')
		ret->len--;
	return true;
}

bool cli_import_copy(struct import_span span, char *ret, size_t size)
{
	bool fits = span.at != NULL && span.len < size && (span.len == 0 || memchr(span.at, '\0', span.len) == NULL);

	lbr_wipe(ret, size);
	if (fits && span.len > 0)
		memcpy(ret, span.at, span.len);
	return fits;
}

bool cli_import_name(struct import_found *found, struct import_span name)
{
	if (cli_import_copy(name, found->name, sizeof(found->name)) && lbr_name_check(found->name) == LBR_OK)
		return true;
	lbr_wipe(found->name, sizeof(found->name));
	found->reason = name.len == 0 ? IMPORT_NO_NAME : IMPORT_BAD_NAME;
	return false;
}

bool cli_import_number(struct import_span span, int64_t *ret)
{
	size_t at = span.len > 0 && span.at[0] == '-' ? 1 : 0;
	bool negative = at == 1;

	*ret = 0;
	if (span.len > 10 || (negative && span.len == 1))
		return false;
	for (; at < span.len; at++) {
		if (span.at[at] < '0' || span.at[at] > '9')
			return false;
		*ret = *ret * 10 + (span.at[at] - '0');
	}
	if (negative || span.len == 0)
		*ret = -1;
	return true;
}

void cli_import_key(struct import_found *found, const unsigned char *key, size_t len)
{
	lbr_wipe(found->key, sizeof(found->key));
	if (len < KEY_LEAST)
		found->reason = IMPORT_SHORT_KEY;
	else if (len > sizeof(found->key))
		found->reason = IMPORT_LONG_KEY;
	else
		memcpy(found->key, key, len);
}

/* The five bits of a character, 32 for one that is passed over, -1 for any other. */
static int bits_of(char c, bool forgiving)
{
	if (c == ' ' || c == '-' || c == '\t' || c == '\r' || c == '\n')
		return 32;
	if (forgiving && c == '0')
		c = 'O';
	if (forgiving && c == '1')
		c = 'L';
	if (forgiving && c == '8')
		c = 'B';
	if (c >= 'a' && c <= 'z')
		return c - 'a';
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

void cli_import_base32(struct import_found *found, struct import_span text, bool forgiving)
{
	unsigned char key[KEY_ROOM];
	unsigned held = 0, bits = 0;
	size_t len = 0, at;

	while (!forgiving && text.len > 0 && text.at[text.len - 1] == '=')
		text.len--;
	for (at = 0; at < text.len && len < KEY_ROOM; at++) {
		int value = bits_of(text.at[at], forgiving);

		if (value < 0) {
			found->reason = IMPORT_NOT_BASE32;
			break;
		}
		if (value == 32)
			continue;
		held = (held << 5 | (unsigned)value) & 0xfff;
		bits += 5;
		if (bits < 8)
			continue;
		bits -= 8;
		key[len++] = (unsigned char)(held >> bits);
	}
	if (found->reason == IMPORT_USABLE)
		cli_import_key(found, key, len);
	lbr_wipe(key, sizeof(key));
}

/* "issuer:name", with blanks before the name. */
static void read_label(struct import_found *found, const struct import_words *words)
{
	const char *label = words->label != NULL ? words->label : "", *colon = strchr(label, ':'), *name = label;

	if (colon != NULL)
		name = colon + 1 + strspn(colon + 1, " ");
	if (words->issuer != NULL && words->issuer[0] != '\0')
		snprintf(found->issuer, sizeof(found->issuer), "%s", words->issuer);
	else if (colon != NULL)
		snprintf(found->issuer, sizeof(found->issuer), "%.*s", (int)(colon - label), label);
	(void)cli_import_name(found, (struct import_span){ name, strlen(name) });
}

void cli_import_judge(struct import_found *found, const struct import_words *words)
{
	enum import_reason reason;

	if (words->type != NULL && strcasecmp(words->type, "hotp") == 0)
		found->reason = IMPORT_COUNTER;
	else if (words->type != NULL && strcasecmp(words->type, "totp") != 0)
		found->reason = IMPORT_TYPE;
	else if (words->algorithm != NULL && strcasecmp(words->algorithm, "SHA1") != 0 &&
	         strcasecmp(words->algorithm, "HmacSHA1") != 0)
		found->reason = IMPORT_ALGORITHM;
	else if (words->digits != 0 && words->digits != 6)
		found->reason = IMPORT_DIGITS;
	else if (words->period != 0 && words->period != 30)
		found->reason = IMPORT_STEP;
	reason = found->reason;
	read_label(found, words);
	if (reason != IMPORT_USABLE)
		found->reason = reason;
}
