/* What a person types where a code belongs: only the six digits of a step in the window match, in the two forms that are
 * documented; one answer splits into exactly what it was made of; a recovery code is one of the set. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "fuzz.h"

#include <liberations/combined_answer.h>
#include <liberations/name.h>
#include <liberations/password.h>
#include <liberations/recovery.h>
#include <liberations/token.h>

#define STEP 60000000

static const unsigned char key[LBR_TOKEN_KEY_LEN] = "12345678901234567890";

/* An oracle of its own for ASCII: blanks and hyphens fall away. Other scripts, and the marks of a paste, have their tables. */
static bool is_plain(const struct lbr_secret *typed)
{
	size_t i;

	for (i = 0; i < typed->len; i++)
		if ((unsigned char)typed->bytes[i] >= 0x80 || typed->bytes[i] == '[')
			return false;
	return true;
}

static bool is_code_of(const struct lbr_secret *typed, int64_t step)
{
	char code[LBR_CODE_DIGITS + 1], kept[LBR_SECRET_MAX + 1] = "";
	size_t i, len = 0;

	fuzz_expect(lbr_token_code(key, step, code) == LBR_OK, "no code");
	for (i = 0; i < typed->len; i++)
		if (typed->bytes[i] == '\0' || strchr(" \t\n\v\f\r-", typed->bytes[i]) == NULL)
			kept[len++] = typed->bytes[i];
	return len == LBR_CODE_DIGITS && memcmp(kept, code, LBR_CODE_DIGITS) == 0;
}

static void try_token(const struct lbr_secret *typed)
{
	unsigned window;
	int64_t step;

	for (window = 0; window <= LBR_WINDOW_MAX; window++) {
		step = lbr_token_match(key, typed, STEP, window);
		if (step == 0) {
			fuzz_expect(!is_plain(typed) || !is_code_of(typed, STEP), "a right code does not match");
			continue;
		}
		fuzz_expect(step >= STEP - (int64_t)window && step <= STEP + (int64_t)window, "outside the window");
		fuzz_expect(!is_plain(typed) || is_code_of(typed, step), "something else than the code matches");
	}
}

static void try_split(const struct lbr_secret *answer)
{
	struct lbr_secret password, code;
	char digits[LBR_CODE_DIGITS + 1], letters[LBR_RECOVERY_CHARS + 1];

	if (lbr_combined_answer_split(answer, &password, &code) != LBR_OK) {
		fuzz_expect(password.len == 0 && code.len == 0, "a refused answer left parts");
		return;
	}
	fuzz_expect(lbr_token_read(&code, digits) || lbr_recovery_read(&code, letters), "no code");
	fuzz_expect(password.len > 0 && password.len + code.len == answer->len, "a part is lost");
	fuzz_expect(memcmp(answer->bytes, password.bytes, password.len) == 0 &&
	            memcmp(answer->bytes + password.len, code.bytes, code.len) == 0, "another split");
}

static void try_forms(const struct lbr_secret *typed)
{
	static struct lbr_account account = {.name = "alice", .recovery_set = 1, .recovery_key = "0123abcd",
	                                     .recovery_count = LBR_RECOVERY_CODES};
	struct lbr_secret normal = {0};
	char file[LBR_NAME_FILE_MAX + 1], name[LBR_NAME_MAX + 1];

	fuzz_expect(lbr_recovery_match(fuzz_ring(), &account, typed) == 0, "a recovery code matches a MAC of zeros");
	(void)lbr_password_normalise(typed, &normal);
	fuzz_expect(normal.len <= LBR_SECRET_MAX && normal.bytes[normal.len] == '\0', "normalised too long");
	if (lbr_name_encode(typed->bytes, file) == LBR_OK) {
		fuzz_expect(strchr(file, '/') == NULL && file[0] != '.' && file[0] != '\0', "a name that is a path");
		fuzz_expect(lbr_name_decode(file, name) == LBR_OK && strcmp(name, typed->bytes) == 0, "a name that changes");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lbr_secret typed = {0};
	char code[LBR_CODE_DIGITS + 1];

	/* A code cannot be guessed by mutation: one byte stands for the code of a step near the window. */
	if (size >= 2 && data[0] == 0xff) {
		fuzz_expect(lbr_token_code(key, STEP - 4 + data[1] % 9, code) == LBR_OK, "no code");
		(void)lbr_secret_set(&typed, code, LBR_CODE_DIGITS);
		if (data[1] & 0x80) {
			memmove(typed.bytes + 4, typed.bytes + 3, 4);
			typed.bytes[3] = size > 2 && data[2] != 0 ? (char)data[2] : ' ';
			typed.len = strlen(typed.bytes);
		}
	} else if (lbr_secret_set(&typed, data, size) != LBR_OK) {
		return 0;
	}
	try_token(&typed);
	try_split(&typed);
	try_forms(&typed);
	return 0;
}
