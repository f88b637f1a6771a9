/* Words in a candidate: found through their disguises and cut out; then the rest is weighed. */
#include "rules_parts.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <liberations/secret.h>

#define LETTER 2        /* half characters that a letter weighs */
#define PART_MIN 3      /* letters; a shorter part of a name proves nothing */
#define COMMON_MAX 24   /* letters of a word in our own list */
#define REACH_MAX 63    /* points, including the spaces and dots between the letters */
#define PLAIN_MIN 2     /* letters of a word that must appear undisguised: random digits would be full of words */
#define MIXED_MIN 6     /* letters of a word that may have different signs between them: a shorter one matches by chance */
#define CUT_WORD 0x110000 /* beyond Unicode: marks where a word was cut, plus the place where that word first occurred */
#define REPEAT_MIN 2    /* repeated steps that count as a pattern */

static const char *const common[] = {
#define LBR_WORD(word) word,
#include "words.def"
#include "phrases.def"
#undef LBR_WORD
};

/* Characters typed in place of letters. */
static const struct { char typed; char letters[3]; } disguises[] = {
	{ '0', "o" }, { '1', "il" }, { '2', "z" }, { '3', "e" }, { '4', "a" }, { '5', "s" }, { '6', "gb" },
	{ '7', "t" }, { '8', "b" }, { '9', "g" }, { '@', "a" }, { '$', "s" }, { '!', "il" }, { '|', "il" },
	{ '+', "t" }, { '(', "c" },
};

static bool is_disguise(uint32_t typed, uint32_t letter)
{
	size_t at;

	if (letter < 'a' || letter > 'z' || (typed >= 'a' && typed <= 'z'))
		return false;
	for (at = 0; at < sizeof(disguises) / sizeof(disguises[0]); at++)
		if ((unsigned char)disguises[at].typed == typed)
			return strchr(disguises[at].letters, (int)letter) != NULL;
	return false;
}

/* How many points from `at` on make up the word; 0 if they do not. Signs may come between its letters; in a short word
 * they must all be the same, since random signs are not a disguise. */
static size_t match(const struct lbr_folded *candidate, size_t at, const uint32_t *word, size_t len)
{
	size_t place, plain = 0, found = 0;
	uint32_t between = 0;

	for (place = at; found < len && place < candidate->count; place++) {
		uint32_t typed = candidate->points[place];
		bool same = typed == word[found];

		if (same || is_disguise(typed, word[found]))
			found++;
		else if (found == 0 || lbr_rules_is_letter(typed) || (len < MIXED_MIN && between != 0 && typed != between))
			return 0;
		else
			between = typed;
		plain += same;
	}
	return found == len && plain >= PLAIN_MIN && place - at <= REACH_MAX ? place - at : 0;
}

void lbr_rules_find(const struct lbr_folded *candidate, const uint32_t *word, size_t len, struct lbr_cuts *cuts)
{
	size_t at, reach;

	for (at = 0; at < candidate->count; at++) {
		reach = match(candidate, at, word, len);
		if (reach > 0)
			cuts->reach[at] |= UINT64_C(1) << reach;
	}
}

void lbr_rules_find_common(const struct lbr_folded *candidate, struct lbr_cuts *cuts)
{
	uint32_t word[COMMON_MAX];
	size_t at, len;

	for (at = 0; at < sizeof(common) / sizeof(common[0]); at++) {
		for (len = 0; len < COMMON_MAX && common[at][len] != '\0'; len++)
			word[len] = (unsigned char)common[at][len];
		lbr_rules_find(candidate, word, len, cuts);
	}
}

void lbr_rules_find_text(const struct lbr_folded *candidate, const char *text, struct lbr_cuts *cuts)
{
	struct lbr_folded folded;
	uint32_t joined[LBR_FOLDED_MAX];
	size_t at, from = 0, len = 0;

	lbr_rules_fold(text, strlen(text), &folded);
	for (at = 0; at <= folded.count; at++) {
		if (at < folded.count && lbr_rules_is_letter(folded.points[at])) {
			joined[len++] = folded.points[at];
			continue;
		}
		if (at - from >= PART_MIN)
			lbr_rules_find(candidate, folded.points + from, at - from, cuts);
		from = at + 1;
	}
	if (len >= PART_MIN)
		lbr_rules_find(candidate, joined, len, cuts);
}

