/* One answer that holds both parts, for consumers that ask only once.
 *
 * The shape of its end alone decides where to cut it, before any account is read. There is at most one cut: a second guess
 * would allow two passwords, or cost two hashes, in one attempt. The two shapes exclude each other: six digits stand together or
 * in groups of three or two, while a recovery code is parted in its middle alone, XXXXX-XXXXX, where six digits have a digit, or
 * in two of their groups a third separation. So a password that ends like a
 * recovery code causes no trouble once six digits follow it. Such a password without any code is also cut, and refused, as it
 * would be if left whole. Only a temporary password must not be cut: see is_temporary().
 *
 * Blanks and dashes count where they part a code or follow it. What stands before the code is the password, to the last blank.
 *
 * The hyphen, or a blank, is required, although a recovery code in a field of its own matches without it: many passwords end in
 * ten letters. */
#include <liberations/combined_answer.h>

#include <stdbool.h>
#include <string.h>

#include <liberations/random.h>
#include <liberations/recovery.h>
#include <liberations/token.h>

#include "typed.h"

#define PASTE_BEGINS "\033[200~"
#define HALF (LBR_RECOVERY_CHARS / 2)
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

/* The place before the blanks and dashes that end the first `end` signs. */
static size_t skip_separators(const struct lbr_typed *typed, size_t end)
{
	while (end > 0 && lbr_typed_separates(typed->signs[end - 1].sign))
		end--;
	return end;
}

/* The place of a code that ends the answer: `groups` of `len` signs each, with something between every two of them.
 * 0: there is none, or nothing stands before it. */
static size_t find_groups(const struct lbr_typed *typed, unsigned groups, unsigned len, bool (*is_sign)(char))
{
	size_t end = skip_separators(typed, typed->count), before;
	unsigned group, at;

	for (group = 0; group < groups; group++) {
		before = group > 0 ? skip_separators(typed, end) : end;
		if (group > 0 && before == end)
			return 0;
		end = before;
		for (at = 0; at < len; at++, end--)
			if (end == 0 || !is_sign(typed->signs[end - 1].sign))
				return 0;
	}
	return end;
}

static bool is_temporary_char(char c)
{
	return c != '\0' && strchr(LBR_TEMPORARY_CHARS, c) != NULL;
}

/* Exactly the form of lbr_random_password(), or with blanks for its hyphens. If an invited person types it into a single field, the
 * log says where to sign in first, and nothing is charged; cut in the middle it would be a wrong password. The cost: if a password
 * of one's own consists of two such groups, each with a hyphen, the recovery code after it is best typed in capitals, as shown. */
static bool is_temporary(const struct lbr_typed *typed)
{
	size_t end = skip_separators(typed, typed->count), i;
	char between = typed->signs[GROUP - 1].sign;

	if (end != TEMPORARY_LEN || !lbr_typed_separates(between))
		return false;
	for (i = 0; i < end; i++)
		if (i % GROUP == GROUP - 1 ? typed->signs[i].sign != between : !is_temporary_char(typed->signs[i].sign))
			return false;
	return true;
}

/* The place of the code at the end, in signs; 0: there is no code, or nothing before it. */
static size_t find_code(const struct lbr_typed *typed)
{
	size_t place = find_groups(typed, 1, LBR_CODE_DIGITS, is_digit);

	if (place == 0)
		place = find_groups(typed, 2, LBR_CODE_DIGITS / 2, is_digit);
	if (place == 0)
		place = find_groups(typed, 3, LBR_CODE_DIGITS / 3, is_digit);
	if (place == 0 && !is_temporary(typed))
		place = find_groups(typed, 2, HALF, is_recovery_char);
	return place;
}

/* A code that was pasted behind a typed password brings the terminal's mark along, which is in no password. */
static size_t take_mark(const struct lbr_secret *answer, const struct lbr_typed *typed, size_t place)
{
	if (place == 0)
		return 0;
	return strncmp(answer->bytes + typed->signs[place - 1].at, PASTE_BEGINS, strlen(PASTE_BEGINS)) == 0 ? place - 1 : place;
}

enum lbr_error lbr_combined_answer_split(const struct lbr_secret *answer, struct lbr_secret *password, struct lbr_secret *code)
{
	struct lbr_typed typed;
	size_t place, at;

	lbr_secret_wipe(password);
	lbr_secret_wipe(code);
	lbr_typed_read(answer, &typed);
	place = take_mark(answer, &typed, find_code(&typed));
	at = place > 0 ? typed.signs[place].at : 0;
	lbr_wipe(&typed, sizeof(typed));
	if (place == 0)
		return LBR_ERR_SYNTAX;
	if (lbr_secret_set(password, answer->bytes, at) != LBR_OK ||
	    lbr_secret_set(code, answer->bytes + at, answer->len - at) != LBR_OK) {
		lbr_secret_wipe(password);
		lbr_secret_wipe(code);
		return LBR_ERR_SYNTAX;
	}
	return LBR_OK;
}
