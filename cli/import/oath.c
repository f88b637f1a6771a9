/* The users file of pam_oath: type, name, pin, key in hexadecimal, and then counter, last code and its time. */
#include "found.h"

#include <string.h>

#define OATH_FIELDS 7
#define KEY_MOST 32 /* bytes; liboath refuses more */

static struct import_span next_word(struct import_span *rest)
{
	struct import_span word = { NULL, 0 };

	while (rest->len > 0 && (rest->at[0] == ' ' || rest->at[0] == '\t')) {
		rest->at++;
		rest->len--;
	}
	word.at = rest->at;
	while (word.len < rest->len && rest->at[word.len] != ' ' && rest->at[word.len] != '\t')
		word.len++;
	rest->at += word.len;
	rest->len -= word.len;
	return word;
}

static bool is(struct import_span word, const char *text)
{
	return word.len == strlen(text) && memcmp(word.at, text, word.len) == 0;
}

static enum import_reason judge_type(struct import_span type)
{
	static const char *const counted[] = { "HOTP", "HOTP/E", "HOTP/E/6", "HOTP/E/7", "HOTP/E/8" };
	static const char *const slow[] = { "HOTP/T60", "HOTP/T60/6", "HOTP/T60/7", "HOTP/T60/8" };
	size_t at;

	if (is(type, "HOTP/T30") || is(type, "HOTP/T30/6"))
		return IMPORT_USABLE;
	if (is(type, "HOTP/T30/7") || is(type, "HOTP/T30/8"))
		return IMPORT_DIGITS;
	for (at = 0; at < sizeof(counted) / sizeof(counted[0]); at++)
		if (is(type, counted[at]))
			return IMPORT_COUNTER;
	for (at = 0; at < sizeof(slow) / sizeof(slow[0]); at++)
		if (is(type, slow[at]))
			return IMPORT_STEP;
	return IMPORT_BAD_LINE;
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static void take_key(struct import_span hex, struct import_found *found)
{
	unsigned char key[KEY_MOST];
	size_t at;

	if (hex.len % 2 != 0 || hex.len > 2 * (size_t)KEY_MOST)
		found->reason = IMPORT_NOT_HEX;
	for (at = 0; at < hex.len && found->reason == IMPORT_USABLE; at += 2) {
		int high = nibble(hex.at[at]), low = nibble(hex.at[at + 1]);

		if (high < 0 || low < 0)
			found->reason = IMPORT_NOT_HEX;
		else
			key[at / 2] = (unsigned char)(high << 4 | low);
	}
	if (found->reason == IMPORT_USABLE)
		cli_import_key(found, key, hex.len / 2);
	lbr_wipe(key, sizeof(key));
}

/* "2026-11-20T08:15:42L". */
static bool is_time(struct import_span word)
{
	static const char form[] = "0000-00-00T00:00:00L";
	size_t at;

	if (word.len != sizeof(form) - 1)
		return false;
	for (at = 0; at < word.len; at++)
		if (form[at] == '0' ? word.at[at] < '0' || word.at[at] > '9' : word.at[at] != form[at])
			return false;
	return true;
}

static void take_state(const struct import_span field[OATH_FIELDS], struct import_found *found)
{
	int64_t number;

	if (!cli_import_number(field[4], &number) || (field[6].len > 0 && !is_time(field[6])) ||
	    (field[5].len > 0 && !cli_import_copy(field[5], found->last_code, sizeof(found->last_code))))
		found->reason = IMPORT_BAD_LINE;
}

static void read_line(struct import_span line, struct import_found *found)
{
	struct import_span field[OATH_FIELDS];
	enum import_reason type;
	size_t at;

	for (at = 0; at < OATH_FIELDS; at++)
		field[at] = next_word(&line);
	type = judge_type(field[0]);
	if (type == IMPORT_BAD_LINE || field[3].len == 0) {
		found->reason = IMPORT_BAD_LINE;
		return;
	}
	if (!cli_import_name(found, field[1]))
		return;
	if (!is(field[2], "-") && !is(field[2], "+"))
		found->notes |= IMPORT_BIT(IMPORT_PIN);
	found->reason = type;
	if (type == IMPORT_USABLE)
		take_state(field, found);
	if (found->reason == IMPORT_USABLE)
		take_key(field[3], found);
}

void cli_import_oath(const char *bytes, size_t len, int64_t now_s, import_take *take, void *context)
{
	struct import_span rest = { bytes, len }, line, probe;
	unsigned number = 0;

	(void)now_s;
	while (cli_import_line(&rest, &line)) {
		struct import_found found = { .line = ++number, .piece = IMPORT_TOKEN };

		probe = line;
		probe = next_word(&probe);
		if (probe.len == 0 || probe.at[0] == '#')
			continue;
		read_line(line, &found);
		take(context, &found);
		lbr_wipe(&found, sizeof(found));
	}
}
