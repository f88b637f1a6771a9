/* The rules in their order: text, length, the person, common words, then libpasswdqc. The first objection is the one reported. */
#include <liberations/rules.h>

#include <stdbool.h>
#include <string.h>

#include <liberations/password.h>

#include "rules_parts.h"

/* The weight, in half characters, that a candidate must keep after all words are cut out: six characters. With fewer, an
 * attacker who tries the words with a year, a counter or a few signs around them succeeds in an afternoon. If there is no
 * word to cut, eight characters: a short word that is on no list, repeated, must fail too. */
#define REST_MIN 12
#define WHOLE_MIN 16

static enum lbr_objection judge_length(const struct lbr_secret *password, const struct lbr_settings *settings)
{
	size_t points = lbr_password_points(password);

	if (points > LBR_PASSWORD_MAX_POINTS || password->len > LBR_PASSWORD_MAX_BYTES)
		return LBR_OBJECTION_LONG;
	return points < settings->min_length ? LBR_OBJECTION_SHORT : LBR_OBJECTION_NONE;
}

/* The organisation's words, each entry between two commas on its own. */
static void find_own(const struct lbr_folded *candidate, const struct lbr_settings *settings, struct lbr_cuts *cuts)
{
	char entry[sizeof(settings->words)];
	const char *at = settings->words;
	size_t len;

	lbr_rules_find_text(candidate, settings->issuer, cuts);
	while (*at != '\0') {
		len = strcspn(at, ",");
		memcpy(entry, at, len);
		entry[len] = '\0';
		lbr_rules_find_text(candidate, entry, cuts);
		at += len + (at[len] == ',');
	}
}

/* The person's own words are reported differently, so they are tried first, alone. */
static enum lbr_objection judge_words(const struct lbr_candidate *candidate, const struct lbr_settings *settings)
{
	enum lbr_objection objection = LBR_OBJECTION_NONE;
	struct lbr_folded folded;
	struct lbr_cuts cuts = {{0}};
	unsigned weight;
	bool cut;

	lbr_rules_fold(candidate->password->bytes, candidate->password->len, &folded);
	lbr_rules_find_text(&folded, candidate->name, &cuts);
	lbr_rules_find_text(&folded, candidate->contact, &cuts);
	weight = lbr_rules_weigh_rest(&folded, &cuts, &cut);
	if (cut && weight < REST_MIN) {
		objection = LBR_OBJECTION_NAME;
	} else if (!cut && weight < WHOLE_MIN) {
		objection = LBR_OBJECTION_SIMPLE;
	} else {
		lbr_rules_find_common(&folded, &cuts);
		find_own(&folded, settings, &cuts);
		if (lbr_rules_weigh_rest(&folded, &cuts, &cut) < REST_MIN)
			objection = LBR_OBJECTION_WORDS;
	}
	lbr_wipe(&folded, sizeof(folded));
	lbr_wipe(&cuts, sizeof(cuts));
	return objection;
}

enum lbr_error lbr_rules_judge(const struct lbr_candidate *candidate, const struct lbr_settings *settings,
                               enum lbr_objection *ret, struct lbr_reason *reason)
{
	enum lbr_objection objection;
	enum lbr_error error;

	*ret = LBR_OBJECTION_SIMPLE;
	objection = lbr_rules_judge_text(candidate->password);
	if (objection == LBR_OBJECTION_NONE)
		objection = judge_length(candidate->password, settings);
	if (objection == LBR_OBJECTION_NONE && candidate->old != NULL &&
	    lbr_secret_equal(candidate->password, candidate->old))
		objection = LBR_OBJECTION_SAME;
	if (objection == LBR_OBJECTION_NONE)
		objection = judge_words(candidate, settings);
	if (objection == LBR_OBJECTION_NONE) {
		error = lbr_rules_ask_passwdqc(candidate, settings, &objection, reason);
		if (error != LBR_OK)
			return error;
	}
	*ret = objection;
	return LBR_OK;
}

enum lbr_text lbr_rules_text(enum lbr_objection objection)
{
	switch (objection) {
	case LBR_OBJECTION_PASTE: return LBR_TEXT_PASTE_MARKS;
	case LBR_OBJECTION_BYTES: return LBR_TEXT_NOT_UTF8;
	case LBR_OBJECTION_KEYS: return LBR_TEXT_CONTROL_KEYS;
	case LBR_OBJECTION_SHORT: return LBR_TEXT_TOO_SHORT;
	case LBR_OBJECTION_LONG: return LBR_TEXT_TOO_LONG;
	case LBR_OBJECTION_SAME: return LBR_TEXT_SAME;
	case LBR_OBJECTION_USED: return LBR_TEXT_USED;
	case LBR_OBJECTION_NAME: return LBR_TEXT_HAS_NAME;
	case LBR_OBJECTION_OLD: return LBR_TEXT_LIKE_OLD;
	case LBR_OBJECTION_WORDS: return LBR_TEXT_COMMON_WORDS;
	case LBR_OBJECTION_BREACHED: return LBR_TEXT_BREACHED;
	case LBR_OBJECTION_SIMPLE:
	case LBR_OBJECTION_NONE:
	case LBR_OBJECTIONS:
		break;
	}
	return LBR_TEXT_TOO_SIMPLE;
}
