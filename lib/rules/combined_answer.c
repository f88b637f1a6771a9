/* One answer that holds both parts, for consumers that ask only once.
 *
 * Where it is cut is told by the shape of its end alone, before any account is looked at, and there is one cut or none: two
 * guesses at the cut would be two passwords for one attempt, or two hashes. The shapes exclude each other. A recovery code as it
 * is shown, XXXXX-XXXXX, has a hyphen as its sixth character from the end, where six digits have a digit. So a password that
 * ends like a recovery code is no trouble once six digits follow it. Such a password without any code is cut too, and refused,
 * as it would be whole; the temporary passwords alone are such that they must not be: see is_temporary().
 *
 * The hyphen is wanted, though recovery codes match without it in a field of their own: ten letters end many a password. */
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

/* What lib/rules/recovery.c reads: either case, and the look-alikes I, L and O; U stands in no code and is taken for none. */
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

/* Like those of lbr_random_password(), and nothing besides. Somebody invited who types it into one field is to be told, by the
 * log, where to sign in first, and nothing is charged; cut in the middle it would be a wrong password. What this costs: behind
 * a password of one's own that is two such groups with a hyphen each, a recovery code is best typed in capitals, as shown. */
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

/* How much of the end is the code; 0: nothing is, or nothing stands before it. */
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
