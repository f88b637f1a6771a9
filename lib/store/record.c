/* Text records: one writer and one reader for account and history. */
#include "record.h"

#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "keyring_parts.h"

#define BASE64 sodium_base64_VARIANT_ORIGINAL
#define MAC_TEXT_LEN (sodium_base64_ENCODED_LEN(LBR_MAC_LEN, BASE64) - 1)
/* "mac ", key id, space, MAC, newline */
#define MAC_LINE_LEN (4 + LBR_KEY_ID_LEN + 1 + MAC_TEXT_LEN + 1)

static void __attribute__((format(printf, 2, 0))) append(struct lbr_record_writer *writer, const char *format,
                                                         va_list values)
{
	size_t room = writer->size - writer->len;
	int n = writer->failed ? -1 : vsnprintf(writer->text + writer->len, room, format, values);

	if (n < 0 || (size_t)n >= room)
		writer->failed = true;
	else
		writer->len += (size_t)n;
}

static void __attribute__((format(printf, 2, 3))) put(struct lbr_record_writer *writer, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	append(writer, format, values);
	va_end(values);
}

void lbr_record_line(struct lbr_record_writer *writer, const char *keyword, const char *format, ...)
{
	va_list values;

	put(writer, "%s ", keyword);
	va_start(values, format);
	append(writer, format, values);
	va_end(values);
	put(writer, "\n");
}

enum lbr_error lbr_record_close(struct lbr_record_writer *writer, const char *kind, const char *name,
                                const struct lbr_keyring *keyring)
{
	unsigned char mac[LBR_MAC_LEN];
	char text[MAC_TEXT_LEN + 1];
	enum lbr_error error;

	if (writer->failed)
		return LBR_ERR_RANGE;
	error = lbr_keyring_mac(keyring, NULL, kind, name, writer->text, writer->len, mac);
	if (error != LBR_OK)
		return error;
	sodium_bin2base64(text, sizeof(text), mac, sizeof(mac), BASE64);
	lbr_record_line(writer, "mac", "%s %s", lbr_keyring_id(keyring), text);
	return writer->failed ? LBR_ERR_RANGE : LBR_OK;
}

/* Splits the closing line. Written again, it must be the same: libsodium's reader accepts some bytes beyond ASCII as '/'. */
static bool read_mac_line(const char *line, char key_id[LBR_KEY_ID_LEN + 1], unsigned char mac[LBR_MAC_LEN])
{
	const char *coded = line + 4 + LBR_KEY_ID_LEN + 1;
	char text[MAC_TEXT_LEN + 1], again[MAC_LINE_LEN + 1];
	size_t len = 0;

	memcpy(key_id, line + 4, LBR_KEY_ID_LEN);
	key_id[LBR_KEY_ID_LEN] = '\0';
	if (!lbr_keyring_is_id(key_id) ||
	    sodium_base642bin(mac, LBR_MAC_LEN, coded, MAC_TEXT_LEN, NULL, &len, NULL, BASE64) != 0 ||
	    len != LBR_MAC_LEN)
		return false;
	sodium_bin2base64(text, sizeof(text), mac, LBR_MAC_LEN, BASE64);
	return snprintf(again, sizeof(again), "mac %s %s\n", key_id, text) == (int)MAC_LINE_LEN &&
	       memcmp(again, line, MAC_LINE_LEN) == 0;
}

static enum lbr_error verify(const char *text, size_t len, const char *kind, const char *name, const struct lbr_keyring *keyring,
                             size_t *ret_body_len, char key_id[LBR_KEY_ID_LEN + 1], struct lbr_reason *reason)
{
	unsigned char mac[LBR_MAC_LEN], expected[LBR_MAC_LEN];
	size_t body_len;
	enum lbr_error error;

	if (len <= MAC_LINE_LEN || memchr(text, '\0', len) != NULL)
		return lbr_fail(reason, LBR_ERR_DAMAGED, LBR_WHY(CUT_SHORT));
	body_len = len - MAC_LINE_LEN;
	if (text[body_len - 1] != '\n' || !read_mac_line(text + body_len, key_id, mac))
		return lbr_fail(reason, LBR_ERR_DAMAGED, LBR_WHY(NO_MAC));
	error = lbr_keyring_mac(keyring, key_id, kind, name, text, body_len, expected);
	if (error == LBR_ERR_ABSENT)
		return lbr_fail(reason, LBR_ERR_DAMAGED, LBR_WHY(UNKNOWN_KEY), key_id);
	if (error != LBR_OK)
		return lbr_fail(reason, error, LBR_WHY(MAC_NOT_COMPUTED));
	if (sodium_memcmp(mac, expected, sizeof(mac)) != 0)
		return lbr_fail(reason, LBR_ERR_DAMAGED, LBR_WHY(WRONG_MAC));
	*ret_body_len = body_len;
	return LBR_OK;
}

