/* What an account's name may be, and which file it becomes. */
#include <liberations/name.h>

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <unictype.h>
#include <unistr.h>

static const char upper_hex[] = "0123456789ABCDEF";

/* Characters that a file name holds as they are; '%' is not among them. */
static bool is_plain(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("._-@+", c) != NULL);
}

/* A visible letter: some letters, like the Hangul fillers, show nothing and would make two names look the same. */
static bool is_letter(ucs4_t c)
{
	return uc_is_general_category(c, UC_LETTER) && !uc_is_property(c, UC_PROPERTY_DEFAULT_IGNORABLE_CODE_POINT);
}

static bool is_mark(ucs4_t c)
{
	return (uc_is_general_category(c, UC_NON_SPACING_MARK) || uc_is_general_category(c, UC_COMBINING_SPACING_MARK)) &&
	       !uc_is_property(c, UC_PROPERTY_DEFAULT_IGNORABLE_CODE_POINT);
}

/* Marks belong to the letter before them; elsewhere they could be drawn over something that is not a letter. */
static bool is_spelled_well(const uint8_t *name, size_t len)
{
	bool after_letter = false;
	size_t at = 0;
	ucs4_t c;
	int width;

	while (at < len) {
		width = u8_mbtoucr(&c, name + at, len - at);
		if (width <= 0)
			return false;
		if (is_letter(c))
			after_letter = true;
		else if (c < 0x80 && is_plain((unsigned char)c))
			after_letter = false;
		else if (!after_letter || !is_mark(c))
			return false;
		at += (size_t)width;
	}
	return true;
}

enum lbr_error lbr_name_check(const char *name)
{
	size_t len = strnlen(name, LBR_NAME_MAX + 1);

	if (len < 1 || len > LBR_NAME_MAX)
		return LBR_ERR_RANGE;
	if (name[0] == '-' || name[0] == '.')
		return LBR_ERR_SYNTAX;
	return is_spelled_well((const uint8_t *)name, len) ? LBR_OK : LBR_ERR_SYNTAX;
}

enum lbr_error lbr_name_encode(const char *name, char ret[LBR_NAME_FILE_MAX + 1])
{
	enum lbr_error error = lbr_name_check(name);
	size_t out = 0;

	memset(ret, 0, LBR_NAME_FILE_MAX + 1);
	if (error != LBR_OK)
		return error;
	for (; *name != '\0'; name++) {
		unsigned char c = (unsigned char)*name;

		if (is_plain(c)) {
			ret[out++] = (char)c;
			continue;
		}
		ret[out++] = '%';
		ret[out++] = upper_hex[c >> 4];
		ret[out++] = upper_hex[c & 15];
	}
	return LBR_OK;
}

/* The value of one upper-case hex digit, or -1. */
static int hex_value(char c)
{
	const char *at = c == '\0' ? NULL : strchr(upper_hex, c);

	return at == NULL ? -1 : (int)(at - upper_hex);
}

static enum lbr_error decode_bytes(const char *file, char ret[LBR_NAME_MAX + 1])
{
	size_t out = 0;
	int high, low;

	while (*file != '\0') {
		if (out == LBR_NAME_MAX)
			return LBR_ERR_RANGE;
		if (*file != '%') {
			ret[out++] = *file++;
			continue;
		}
		high = hex_value(file[1]);
		low = high < 0 ? -1 : hex_value(file[2]);
		if (low < 0 || (high == 0 && low == 0))
			return LBR_ERR_SYNTAX;
		ret[out++] = (char)(unsigned char)(high << 4 | low);
		file += 3;
	}
	return LBR_OK;
}

enum lbr_error lbr_name_decode(const char *file, char ret[LBR_NAME_MAX + 1])
{
	char again[LBR_NAME_FILE_MAX + 1];
	enum lbr_error error;

	memset(ret, 0, LBR_NAME_MAX + 1);
	error = decode_bytes(file, ret);
	if (error == LBR_OK)
		error = lbr_name_encode(ret, again);
	/* One name, one file: "%41" would be a second spelling of "A". */
	if (error == LBR_OK && strcmp(again, file) != 0)
		error = LBR_ERR_SYNTAX;
	if (error != LBR_OK)
		memset(ret, 0, LBR_NAME_MAX + 1);
	return error;
}
