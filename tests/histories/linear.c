#include "linear.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEEN_PLACES (1u << 18)
#define SEEN_MAX (SEEN_PLACES / 2)

struct search {
	const struct history *history;
	uint64_t              must;   /* operations that were answered */
	uint64_t             *seen;   /* an open hash table; 0: empty */
	uint32_t             *used;   /* its places that are not */
	unsigned              count;
};

/* The longest order that the last search found, for a report. */
static unsigned order[OPS_MAX], longest[OPS_MAX], longest_count;

static uint64_t mix(uint64_t sum, const void *bytes, size_t len)
{
	const unsigned char *at = bytes;
	uint64_t word;

	for (; len >= sizeof(word); at += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		sum = (sum ^ word) * 0x9e3779b97f4a7c15u;
		sum ^= sum >> 29;
	}
	for (; len > 0; at++, len--)
		sum = (sum ^ *at) * 0x100000001b3u;
	return sum;
}

static uint64_t mix_name(uint64_t sum, const struct place_of_name *place)
{
	const struct lbr_account *account = &place->account;
	const uint64_t facts[] = {place->there, place->key, account->generation, account->disabled, (uint64_t)account->password_set_s,
	                          place->history.count};
	unsigned at;

	sum = mix(sum, facts, sizeof(facts));
	sum = mix(sum, account->password_hash, strlen(account->password_hash));
	sum = mix(sum, account->keyed_name, strlen(account->keyed_name));
	for (at = 0; at < place->history.count; at++)
		sum = mix(sum, place->history.entries[at].hash, strlen(place->history.entries[at].hash));
	return mix(sum, &place->counters, sizeof(place->counters));
}

static uint64_t sum_of(uint64_t done, const struct state *state)
{
	const uint64_t facts[] = {done, (uint64_t)state->floor};
	uint64_t sum = mix_name(mix_name(mix(1, facts, sizeof(facts)), &state->names[0]), &state->names[1]);

	return sum != 0 ? sum : 1;
}

/* Two that have the same sum by chance would make the search give up too early, which is a false alarm and never a pass. */
static bool was_here(struct search *search, uint64_t sum)
{
	uint64_t at = sum % SEEN_PLACES;

	for (; search->seen[at] != 0; at = (at + 1) % SEEN_PLACES)
		if (search->seen[at] == sum)
			return true;
	if (search->count < SEEN_MAX) {
		search->seen[at] = sum;
		search->used[search->count++] = (uint32_t)at;
	}
	return false;
}

/* One that was asked after another had been told cannot come before it. */
static int64_t first_answer(const struct search *search, uint64_t done)
{
	int64_t first = INT64_MAX;
	unsigned at;

	for (at = 0; at < search->history->count; at++)
		if ((search->must & ~done & 1ull << at) != 0 && search->history->ops[at].told_ns < first)
			first = search->history->ops[at].told_ns;
	return first;
}

static void note_order(unsigned depth)
{
	if (depth <= longest_count)
		return;
	longest_count = depth;
	memcpy(longest, order, sizeof(order));
}

static bool go_on(struct search *search, unsigned depth, uint64_t done, const struct state *state)
{
	const struct history *history = search->history;
	int64_t first = first_answer(search, done);
	struct state next;
	unsigned at;

	note_order(depth);
	if ((search->must & ~done) == 0)
		return true;
	if (was_here(search, sum_of(done, state)))
		return false;
	for (at = 0; at < history->count; at++) {
		const struct op *op = &history->ops[at];

		if ((done & 1ull << at) != 0 || op->fate == FATE_NOTHING || op->asked_ns > first)
			continue;
		next = *state;
		order[depth] = at;
		if (state_do(history, op, &next) && go_on(search, depth + 1, done | 1ull << at, &next))
			return true;
	}
	return false;
}

bool is_linearizable(const struct history *history)
{
	static uint64_t seen[SEEN_PLACES];
	static uint32_t used[SEEN_MAX];
	struct search search = {.history = history, .seen = seen, .used = used};
	struct state nobody;
	unsigned at;
	bool found;

	memset(&nobody, 0, sizeof(nobody));
	for (at = 0; at < history->count; at++)
		if (history->ops[at].fate == FATE_DONE)
			search.must |= 1ull << at;
	longest_count = 0;
	found = go_on(&search, 0, 0, &nobody);
	for (at = 0; at < search.count; at++)
		seen[used[at]] = 0;
	return found;
}

static const char *const kinds[KINDS] = {"try", "change", "disable", "enable", "unlock", "remove", "create", "rename", "read",
                                         "floor"};
static const char *const fates[] = {"done", "nothing", "perhaps"};

static void print_found(const struct found *found)
{
	const struct lbr_lane_counters *lane = &found->counters.lanes[LBR_LANE_STRANGER];

	fprintf(stderr, " generation %llu disabled %d password %u last step %lld failures %u %u",
	        (unsigned long long)found->account.generation, found->account.disabled, password_of(found->account.password_hash),
	        (long long)found->counters.last_step, lane->password_failures, lane->code_failures);
}

static void print_op(const struct history *history, const struct op *op, int64_t first_ns)
{
	fprintf(stderr, "%9.3f %9.3f ms  worker %u %-7s %s password %u key %u code %s generation %llu now %lld: %s (%s)%s%s",
	        (double)(op->asked_ns - first_ns) / 1e6, op->fate == FATE_PERHAPS ? -1 : (double)(op->told_ns - first_ns) / 1e6,
	        op->worker, kinds[op->kind], history->names[op->name], op->password, op->key, op->code,
	        (unsigned long long)op->generation, (long long)op->now_s, fates[op->fate], lbr_error_name(op->error),
	        op->absent ? " absent" : "", op->changed ? " changed" : "");
	if (op->kind == TRY && op->fate == FATE_DONE)
		fprintf(stderr, " verdict %d fresh %d uncounted %d last %lld next %lld", (int)op->verdict, op->code_fresh,
		        (int)op->uncounted, (long long)op->last_sign_in_s, (long long)op->next_try_s);
	if (op->kind == READ && op->found != NULL && !op->absent)
		print_found(op->found);
	fprintf(stderr, " became %llu step %lld\n", (unsigned long long)op->became, (long long)op->step);
}

static bool is_in_order(unsigned op)
{
	unsigned at;

	for (at = 0; at < longest_count; at++)
		if (longest[at] == op)
			return true;
	return false;
}

void print_history(const struct history *history)
{
	int64_t first_ns = INT64_MAX;
	unsigned at;

	for (at = 0; at < history->count; at++)
		first_ns = history->ops[at].kind != FLOOR && history->ops[at].asked_ns < first_ns ? history->ops[at].asked_ns : first_ns;
	fprintf(stderr, "not linearizable: %s and %s; in order as far as it goes:\n", history->names[0], history->names[1]);
	for (at = 0; at < longest_count; at++)
		print_op(history, &history->ops[longest[at]], first_ns);
	fprintf(stderr, "and the others:\n");
	for (at = 0; at < history->count; at++)
		if (!is_in_order(at))
			print_op(history, &history->ops[at], first_ns);
}