/* The MAC comes first: "newer" is what another release wrote, never what damage looks like. */
enum lbr_error lbr_record_open(struct lbr_record_reader *reader, const char *text, size_t len, const char *kind, unsigned newest,
                               const char *name, const struct lbr_keyring *keyring, struct lbr_reason *reason)
{
	size_t body_len = 0;
	char keyword[24];
	enum lbr_error error;

	memset(reader, 0, sizeof(*reader));
	error = verify(text, len, kind, name, keyring, &body_len, reader->key_id, reason);
	if (error != LBR_OK)
		return error;
	reader->at = text;
	reader->end = text + body_len;
	(void)snprintf(keyword, sizeof(keyword), "liberations-%s", kind);
	reader->version = (unsigned)lbr_record_number(reader, keyword, UINT_MAX);
	if (reader->version == 0)
		reader->failed = true;
	if (reader->version > newest)
		return lbr_fail(reason, LBR_ERR_NEWER, LBR_WHY(NEWER_RELEASE), keyword, reader->version, newest);
	return LBR_OK;
}

void lbr_record_key(const char *text, size_t len, char ret[LBR_KEY_ID_LEN + 1])
{
	memset(ret, 0, LBR_KEY_ID_LEN + 1);
	if (len > MAC_LINE_LEN)
		memcpy(ret, text + len - MAC_LINE_LEN + 4, LBR_KEY_ID_LEN);
}

void lbr_record_text(struct lbr_record_reader *reader, const char *keyword, char *value, size_t size)
{
	size_t keyword_len = strlen(keyword), left = (size_t)(reader->end - reader->at), len;
	const char *newline = reader->failed || left == 0 ? NULL : memchr(reader->at, '\n', left);

	memset(value, 0, size);
	reader->failed = true;
	if (newline == NULL || (size_t)(newline - reader->at) < keyword_len + 1 ||
	    memcmp(reader->at, keyword, keyword_len) != 0 || reader->at[keyword_len] != ' ')
		return;
	len = (size_t)(newline - reader->at) - keyword_len - 1;
	if (len >= size)
		return;
	memcpy(value, reader->at + keyword_len + 1, len);
	reader->at = newline + 1;
	reader->failed = false;
}

bool lbr_record_to_number(const char *text, uint64_t max, uint64_t *ret)
{
	uint64_t value = 0;

	*ret = 0;
	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		unsigned digit = (unsigned)(*text - '0');

		if (*text < '0' || *text > '9' || value > (max - digit) / 10 || digit > max)
			return false;
		value = value * 10 + digit;
	}
	*ret = value;
	return true;
}

uint64_t lbr_record_number(struct lbr_record_reader *reader, const char *keyword, uint64_t max)
{
	uint64_t value = 0;
	char text[24];

	lbr_record_text(reader, keyword, text, sizeof(text));
	if (!lbr_record_to_number(text, max, &value))
		reader->failed = true;
	return value;
}

int lbr_record_choice(struct lbr_record_reader *reader, const char *keyword, const char *const *words, int count)
{
	char text[24];
	int i;

	lbr_record_text(reader, keyword, text, sizeof(text));
	for (i = 0; i < count; i++)
		if (strcmp(text, words[i]) == 0)
			return i;
	reader->failed = true;
	return 0;
}

bool lbr_record_is_hash(const char *hash)
{
	size_t i;

	for (i = 0; hash[i] != '\0'; i++)
		if (hash[i] <= ' ' || hash[i] > '~')
			return false;
	return i > 0;
}
