/* What is stored: account, history and slot behind a right MAC, so that the grammar is reached. Whatever is read is written
 * back the same; text byte for byte, but for an older version's. The first byte says which. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "fuzz.h"

#include <sodium.h>

#include <liberations/account.h>
#include <liberations/codec.h>
#include <liberations/counters.h>
#include <liberations/history.h>

#define NAME "alice"
#define TEXT_MAX 8192

/* The body with the closing line that the key in force gives it. */
static size_t close_record(char text[TEXT_MAX], size_t len, const char *kind)
{
	unsigned char mac[LBR_MAC_LEN];
	char coded[sodium_base64_ENCODED_LEN(LBR_MAC_LEN, sodium_base64_VARIANT_ORIGINAL)];
	int more;

	fuzz_expect(lbr_keyring_mac(fuzz_ring(), NULL, kind, NAME, text, len, mac) == LBR_OK, "no MAC");
	sodium_bin2base64(coded, sizeof(coded), mac, sizeof(mac), sodium_base64_VARIANT_ORIGINAL);
	more = snprintf(text + len, TEXT_MAX - len, "mac %s %s\n", lbr_keyring_id(fuzz_ring()), coded);
	return len + (size_t)more;
}

static void try_account(const char *text, size_t len)
{
	static struct lbr_account account, back;
	char again[LBR_ACCOUNT_TEXT_MAX];
	size_t again_len = 0;

	if (lbr_account_decode(text, len, NAME, fuzz_ring(), &account, NULL) != LBR_OK)
		return;
	fuzz_expect(strcmp(account.name, NAME) == 0 && account.generation > 0, "an account that is none");
	fuzz_expect(lbr_account_encode(&account, fuzz_ring(), again, &again_len, NULL) == LBR_OK, "not written again");
	if (strncmp(text, "liberations-account 1\n", 22) == 0)
		fuzz_expect(lbr_account_decode(again, again_len, NAME, fuzz_ring(), &back, NULL) == LBR_OK &&
		            memcmp(&back, &account, sizeof(back)) == 0, "an account of version 1 is written otherwise");
	else
		fuzz_expect(again_len == len && memcmp(again, text, len) == 0, "an account is written otherwise");
	lbr_account_wipe(&account);
}

static void try_history(const char *text, size_t len)
{
	static struct lbr_history history;
	static char again[LBR_HISTORY_TEXT_MAX];
	size_t again_len = 0;

	if (lbr_history_decode(text, len, NAME, fuzz_ring(), &history, NULL) != LBR_OK)
		return;
	fuzz_expect(history.count <= LBR_HISTORY_MAX, "too many lines");
	fuzz_expect(lbr_history_encode(&history, NAME, fuzz_ring(), again, &again_len, NULL) == LBR_OK, "not written again");
	fuzz_expect(again_len == len && memcmp(again, text, len) == 0, "a history is written otherwise");
	lbr_history_wipe(&history);
}

static void try_slot(const uint8_t *data, size_t size)
{
	unsigned char bytes[LBR_SLOT_LEN] = {0}, again[LBR_SLOT_LEN];
	const size_t body = LBR_SLOT_LEN - LBR_MAC_LEN;
	struct lbr_counters counters, once_more;
	bool charged, charged_again;
	uint64_t sequence, sequence_again;

	memcpy(bytes, data, size < body ? size : body);
	fuzz_expect(lbr_keyring_mac(fuzz_ring(), NULL, "counters", NAME, bytes, body, bytes + body) == LBR_OK, "no MAC");
	if (lbr_slot_decode(bytes, "counters", NAME, fuzz_ring(), &counters, &sequence, &charged) != LBR_OK)
		return;
	fuzz_expect(lbr_slot_encode(&counters, sequence, "counters", NAME, fuzz_ring(), again) == LBR_OK,
	            "not written again");
	fuzz_expect(lbr_slot_decode(again, "counters", NAME, fuzz_ring(), &once_more, &sequence_again, &charged_again) ==
	            LBR_OK && sequence_again == sequence && memcmp(&once_more, &counters, sizeof(counters)) == 0,
	            "a slot is written otherwise");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char text[TEXT_MAX];
	size_t len;

	if (size < 1 || size > TEXT_MAX - 256)
		return 0;
	if (data[0] == 's') {
		try_slot(data + 1, size - 1);
		return 0;
	}
	memcpy(text, data + 1, size - 1);
	len = close_record(text, size - 1, data[0] == 'h' ? "history" : "account");
	if (data[0] == 'h')
		try_history(text, len);
	else
		try_account(text, len);
	return 0;
}