/* Fills `reaches` so that as many points as possible are cut; reaches[i] is the length of the cut that begins at i, or 0. */
static void choose_cuts(const struct lbr_folded *candidate, const struct lbr_cuts *cuts,
                        uint16_t reaches[LBR_FOLDED_MAX])
{
	/* How many points are cut before i, and the length of the last cut. */
	uint16_t best[LBR_FOLDED_MAX + 1] = {0}, back[LBR_FOLDED_MAX + 1] = {0};
	size_t at, reach;

	for (at = 0; at < candidate->count; at++) {
		if (best[at] >= best[at + 1]) {
			best[at + 1] = best[at];
			back[at + 1] = 0;
		}
		for (reach = 1; reach <= REACH_MAX && at + reach <= candidate->count; reach++) {
			if ((cuts->reach[at] >> reach & 1) == 0 || best[at] + reach <= best[at + reach])
				continue;
			best[at + reach] = (uint16_t)(best[at] + reach);
			back[at + reach] = (uint16_t)reach;
		}
	}
	for (at = candidate->count; at > 0; at -= back[at] > 0 ? back[at] : 1)
		if (back[at] > 0)
			reaches[at - back[at]] = back[at];
}

/* The first place where the same letters were cut. */
static size_t first_cut(const struct lbr_folded *candidate, const uint16_t reaches[LBR_FOLDED_MAX], size_t at)
{
	size_t from = 0;

	for (; from < at; from++)
		if (reaches[from] == reaches[at] &&
		    memcmp(candidate->points + from, candidate->points + at, reaches[at] * sizeof(uint32_t)) == 0)
			break;
	return from;
}

/* Leaves one point for each word, the same for the same word: repeating a word is a pattern like any other. True if a word
 * was cut. */
static bool cut(const struct lbr_folded *candidate, const struct lbr_cuts *cuts, struct lbr_folded *rest)
{
	uint16_t reaches[LBR_FOLDED_MAX] = {0};
	bool any = false;
	size_t at;

	choose_cuts(candidate, cuts, reaches);
	for (at = 0; at < candidate->count; at += reaches[at] > 0 ? reaches[at] : 1) {
		if (reaches[at] > 0)
			rest->points[rest->count++] = (uint32_t)(CUT_WORD + first_cut(candidate, reaches, at));
		else
			rest->points[rest->count++] = candidate->points[at];
		any = any || reaches[at] > 0;
	}
	lbr_wipe(reaches, sizeof(reaches));
	return any;
}

static bool is_digit(uint32_t point)
{
	return point >= '0' && point <= '9';
}

/* The step from one character to the next; 0 follows 9. */
static uint32_t step_to(const struct lbr_folded *rest, size_t at)
{
	uint32_t before = rest->points[at - 1], now = rest->points[at];

	return is_digit(before) && is_digit(now) ? (now - before + 10) % 10 : now - before;
}

/* How many steps from `at` on repeat earlier steps in the same order: "1234", "aaaa" and "xyzxyz" all continue themselves. */
static size_t repeated(const struct lbr_folded *rest, size_t at)
{
	size_t from, len, longest = 0;

	for (from = 1; from < at; from++) {
		for (len = 0; at + len < rest->count && step_to(rest, from + len) == step_to(rest, at + len); len++)
			;
		if (len > longest)
			longest = len;
	}
	return longest;
}

unsigned lbr_rules_weigh_rest(const struct lbr_folded *candidate, const struct lbr_cuts *cuts, bool *ret_cut)
{
	struct lbr_folded rest = {0};
	unsigned weight = 0;
	size_t at = 0, again;

	*ret_cut = cut(candidate, cuts, &rest);
	while (at < rest.count) {
		uint32_t point = rest.points[at];

		weight += *ret_cut && (is_digit(point) || !lbr_rules_is_letter(point)) ? LETTER / 2 : LETTER;
		again = at > 1 ? repeated(&rest, at) : 0;
		at += again >= REPEAT_MIN ? again : 1;
	}
	lbr_wipe(&rest, sizeof(rest));
	return weight;
}
