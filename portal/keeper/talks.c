/* The table of talks, and its bounds. */
#include "talks.h"

#include <stddef.h>
#include <string.h>

#include <sodium.h>

#include "form_number.h"
#include "keeper.h"

static bool is_attempt(const struct lbr_talk *talk)
{
	return talk->used && !talk->opened;
}

static bool is_opened(const struct lbr_talk *talk)
{
	return talk->used && talk->opened;
}

struct lbr_talk *lbr_talk_take(struct lbr_keeper *keeper)
{
	struct lbr_talk *found = NULL;
	unsigned at, attempts = 0;

	for (at = 0; at < keeper->talks_high; at++) {
		attempts += is_attempt(&keeper->talks[at]);
		if (!keeper->talks[at].used && found == NULL)
			found = &keeper->talks[at];
	}
	if (found == NULL && keeper->talks_high < LBR_TALKS_MAX)
		found = &keeper->talks[keeper->talks_high];
	if (found == NULL || attempts >= keeper->settings->attempts)
		return NULL;
	keeper->talks_high += found == &keeper->talks[keeper->talks_high];
	found->used = true;
	found->serial = ++keeper->talk_serial;
	found->form = LBR_FORM_NONE;
	lbr_steps_open(&found->steps);
	return found;
}

void lbr_talk_free(struct lbr_talk *talk)
{
	lbr_steps_close(&talk->steps);
	lbr_wipe(talk, sizeof(*talk));
	talk->form = LBR_FORM_NONE;
	talk->steps.fd = -1;
}

struct lbr_talk *lbr_talk_of_cookie(struct lbr_keeper *keeper, const char *form_cookie)
{
	unsigned char hash[LBR_PORTAL_MAC_LEN];
	unsigned at;

	if (!lbr_form_cookie_is_ours(&keeper->key, form_cookie))
		return NULL;
	lbr_form_cookie_hash(&keeper->key, form_cookie, hash);
	for (at = 0; at < keeper->talks_high; at++)
		if (is_opened(&keeper->talks[at]) && lbr_bytes_equal(keeper->talks[at].cookie, hash, sizeof(hash)))
			return &keeper->talks[at];
	return NULL;
}

static bool is_persons_turn(const struct lbr_talk *talk)
{
	return is_opened(talk) && lbr_dialogue_place(&talk->dialogue) != LBR_PLACE_NONE;
}

static struct lbr_talk *older_of(struct lbr_talk *one, struct lbr_talk *other)
{
	return one == NULL || other->serial < one->serial ? other : one;
}

/* While the agent has the word, an older talk is left to its end. */
static void end_oldest_of_person(struct lbr_keeper *keeper, const struct lbr_talk *talk)
{
	struct lbr_talk *oldest = NULL;
	unsigned at, others = 0;

	for (at = 0; at < keeper->talks_high; at++) {
		struct lbr_talk *other = &keeper->talks[at];

		if (other == talk || !is_opened(other) || strcmp(other->user, talk->user) != 0)
			continue;
		others++;
		if (is_persons_turn(other))
			oldest = older_of(oldest, other);
	}
	if (others >= LBR_TALKS_PER_PERSON && oldest != NULL)
		lbr_talk_free(oldest);
}

bool lbr_talk_is_superseded(const struct lbr_keeper *keeper, const struct lbr_talk *talk)
{
	unsigned at;

	for (at = 0; at < keeper->talks_high; at++) {
		const struct lbr_talk *other = &keeper->talks[at];

		if (other->used && other->serial > talk->serial &&
		    lbr_bytes_equal(other->browser, talk->browser, sizeof(talk->browser)))
			return true;
	}
	return false;
}

bool lbr_talk_may_open(struct lbr_keeper *keeper, const struct lbr_talk *talk)
{
	unsigned at, opened = 0;

	end_oldest_of_person(keeper, talk);
	for (at = 0; at < keeper->talks_high; at++)
		opened += is_opened(&keeper->talks[at]);
	return opened < keeper->settings->dialogues;
}

void lbr_talks_end_browser(struct lbr_keeper *keeper, const unsigned char browser[LBR_PORTAL_MAC_LEN])
{
	unsigned at;

	for (at = 0; at < keeper->talks_high; at++)
		if (is_persons_turn(&keeper->talks[at]) &&
		    lbr_bytes_equal(keeper->talks[at].browser, browser, LBR_PORTAL_MAC_LEN))
			lbr_talk_free(&keeper->talks[at]);
}
