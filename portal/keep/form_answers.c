/* One form, one attempt. */
#include "form_answers.h"

#include <string.h>

#include <liberations/secret.h>

static bool is_used(const struct lbr_form_answer *entry)
{
	return entry->until_ms != 0;
}

/* Which of two that are not being judged is forgotten first: a free place, the oldest refusal, the oldest of the others. */
static bool goes_before(const struct lbr_form_answer *one, const struct lbr_form_answer *other)
{
	return one->earned != other->earned ? other->earned : one->until_ms < other->until_ms;
}

/* The hash is keyed, so the time of a comparison tells nothing. Answers hold session ids: they are wiped. */
enum lbr_error lbr_form_answers_find(struct lbr_form_answers *answers, const unsigned char hash[32], int64_t now_ms,
                                     enum lbr_form_state *ret_state, unsigned *ret)
{
	unsigned at, best = LBR_FORM_ANSWERS_MAX;

	*ret = LBR_FORM_ANSWERS_MAX;
	*ret_state = LBR_FORM_WAIT;
	for (at = 0; at < LBR_FORM_ANSWERS_MAX; at++) {
		struct lbr_form_answer *entry = &answers->entries[at];

		if (is_used(entry) && now_ms >= entry->until_ms)
			lbr_wipe(entry, sizeof(*entry));
		if (is_used(entry) && memcmp(entry->hash, hash, sizeof(entry->hash)) == 0) {
			*ret_state = entry->len > 0 ? LBR_FORM_KNOWN : LBR_FORM_WAIT;
			*ret = at;
			return LBR_OK;
		}
		if (entry->until_ms != INT64_MAX &&
		    (best == LBR_FORM_ANSWERS_MAX || goes_before(entry, &answers->entries[best])))
			best = at;
	}
	if (best == LBR_FORM_ANSWERS_MAX)
		return LBR_ERR_BUSY;
	lbr_wipe(&answers->entries[best], sizeof(answers->entries[best]));
	memcpy(answers->entries[best].hash, hash, sizeof(answers->entries[best].hash));
	answers->entries[best].until_ms = INT64_MAX;
	*ret_state = LBR_FORM_FRESH;
	*ret = best;
	return LBR_OK;
}

enum lbr_error lbr_form_answers_keep(struct lbr_form_answers *answers, unsigned place, bool earned, const void *bytes, size_t len,
                                     int64_t now_ms)
{
	struct lbr_form_answer *entry;

	if (place >= LBR_FORM_ANSWERS_MAX || answers->entries[place].until_ms != INT64_MAX)
		return LBR_ERR_RANGE;
	entry = &answers->entries[place];
	if (len == 0 || len > sizeof(entry->bytes)) {
		lbr_form_answers_drop(answers, place);
		return LBR_ERR_RANGE;
	}
	memcpy(entry->bytes, bytes, len);
	entry->len = len;
	entry->earned = earned;
	entry->until_ms = now_ms + LBR_FORM_ANSWER_MS;
	return LBR_OK;
}

void lbr_form_answers_drop(struct lbr_form_answers *answers, unsigned place)
{
	if (place < LBR_FORM_ANSWERS_MAX)
		lbr_wipe(&answers->entries[place], sizeof(answers->entries[place]));
}
