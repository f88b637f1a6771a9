/* One answer that holds both parts, for consumers that ask only once.
 *
 * The shape of its end alone decides where to cut it, before any account is read. There is at most one cut: a second guess
 * would allow two passwords, or cost two hashes, in one attempt. The two shapes exclude each other. A recovery code as shown,
 * XXXXX-XXXXX, has a hyphen as its sixth character from the end, where six digits have a digit. So a password that ends like a
 * recovery code causes no trouble once six digits follow it. Such a password without any code is also cut, and refused, as it
 * would be if left whole. Only a temporary password must not be cut: see is_temporary().
 *
 * The hyphen is required, although a recovery code in a field of its own matches without it: many passwords end in ten letters. */
#include <liberations/combined_answer.h>

#include <stdbool.h>
#include <string.h>

#include <liberations/random.h>
#include <liberations/recovery.h>
#include <liberations/token.h>

#define HALF (LBR_RECOVERY_CHARS / 2)
#define RECOVERY_LEN (LBR_RECOVERY_CHARS + 1)
#define GROUP (LBR_TEMPORARY_GROUP_LEN + 1) /* with its hyphen */
#define TEMPORARY_LEN (LBR_TEMPORARY_GROUPS * GROUP - 1)

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The characters that lib/rules/recovery.c reads: either case, and the look-alikes I, L and O. U is in no code and is not
 * read as any other character. */
static bool is_recovery_char(char c)
{
	return is_digit(c) || (((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) && c != 'U' && c != 'u');
}

static bool ends_in_digits(const struct lbr_secret *answer)
{
	size_t i;

	if (answer->len <= LBR_CODE_DIGITS)
		return false;
	for (i = answer->len - LBR_CODE_DIGITS; i < answer->len; i++)
		if (!is_digit(answer->bytes[i]))
			return false;
	return true;
}

static bool ends_in_recovery_code(const struct lbr_secret *answer)
{
	const char *code;
	size_t i;

	if (answer->len <= RECOVERY_LEN)
		return false;
	code = answer->bytes + answer->len - RECOVERY_LEN;
	for (i = 0; i < RECOVERY_LEN; i++)
		if (i == HALF ? code[i] != '-' : !is_recovery_char(code[i]))
			return false;
	return true;
}

static bool is_temporary_char(char c)
{
	return c != '\0' && strchr(LBR_TEMPORARY_CHARS, c) != NULL;
}

/* Exactly the form of lbr_random_password(). If an invited person types it into a single field, the log says where to sign
 * in first, and nothing is charged; cut in the middle it would be a wrong password. The cost: if a password of one's own
 * consists of two such groups, each with a hyphen, the recovery code after it is best typed in capitals, as shown. */
static bool is_temporary(const struct lbr_secret *answer)
{
	size_t i;

	if (answer->len != TEMPORARY_LEN)
		return false;
	for (i = 0; i < answer->len; i++)
		if (i % GROUP == GROUP - 1 ? answer->bytes[i] != '-' : !is_temporary_char(answer->bytes[i]))
			return false;
	return true;
}

/* The length of the code at the end; 0 if there is no code, or nothing before it. */
static size_t find_code(const struct lbr_secret *answer)
{
	if (ends_in_digits(answer))
		return LBR_CODE_DIGITS;
	return ends_in_recovery_code(answer) && !is_temporary(answer) ? RECOVERY_LEN : 0;
}

enum lbr_error lbr_combined_answer_split(const struct lbr_secret *answer, struct lbr_secret *password, struct lbr_secret *code)
{
	size_t len = find_code(answer), at = answer->len - len;

	lbr_secret_wipe(password);
	lbr_secret_wipe(code);
	if (len == 0)
		return LBR_ERR_SYNTAX;
	if (lbr_secret_set(password, answer->bytes, at) != LBR_OK || lbr_secret_set(code, answer->bytes + at, len) != LBR_OK) {
		lbr_secret_wipe(password);
		lbr_secret_wipe(code);
		return LBR_ERR_SYNTAX;
	}
	return LBR_OK;
}
