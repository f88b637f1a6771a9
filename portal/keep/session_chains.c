/* The chains through the table of sessions. */
#include "session_chains.h"

#include <string.h>

#include <sodium.h>

#include <liberations/big_endian.h>

void lbr_chains_begin(struct lbr_session_table *table)
{
	memset(table->live, 0, table->count * sizeof(*table->live));
	memset(table->by_hash, 0xff, table->count * sizeof(*table->by_hash));
	memset(table->by_person, 0xff, table->count * sizeof(*table->by_person));
	table->free = LBR_SESSION_NONE;
	table->used = 0;
}

uint64_t lbr_chains_person(const struct lbr_session_table *table, const char *user)
{
	unsigned char hash[crypto_shorthash_BYTES] = { 0 };

	(void)crypto_shorthash(hash, (const unsigned char *)user, strlen(user), table->key->place);
	return lbr_big_endian_get(hash, sizeof(hash));
}

void lbr_chains_take(struct lbr_session_table *table, uint32_t index, const unsigned char hash[32],
                     const struct lbr_web_session *session)
{
	struct lbr_session_live *live = &table->live[index];
	uint32_t *head;

	*live = (struct lbr_session_live){ .taken = true, .seen_s = session->seen_s };
	live->hash = lbr_big_endian_get(hash, 8);
	live->family = lbr_big_endian_get(session->family, 8);
	live->person = lbr_chains_person(table, session->user);
	head = &table->by_hash[live->hash % table->count];
	live->next = *head;
	*head = index;
	head = &table->by_person[live->person % table->count];
	live->next_person = *head;
	*head = index;
	table->used++;
}

void lbr_chains_free(struct lbr_session_table *table, uint32_t index)
{
	table->live[index] = (struct lbr_session_live){ .next = table->free };
	table->free = index;
}

void lbr_chains_leave(struct lbr_session_table *table, uint32_t index)
{
	const struct lbr_session_live *live = &table->live[index];
	uint32_t *at;

	for (at = &table->by_hash[live->hash % table->count]; *at != index; at = &table->live[*at].next)
		;
	*at = live->next;
	for (at = &table->by_person[live->person % table->count]; *at != index; at = &table->live[*at].next_person)
		;
	*at = live->next_person;
	table->used--;
}
