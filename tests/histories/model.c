#include "model.h"

#include <stdio.h>
#include <string.h>

#include <liberations/answer.h>
#include <liberations/notice.h>
#include <liberations/origin.h>
#include <liberations/recovery.h>
#include <liberations/token.h>

#define HASH "$y$j75$abcdefghijklmnop$0123456789abcdefghijklmnopqrstuvwxyzABCDEF"

const char *const password_words[PASSWORDS] = {"first one A", "second one B", "third one C", "fourth one D", "fifth one E",
                                                 "sixth one F"};
const char *const places[PLACES] = {"rhost 192.0.2.1", "rhost 192.0.2.2"};

void write_hash(unsigned password, char ret[LBR_HASH_MAX])
{
	memset(ret, 0, LBR_HASH_MAX);
	(void)snprintf(ret, LBR_HASH_MAX, "%s%c", HASH, 'A' + (int)password);
}

unsigned password_of(const char *hash)
{
	size_t len = strlen(HASH);

	if (strncmp(hash, HASH, len) != 0 || hash[len] < 'A' || hash[len] >= 'A' + PASSWORDS)
		return PASSWORDS;
	return (unsigned)(hash[len] - 'A');
}

void make_account(const char *name, unsigned password, int64_t now_s, struct lbr_account *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->generation = 1;
	ret->password_kind = LBR_PASSWORD_OWN;
	ret->password_set_s = now_s;
	ret->token_kind = LBR_TOKEN_CONFIRMED;
	memcpy(ret->name, name, strlen(name) + 1);
	write_hash(password, ret->password_hash);
}

/* A code that was accepted before the floor was raised is one that was used. */
static struct lbr_counters counters_now(const struct state *state, const struct place_of_name *place)
{
	struct lbr_counters counters = place->counters;

	if (state->floor > counters.last_step)
		counters.last_step = state->floor;
	return counters;
}

static struct lbr_secret secret_of(const char *text)
{
	struct lbr_secret secret;

	(void)lbr_secret_set(&secret, text, strlen(text));
	return secret;
}

/* What the attempt finds: matching is the library's, the password is right if it is the account's. */
static struct lbr_evidence judge_answers(const struct history *history, const struct op *op, const struct place_of_name *place)
{
	const struct lbr_secret code = secret_of(op->code);
	const char *keyed = lbr_account_keyed_name(&place->account);
	struct lbr_evidence evidence = {.known = true, .factors = LBR_FACTORS_BOTH};
	char made[LBR_HASH_MAX];

	write_hash(op->password, made);
	evidence.password_right = strcmp(made, place->account.password_hash) == 0;
	evidence.step = lbr_token_match(history->keys[place->key], &code, op->matched_step, history->settings->window);
	evidence.impossible = lbr_answer_lacks_code(LBR_FACTORS_BOTH, &code);
	evidence.origin = lbr_origin_of(history->keyring, keyed, places[op->place]);
	evidence.answer = lbr_answer_mark(history->keyring, keyed, LBR_FACTORS_BOTH, made, &code);
	return evidence;
}

static enum lbr_notice_kind notice_of(enum lbr_event event)
{
	if (event == LBR_EVENT_LOCKED)
		return LBR_NOTICE_LOCKED;
	return event == LBR_EVENT_PASSWORD_KNOWN ? LBR_NOTICE_PASSWORD_KNOWN : LBR_NOTICE_KINDS;
}

static bool try(const struct history *history, const struct op *op, struct state *state)
{
	struct place_of_name *place = &state->names[op->name];
	struct lbr_counters counters = counters_now(state, place);
	struct lbr_evidence evidence;
	struct lbr_decision decision;
	int64_t last_sign_in_s = counters.last_sign_in_s;

	if (!place->there || op->absent)
		return op->fate == FATE_PERHAPS || place->there != op->absent;
	evidence = judge_answers(history, op, place);
	decision = lbr_decide(&place->account, &counters, &evidence, history->settings, op->now_s);
	place->counters = decision.counters;
	lbr_notice_raise(&place->counters, notice_of(decision.event), op->now_s, "sshd", places[op->place] + strlen("rhost "));
	return op->fate == FATE_PERHAPS ||
	       (decision.verdict == op->verdict && decision.uncounted == op->uncounted && decision.code_fresh == op->code_fresh &&
	        last_sign_in_s == op->last_sign_in_s && decision.counters.lanes[decision.lane].next_try_s == op->next_try_s &&
	        place->account.generation == op->became);
}

/* As lib/flow/change_commit.c. */
static bool change(const struct history *history, const struct op *op, struct state *state)
{
	struct place_of_name *place = &state->names[op->name];
	struct lbr_account *account = &place->account;

	if (!place->there || op->absent)
		return op->fate == FATE_PERHAPS || place->there != op->absent;
	if (account->generation != op->generation || account->disabled)
		return op->fate == FATE_PERHAPS;
	place->counters = counters_now(state, place);
	lbr_notice_raise(&place->counters, LBR_NOTICE_PASSWORD_CHANGED, op->now_s, "sshd", NULL);
	lbr_history_heal(&place->history, account, history->settings->history);
	account->password_set_s = place->history.entries[0].set_s == op->now_s ? op->now_s + 1 : op->now_s;
	account->must_change = false;
	write_hash(op->password, account->password_hash);
	lbr_history_heal(&place->history, account, history->settings->history);
	account->generation++;
	return op->fate == FATE_PERHAPS || account->generation == op->became;
}

