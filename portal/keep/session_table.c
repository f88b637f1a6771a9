/* The table of sessions. */
#include "session_table.h"

#include <string.h>

#include <sodium.h>

#include <liberations/big_endian.h>
#include <liberations/secret.h>

#include "session_chains.h"
#include "session_family.h"

unsigned char *lbr_session_bytes(const struct lbr_session_table *table, uint32_t index)
{
	return table->slots + (size_t)index * LBR_SESSION_SLOT_LEN;
}

size_t lbr_session_table_size(uint32_t count)
{
	return (size_t)count * (sizeof(struct lbr_session_live) + 2 * sizeof(uint32_t));
}

/* Is there a slot with this whole hash already? */
static uint32_t find_hash(const struct lbr_session_table *table, const unsigned char hash[32], struct lbr_web_session *ret)
{
	uint64_t begin = lbr_big_endian_get(hash, 8);
	unsigned char other[32];
	uint32_t index;

	for (index = table->by_hash[begin % table->count]; index != LBR_SESSION_NONE; index = table->live[index].next)
		if (table->live[index].hash == begin &&
		    lbr_session_slot_get(table->key, index, lbr_session_bytes(table, index), other, ret) == LBR_SLOT_TAKEN &&
		    lbr_bytes_equal(hash, other, sizeof(other)))
			return index;
	memset(ret, 0, sizeof(*ret));
	return LBR_SESSION_NONE;
}

void lbr_session_table_open(struct lbr_session_table *table, const struct lbr_portal_key *key,
                            const struct lbr_session_rules *rules,
                            unsigned char *slots, uint32_t count, void *memory, unsigned *ret_damaged)
{
	struct lbr_web_session session, other;
	unsigned char hash[32];
	uint32_t index;

	*table = (struct lbr_session_table){ .key = key, .rules = *rules, .slots = slots, .count = count, .live = memory };
	table->by_hash = (uint32_t *)(void *)(table->live + count);
	table->by_person = table->by_hash + count;
	lbr_chains_begin(table);
	*ret_damaged = 0;
	for (index = count; index-- > 0;) {
		enum lbr_slot_state state = lbr_session_slot_get(key, index, lbr_session_bytes(table, index), hash, &session);

		if (state == LBR_SLOT_TAKEN && find_hash(table, hash, &other) == LBR_SESSION_NONE) {
			lbr_chains_take(table, index, hash, &session);
			continue;
		}
		*ret_damaged += state != LBR_SLOT_EMPTY && state != LBR_SLOT_FOREIGN;
		if (state == LBR_SLOT_FOREIGN) {
			uint8_t version = lbr_session_slot_version(lbr_session_bytes(table, index));

			table->foreign++;
			table->newest = version > table->newest ? version : table->newest;
		}
		if (state != LBR_SLOT_EMPTY)
			memset(lbr_session_bytes(table, index), 0, LBR_SESSION_SLOT_LEN);
		lbr_chains_free(table, index);
	}
}

void lbr_session_end(struct lbr_session_table *table, uint32_t index)
{
	if (index >= table->count || !table->live[index].taken)
		return;
	lbr_wipe(lbr_session_bytes(table, index), LBR_SESSION_SLOT_LEN);
	lbr_chains_leave(table, index);
	lbr_chains_free(table, index);
}

void lbr_session_tidy(struct lbr_session_table *table, int64_t now_s, uint32_t most)
{
	struct lbr_web_session session;
	uint32_t index;

	for (most = most < table->count ? most : table->count; most > 0; most--) {
		index = table->tidied++ % table->count;
		table->tidied %= table->count;
		if (table->live[index].taken && lbr_session_read_or_end(table, index, &session))
			(void)lbr_session_end_over(table, now_s, index, &session);
	}
}

/* A session of a family that lives already is as old as that one. */
static enum lbr_error join(struct lbr_session_table *table, int64_t now_s, struct lbr_web_session *session)
{
	struct lbr_web_session other;
	uint32_t index = lbr_family_find(table, now_s, session, NULL, &other);

	if (index == LBR_SESSION_NONE)
		return LBR_ERR_ABSENT;
	session->born_s = other.born_s;
	lbr_session_end(table, lbr_family_find(table, now_s, session, session->site, &other));
	return LBR_OK;
}

