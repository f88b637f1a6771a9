/* The very same wrong answer again. Read answer.h first. */
#include <liberations/answer.h>

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <liberations/big_endian.h>
#include <liberations/recovery.h>
#include <liberations/token.h>

#define MARK_LEN 8
#define CODE_MAX (LBR_RECOVERY_CHARS + 1)

/* The code in the one form in which it is compared, "" for an empty one. False: it has none. */
static bool read_code(const struct lbr_secret *code, char ret[CODE_MAX])
{
	memset(ret, 0, CODE_MAX);
	if (code->len == 0 || lbr_token_read(code, ret))
		return true;
	return lbr_recovery_read(code, ret);
}

uint64_t lbr_answer_mark(const struct lbr_keyring *keyring, const char *name, enum lbr_factors factors, const char *made,
                         const struct lbr_secret *code)
{
	unsigned char content[1 + LBR_HASH_MAX + CODE_MAX] = {0}, mac[LBR_MAC_LEN];
	char typed[CODE_MAX];
	size_t len = strnlen(made, LBR_HASH_MAX - 1);
	bool has_form = read_code(code, typed);
	uint64_t mark = 0;

	content[0] = (unsigned char)factors;
	if (factors != LBR_FACTORS_TOKEN)
		memcpy(content + 1, made, len);
	if (factors != LBR_FACTORS_PASSWORD)
		memcpy(content + 1 + LBR_HASH_MAX, typed, strnlen(typed, CODE_MAX));
	if (lbr_keyring_mac(keyring, NULL, "answer", name, content, sizeof(content), mac) == LBR_OK)
		mark = lbr_big_endian_get(mac, MARK_LEN);
	if ((factors != LBR_FACTORS_TOKEN && len == 0) || (factors != LBR_FACTORS_PASSWORD && !has_form))
		mark = 0;
	lbr_wipe(content, sizeof(content));
	lbr_wipe(typed, sizeof(typed));
	lbr_wipe(mac, sizeof(mac));
	return mark;
}

bool lbr_answer_lacks_code(enum lbr_factors factors, const struct lbr_secret *code)
{
	char typed[CODE_MAX];
	bool has_form = read_code(code, typed);

	lbr_wipe(typed, sizeof(typed));
	return factors != LBR_FACTORS_PASSWORD && (!has_form || (code->len == 0 && factors == LBR_FACTORS_TOKEN));
}

bool lbr_answer_is_repeated(const struct lbr_counters *counters, uint64_t mark)
{
	bool repeated = false;
	int i;

	for (i = 0; i < LBR_ANSWERS; i++)
		repeated |= counters->answers[i] == mark;
	return mark != 0 && repeated;
}

void lbr_answer_remember(struct lbr_counters *counters, uint64_t mark)
{
	int at = 0;

	if (mark == 0)
		return;
	while (at < LBR_ANSWERS - 1 && counters->answers[at] != mark)
		at++;
	memmove(counters->answers + 1, counters->answers, (size_t)at * sizeof(counters->answers[0]));
	counters->answers[0] = mark;
}
