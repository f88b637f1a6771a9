/* Recovery codes. Read include/liberations/recovery.h first. */
#include <liberations/recovery.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <liberations/big_endian.h>

#include <liberations/random.h>

#include "typed.h"

/* Crockford's base 32: no I, L, O, U. */
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static enum lbr_error draw_code(char code[LBR_RECOVERY_CHARS + 1])
{
	unsigned char random[LBR_RECOVERY_CHARS];
	enum lbr_error error;
	size_t i;

	error = lbr_random(random, sizeof(random));
	if (error == LBR_OK)
		for (i = 0; i < LBR_RECOVERY_CHARS; i++)
			code[i] = alphabet[random[i] % 32];
	code[LBR_RECOVERY_CHARS] = '\0';
	lbr_wipe(random, sizeof(random));
	return error;
}

/* The character of the alphabet that a typed one stands for; 0: none. */
static char read_char(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'O')
		c = '0';
	if (c == 'I' || c == 'L')
		c = '1';
	return strchr(alphabet, c) != NULL ? c : '\0';
}

/* The emergency codes of google-authenticator, for sheets that were imported; none begins with 0. */
static bool read_digits(const struct lbr_secret *typed, char ret[LBR_RECOVERY_CHARS + 1])
{
	bool fits = lbr_typed_letters(typed, LBR_RECOVERY_DIGITS, ret);

	if (fits && ret[0] != '0' && strspn(ret, "0123456789") == LBR_RECOVERY_DIGITS)
		return true;
	lbr_wipe(ret, LBR_RECOVERY_CHARS + 1);
	return false;
}

bool lbr_recovery_read(const struct lbr_secret *typed, char ret[LBR_RECOVERY_CHARS + 1])
{
	bool well_formed;
	size_t at;

	if (read_digits(typed, ret))
		return true;
	well_formed = lbr_typed_letters(typed, LBR_RECOVERY_CHARS, ret);

	for (at = 0; well_formed && at < LBR_RECOVERY_CHARS; at++) {
		ret[at] = read_char(ret[at]);
		well_formed = ret[at] != '\0';
	}
	if (!well_formed)
		lbr_wipe(ret, LBR_RECOVERY_CHARS + 1);
	return well_formed;
}

/* MAC over the account's set, a position and a code. `key_id` NULL: under the key in force. */
static enum lbr_error mac_code(const struct lbr_keyring *keyring, const char *key_id, const struct lbr_account *account,
                               unsigned position, const char *code, unsigned char ret[LBR_RECOVERY_MAC_LEN])
{
	unsigned char content[9 + LBR_RECOVERY_CHARS] = {0}, mac[LBR_MAC_LEN];
	enum lbr_error error;

	lbr_big_endian_put(content, 8, account->recovery_set);
	content[8] = (unsigned char)position;
	memcpy(content + 9, code, strnlen(code, LBR_RECOVERY_CHARS));
	error = lbr_keyring_mac(keyring, key_id, "recovery", lbr_account_keyed_name(account), content, sizeof(content), mac);
	memcpy(ret, mac, LBR_RECOVERY_MAC_LEN);
	lbr_wipe(content, sizeof(content));
	return error;
}

static enum lbr_error begin_set(const struct lbr_keyring *keyring, struct lbr_account *account, unsigned count)
{
	enum lbr_error error;

	do {
		error = lbr_random(&account->recovery_set, sizeof(account->recovery_set));
	} while (error == LBR_OK && account->recovery_set == 0);
	account->recovery_count = count;
	memcpy(account->recovery_key, lbr_keyring_id(keyring), sizeof(account->recovery_key));
	return error;
}

enum lbr_error lbr_recovery_take(const struct lbr_keyring *keyring, struct lbr_account *account,
                                 const char codes[][LBR_RECOVERY_DIGITS + 1], unsigned count)
{
	enum lbr_error error = LBR_ERR_RANGE;
	unsigned i;

	lbr_recovery_clear(account);
	if (count > 0 && count <= LBR_RECOVERY_CODES)
		error = begin_set(keyring, account, count);
	for (i = 0; error == LBR_OK && i < count; i++)
		error = mac_code(keyring, account->recovery_key, account, i, codes[i], account->recovery_macs[i]);
	if (error != LBR_OK)
		lbr_recovery_clear(account);
	return error;
}

enum lbr_error lbr_recovery_draw(const struct lbr_keyring *keyring, struct lbr_account *account,
                                 struct lbr_recovery_sheet *sheet)
{
	char code[LBR_RECOVERY_CHARS + 1];
	enum lbr_error error = begin_set(keyring, account, LBR_RECOVERY_CODES);
	unsigned i;

	for (i = 0; error == LBR_OK && i < LBR_RECOVERY_CODES; i++) {
		error = draw_code(code);
		if (error == LBR_OK)
			error = mac_code(keyring, account->recovery_key, account, i, code, account->recovery_macs[i]);
		(void)snprintf(sheet->codes[i], sizeof(sheet->codes[i]), "%.5s-%.5s", code, code + 5);
	}
	lbr_wipe(code, sizeof(code));
	return error;
}

unsigned lbr_recovery_match(const struct lbr_keyring *keyring, const struct lbr_account *account, const struct lbr_secret *typed)
{
	const bool has_key = lbr_keyring_has(keyring, account->recovery_key);
	const char *key_id = has_key ? account->recovery_key : NULL; /* any key will do for the same work */
	char code[LBR_RECOVERY_CHARS + 1];
	unsigned char mac[LBR_RECOVERY_MAC_LEN];
	unsigned i, found = 0;

	(void)lbr_recovery_read(typed, code);
	for (i = 0; i < LBR_RECOVERY_CODES; i++) {
		bool right = mac_code(keyring, key_id, account, i, code, mac) == LBR_OK &&
		             lbr_bytes_equal(mac, account->recovery_macs[i], sizeof(mac));

		if (right && i < account->recovery_count && code[0] != '\0')
			found = i + 1;
	}
	lbr_wipe(code, sizeof(code));
	lbr_wipe(mac, sizeof(mac));
	return has_key && account->recovery_set != 0 ? found : 0;
}

void lbr_recovery_clear(struct lbr_account *account)
{
	account->recovery_set = 0;
	account->recovery_count = 0;
	lbr_wipe(account->recovery_key, sizeof(account->recovery_key));
	lbr_wipe(account->recovery_macs, sizeof(account->recovery_macs));
}

bool lbr_recovery_is_unused(const struct lbr_account *account, const struct lbr_counters *counters, unsigned number)
{
	if (number == 0 || number > account->recovery_count || account->recovery_set == 0)
		return false;
	return counters->recovery_set == account->recovery_set && (counters->recovery_used >> (number - 1) & 1) == 0;
}

unsigned lbr_recovery_left(const struct lbr_account *account, const struct lbr_counters *counters)
{
	unsigned number, left = 0;

	for (number = 1; number <= account->recovery_count; number++)
		left += lbr_recovery_is_unused(account, counters, number);
	return left;
}