/* In a full table, sessions that are over give way; then, for a family that begins, the person's own. */
static uint32_t take_free(struct lbr_session_table *table, int64_t now_s, const char *user, bool alone)
{
	uint32_t index;

	if (table->free == LBR_SESSION_NONE)
		lbr_session_tidy(table, now_s, table->count);
	if (table->free == LBR_SESSION_NONE && alone)
		lbr_family_make_room(table, now_s, user, 0);
	index = table->free;
	if (index != LBR_SESSION_NONE)
		table->free = table->live[index].next;
	return index;
}

enum lbr_error lbr_session_begin(struct lbr_session_table *table, int64_t now_s, int64_t now_ms,
                                 const unsigned char id[LBR_SESSION_ID_LEN], const struct lbr_web_session *session, uint32_t *ret)
{
	bool alone = sodium_is_zero(session->family, LBR_FAMILY_LEN) == 1;
	struct lbr_web_session fresh = *session;
	unsigned char hash[32];
	enum lbr_error error = LBR_OK;

	*ret = LBR_SESSION_NONE;
	if (session->user[0] == '\0')
		return LBR_ERR_SYNTAX;
	lbr_session_hash(table->key, id, hash);
	fresh.born_s = fresh.seen_s = now_s;
	if (alone) {
		lbr_family_make_room(table, now_s, session->user, table->rules.per_person - 1);
		memcpy(fresh.family, hash + sizeof(hash) - LBR_FAMILY_LEN, LBR_FAMILY_LEN);
	} else {
		error = join(table, now_s, &fresh);
	}
	if (error == LBR_OK)
		*ret = take_free(table, now_s, session->user, alone);
	if (*ret == LBR_SESSION_NONE)
		return error != LBR_OK ? error : LBR_ERR_BUSY;
	lbr_session_slot_put(table->key, *ret, hash, &fresh, lbr_session_bytes(table, *ret));
	lbr_chains_take(table, *ret, hash, &fresh);
	lbr_session_checked(table, *ret, now_ms);
	return LBR_OK;
}

void lbr_session_checked(struct lbr_session_table *table, uint32_t index, int64_t now_ms)
{
	if (index >= table->count || !table->live[index].taken)
		return;
	table->live[index].checked = true;
	table->live[index].checked_ms = now_ms;
}

/* Notes that the session was used; its slot hears of it once a minute. */
static void note_use(struct lbr_session_table *table, int64_t now_s, uint32_t index, const unsigned char hash[32],
                     struct lbr_web_session *session)
{
	if (now_s > table->live[index].seen_s)
		table->live[index].seen_s = now_s;
	if (now_s - session->seen_s >= LBR_SESSION_SEEN_S) {
		session->seen_s = now_s;
		lbr_session_slot_put(table->key, index, hash, session, lbr_session_bytes(table, index));
	}
	session->seen_s = table->live[index].seen_s;
}

enum lbr_session_answer lbr_session_find_hashed(struct lbr_session_table *table, int64_t now_s, int64_t now_ms,
                                                const unsigned char hash[32], const unsigned char site[LBR_SITE_ID_LEN],
                                                uint32_t *ret_index, struct lbr_web_session *ret)
{
	enum lbr_session_answer answer = LBR_SESSION_DEAD;
	const struct lbr_session_live *live;
	uint32_t index;

	*ret_index = LBR_SESSION_NONE;
	index = find_hash(table, hash, ret);
	if (index != LBR_SESSION_NONE && lbr_session_end_over(table, now_s, index, ret))
		index = LBR_SESSION_NONE;
	if (index == LBR_SESSION_NONE || !lbr_bytes_equal(ret->site, site, LBR_SITE_ID_LEN)) {
		memset(ret, 0, sizeof(*ret));
		return LBR_SESSION_DEAD;
	}
	live = &table->live[index];
	*ret_index = index;
	answer = live->checked && now_ms - live->checked_ms < table->rules.recheck_ms ? LBR_SESSION_LIVE : LBR_SESSION_RECHECK;
	note_use(table, now_s, index, hash, ret);
	return answer;
}

enum lbr_session_answer lbr_session_find(struct lbr_session_table *table, int64_t now_s, int64_t now_ms,
                                         const unsigned char id[LBR_SESSION_ID_LEN], const unsigned char site[LBR_SITE_ID_LEN],
                                         uint32_t *ret_index, struct lbr_web_session *ret)
{
	unsigned char hash[32];

	lbr_session_hash(table->key, id, hash);
	return lbr_session_find_hashed(table, now_s, now_ms, hash, site, ret_index, ret);
}