static bool set_disabled(const struct op *op, struct state *state, bool disabled)
{
	struct place_of_name *place = &state->names[op->name];
	bool changes = place->account.disabled != disabled;

	if (!place->there || op->absent)
		return op->fate == FATE_PERHAPS || place->there != op->absent;
	place->account.disabled = disabled;
	place->account.generation += changes ? 1 : 0;
	return op->fate == FATE_PERHAPS || (changes == op->changed && place->account.generation == op->became);
}

static bool unlock(const struct op *op, struct state *state)
{
	static const struct lbr_lane_counters none[LBR_LANES];
	struct place_of_name *place = &state->names[op->name];
	bool changes = memcmp(place->counters.lanes, none, sizeof(none)) != 0;

	if (!place->there || op->absent)
		return op->fate == FATE_PERHAPS || place->there != op->absent;
	if (changes)
		place->counters = counters_now(state, place);
	memset(place->counters.lanes, 0, sizeof(place->counters.lanes));
	return op->fate == FATE_PERHAPS || changes == op->changed;
}

static bool remove_name(const struct op *op, struct state *state)
{
	struct place_of_name *place = &state->names[op->name];
	bool was_there = place->there;

	memset(place, 0, sizeof(*place));
	return op->fate == FATE_PERHAPS || was_there == !op->absent;
}

static bool create(const struct history *history, const struct op *op, struct state *state)
{
	struct place_of_name *place = &state->names[op->name];

	if (place->there)
		return op->fate == FATE_PERHAPS || op->error == LBR_ERR_EXISTS;
	memset(place, 0, sizeof(*place));
	make_account(history->names[op->name], op->password, op->now_s, &place->account);
	place->there = true;
	place->key = op->key;
	return op->fate == FATE_PERHAPS || op->error == LBR_OK;
}

/* A rename that is asked for again says OK once it is done, and EXISTS is told of the new name alone: the old one may be gone. */
static bool rename_it(const struct history *history, const struct op *op, struct state *state)
{
	struct place_of_name *from = &state->names[op->name], *to = &state->names[1 - op->name];

	if (op->error == LBR_ERR_EXISTS)
		return to->there;
	if (!from->there)
		return op->fate == FATE_PERHAPS || op->absent || (to->there && to->was_renamed);
	if (to->there)
		return op->fate == FATE_PERHAPS;
	*to = *from;
	memset(from, 0, sizeof(*from));
	to->was_renamed = true;
	if (to->account.keyed_name[0] == '\0')
		memcpy(to->account.keyed_name, to->account.name, sizeof(to->account.name));
	memcpy(to->account.name, history->names[1 - op->name], sizeof(to->account.name));
	to->account.generation++;
	return op->fate == FATE_PERHAPS || !op->absent;
}

static bool same_counters(const struct lbr_counters *one, const struct lbr_counters *other)
{
	unsigned at;

	for (at = 0; at < LBR_RAISED_KINDS; at++)
		if (one->raised[at].at_s != other->raised[at].at_s)
			return false;
	return one->last_step == other->last_step && one->last_sign_in_s == other->last_sign_in_s &&
	       memcmp(one->lanes, other->lanes, sizeof(one->lanes)) == 0 &&
	       memcmp(one->origins, other->origins, sizeof(one->origins)) == 0 &&
	       memcmp(one->answers, other->answers, sizeof(one->answers)) == 0;
}

static bool same_history(const struct lbr_history *one, const struct lbr_history *other)
{
	unsigned at;

	for (at = 0; at < one->count && at < other->count; at++)
		if (one->entries[at].set_s != other->entries[at].set_s || strcmp(one->entries[at].hash, other->entries[at].hash) != 0)
			return false;
	return one->count == other->count;
}

static bool read_name(const struct history *history, const struct op *op, const struct state *state)
{
	const struct place_of_name *place = &state->names[op->name];
	const struct lbr_counters counters = counters_now(state, place);
	const struct found *found = op->found;
	struct lbr_history healed = place->history;

	if (!place->there || op->absent)
		return place->there != op->absent;
	lbr_history_heal(&healed, &place->account, history->settings->history);
	return found->account.generation == place->account.generation && found->account.disabled == place->account.disabled &&
	       found->account.password_set_s == place->account.password_set_s &&
	       strcmp(found->account.password_hash, place->account.password_hash) == 0 &&
	       strcmp(lbr_account_keyed_name(&found->account), lbr_account_keyed_name(&place->account)) == 0 &&
	       same_counters(&found->counters, &counters) && same_history(&found->history, &healed);
}

bool state_do(const struct history *history, const struct op *op, struct state *state)
{
	switch (op->kind) {
	case TRY:
		return try(history, op, state);
	case CHANGE:
		return change(history, op, state);
	case DISABLE:
	case ENABLE:
		return set_disabled(op, state, op->kind == DISABLE);
	case UNLOCK:
		return unlock(op, state);
	case REMOVE:
		return remove_name(op, state);
	case CREATE:
		return create(history, op, state);
	case RENAME:
		return rename_it(history, op, state);
	case READ:
		return read_name(history, op, state);
	default:
		state->floor = op->step > state->floor ? op->step : state->floor;
		return true;
	}
}
