/* The token's codes against two computations that share no code with ours: python3's hmac, and oathtool. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <liberations/token.h>

#include "support/check_main.h"
#include "support/child.h"

/* A fixed sequence (xorshift), so that a failure comes back. */
static uint64_t next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Every length that an imported key can have. */
static int key_len(int at)
{
	return 16 + at % (LBR_TOKEN_KEY_LEN - 15);
}

static int64_t draw_pair(uint64_t *state, int at, unsigned char key[LBR_TOKEN_KEY_LEN])
{
	static const int64_t edges[] = { 0, 29, 30, INT64_C(2147483647), INT64_C(2147483648), INT64_C(4294967295),
	                                 INT64_C(4294967296), INT64_C(8589934592), INT64_C(64424509440),
	                                 INT64_C(128849018880), INT64_C(9007199254740992) };
	int byte;

	memset(key, 0, LBR_TOKEN_KEY_LEN);
	for (byte = 0; byte < key_len(at); byte++)
		key[byte] = (unsigned char)(next(state) >> 32);
	return at < 11 ? edges[at] : (int64_t)(next(state) >> (at % 2 ? 30 : 20));
}

/* The key itself, without the zeros behind it. */
static size_t put_hex(char *text, int at, const unsigned char key[LBR_TOKEN_KEY_LEN])
{
	int byte;

	for (byte = 0; byte < key_len(at); byte++)
		snprintf(text + 2 * byte, 3, "%02x", key[byte]);
	return 2 * (size_t)key_len(at);
}

#define PAIRS 100000
#define LINE 160

static const char python[] =
	"import hashlib, hmac, sys\n"
	"for line in sys.stdin:\n"
	"    key, time = line.split()\n"
	"    d = hmac.new(bytes.fromhex(key), (int(time) // 30).to_bytes(8, 'big'), hashlib.sha1).digest()\n"
	"    o = d[19] % 16\n"
	"    print('%06d' % (int.from_bytes(d[o:o + 4], 'big') % 2**31 % 10**6))\n";

START_TEST(a_hundred_thousand_codes_agree_with_another_computation)
{
	static const char *const argv[] = { "python3", "-c", python, NULL };
	char *input = malloc(PAIRS * LINE), *answers, code[LBR_CODE_DIGITS + 1];
	unsigned char key[LBR_TOKEN_KEY_LEN];
	uint64_t state = 20260207;
	size_t len = 0;
	int at;

	ck_assert_ptr_nonnull(input);
	for (at = 0; at < PAIRS; at++) {
		int64_t time_s = draw_pair(&state, at, key);

		len += put_hex(input + len, at, key);
		len += (size_t)snprintf(input + len, 24, " %lld\n", (long long)time_s);
	}
	answers = run_child(argv, input, len);
	ck_assert_ptr_nonnull(answers);
	ck_assert_uint_eq(strlen(answers), PAIRS * 7);
	state = 20260207;
	for (at = 0; at < PAIRS; at++) {
		int64_t time_s = draw_pair(&state, at, key);

		ck_assert_int_eq(lbr_token_code(key, lbr_token_step(time_s), code), LBR_OK);
		if (strncmp(code, answers + 7 * at, LBR_CODE_DIGITS) != 0)
			ck_abort_msg("pair %d, time %lld: %s", at, (long long)time_s, code);
	}
	free(answers);
	free(input);
}
END_TEST

START_TEST(two_hundred_codes_agree_with_oathtool)
{
	char hex[2 * LBR_TOKEN_KEY_LEN + 1], now[40], code[LBR_CODE_DIGITS + 1], *answer;
	const char *argv[] = { "oathtool", "--totp", "--digits=6", now, hex, NULL };
	unsigned char key[LBR_TOKEN_KEY_LEN];
	uint64_t state = 4226;
	int at;

	for (at = 0; at < 200; at++) {
		int64_t time_s = draw_pair(&state, at, key) % (INT64_C(1) << 36);

		put_hex(hex, at, key);
		snprintf(now, sizeof(now), "--now=@%lld", (long long)time_s);
		answer = run_child(argv, "", 0);
		ck_assert_ptr_nonnull(answer);
		ck_assert_int_eq(lbr_token_code(key, lbr_token_step(time_s), code), LBR_OK);
		ck_assert_uint_eq(strlen(answer), LBR_CODE_DIGITS + 1);
		answer[LBR_CODE_DIGITS] = '\0';
		ck_assert_str_eq(answer, code);
		free(answer);
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("token_agree");
	TCase *tests = tcase_create("all");

	tcase_add_test(tests, a_hundred_thousand_codes_agree_with_another_computation);
	tcase_add_test(tests, two_hundred_codes_agree_with_oathtool);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
