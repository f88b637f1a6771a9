/* The sessions of one sign-in, and of one person. */
#include "session_family.h"

#include <string.h>

#include <sodium.h>

#include "session_chains.h"

struct session_owner {
	uint64_t    hash;
	const char *user;
};

bool lbr_session_read_or_end(struct lbr_session_table *table, uint32_t index, struct lbr_web_session *ret)
{
	unsigned char hash[32];

	if (lbr_session_slot_get(table->key, index, lbr_session_bytes(table, index), hash, ret) == LBR_SLOT_TAKEN)
		return true;
	lbr_session_end(table, index);
	return false;
}

static uint32_t first_of(const struct lbr_session_table *table, uint64_t person)
{
	return table->by_person[person % table->count];
}

static bool are_family(const struct lbr_session_table *table, uint32_t one, uint32_t other)
{
	return table->live[one].person == table->live[other].person && table->live[one].family == table->live[other].family;
}

/* The session of the family that was used last; in case of a tie the first one of the chain. */
static uint32_t latest_of(const struct lbr_session_table *table, uint32_t member)
{
	uint32_t index, latest = LBR_SESSION_NONE;

	for (index = first_of(table, table->live[member].person); index != LBR_SESSION_NONE; index = table->live[index].next_person)
		if (are_family(table, index, member) &&
		    (latest == LBR_SESSION_NONE || table->live[index].seen_s > table->live[latest].seen_s))
			latest = index;
	return latest;
}

/* `seen_s` of the slot may be a minute old; the one in memory is not. */
bool lbr_session_is_over(const struct lbr_session_table *table, int64_t now_s, uint32_t index, int64_t born_s)
{
	if (now_s - born_s >= table->rules.absolute_s)
		return true;
	return now_s - table->live[index].seen_s >= table->rules.idle_s &&
	       now_s - table->live[latest_of(table, index)].seen_s >= table->rules.idle_s;
}

static void tell_over(const struct lbr_session_table *table, enum lbr_session_over why, const struct lbr_web_session *session)
{
	if (table->tell_over != NULL)
		table->tell_over(table->tell_context, why, session);
}

bool lbr_session_end_over(struct lbr_session_table *table, int64_t now_s, uint32_t index, const struct lbr_web_session *session)
{
	if (!lbr_session_is_over(table, now_s, index, session->born_s))
		return false;
	tell_over(table, now_s - session->born_s >= table->rules.absolute_s ? LBR_SESSION_OLD : LBR_SESSION_IDLE, session);
	lbr_session_end(table, index);
	return true;
}

/* Is it a session of that person's? A damaged one is not, and ends. */
static bool is_of(struct lbr_session_table *table, uint32_t index, const struct session_owner *person, struct lbr_web_session *ret)
{
	return table->live[index].person == person->hash && lbr_session_read_or_end(table, index, ret) &&
	       strcmp(ret->user, person->user) == 0;
}

static struct session_owner owner_of(const struct lbr_session_table *table, const char *user)
{
	return (struct session_owner){ lbr_chains_person(table, user), user };
}

uint32_t lbr_family_find(struct lbr_session_table *table, int64_t now_s, const struct lbr_web_session *member,
                         const unsigned char *site, struct lbr_web_session *ret)
{
	struct session_owner person = owner_of(table, member->user);
	uint32_t index, next;

	for (index = first_of(table, person.hash); index != LBR_SESSION_NONE; index = next) {
		next = table->live[index].next_person;
		if (is_of(table, index, &person, ret) && memcmp(ret->family, member->family, LBR_FAMILY_LEN) == 0 &&
		    (site == NULL || memcmp(ret->site, site, LBR_SITE_ID_LEN) == 0) &&
		    !lbr_session_is_over(table, now_s, index, ret->born_s))
			return index;
	}
	return LBR_SESSION_NONE;
}

/* Ends what is over of a person's. */
static void sweep_person(struct lbr_session_table *table, int64_t now_s, const struct session_owner *person)
{
	struct lbr_web_session session;
	uint32_t index, next;

	for (index = first_of(table, person->hash); index != LBR_SESSION_NONE; index = next) {
		next = table->live[index].next_person;
		if (is_of(table, index, person, &session))
			(void)lbr_session_end_over(table, now_s, index, &session);
	}
}

/* Of a person's families, the one that was idle longest; `*ret_families`: how many there are. */
static uint32_t idlest_of(struct lbr_session_table *table, const struct session_owner *person, unsigned *ret_families)
{
	uint32_t index, next, idlest = LBR_SESSION_NONE;
	struct lbr_web_session session;

	*ret_families = 0;
	for (index = first_of(table, person->hash); index != LBR_SESSION_NONE; index = next) {
		next = table->live[index].next_person;
		if (!is_of(table, index, person, &session) || latest_of(table, index) != index)
			continue;
		(*ret_families)++;
		if (idlest == LBR_SESSION_NONE || table->live[index].seen_s < table->live[idlest].seen_s)
			idlest = index;
	}
	return idlest;
}

void lbr_family_make_room(struct lbr_session_table *table, int64_t now_s, const char *user, unsigned most)
{
	struct session_owner person = owner_of(table, user);
	struct lbr_web_session session;
	unsigned families;
	uint32_t idlest;

	sweep_person(table, now_s, &person);
	idlest = idlest_of(table, &person, &families);
	if (families <= most || !lbr_session_read_or_end(table, idlest, &session))
		return;
	tell_over(table, LBR_SESSION_CROWDED, &session);
	(void)lbr_session_end_family(table, idlest);
}

unsigned lbr_session_end_family(struct lbr_session_table *table, uint32_t index)
{
	uint32_t other, next;
	unsigned ended = 0;

	if (index >= table->count || !table->live[index].taken)
		return 0;
	for (other = first_of(table, table->live[index].person); other != LBR_SESSION_NONE; other = next) {
		next = table->live[other].next_person;
		if (other == index || !are_family(table, other, index))
			continue;
		lbr_session_end(table, other);
		ended++;
	}
	lbr_session_end(table, index);
	return ended + 1;
}

unsigned lbr_session_end_all(struct lbr_session_table *table, const char *user, uint32_t except)
{
	struct session_owner person = owner_of(table, user);
	struct lbr_web_session session;
	uint32_t index, next;
	unsigned ended = 0;

	for (index = first_of(table, person.hash); index != LBR_SESSION_NONE; index = next) {
		next = table->live[index].next_person;
		if ((except < table->count && are_family(table, index, except)) || !is_of(table, index, &person, &session))
			continue;
		lbr_session_end(table, index);
		ended++;
	}
	return ended;
}

typedef bool take_session(void *context, uint32_t index, const struct lbr_web_session *session);

static void list(struct lbr_session_table *table, int64_t now_s, const char *user, bool families, take_session *each, void *context)
{
	struct session_owner person = owner_of(table, user);
	struct lbr_web_session session;
	uint32_t index, next;

	for (index = first_of(table, person.hash); index != LBR_SESSION_NONE; index = next) {
		next = table->live[index].next_person;
		if (!is_of(table, index, &person, &session) || lbr_session_is_over(table, now_s, index, session.born_s) ||
		    (families && latest_of(table, index) != index))
			continue;
		session.seen_s = table->live[index].seen_s;
		if (!each(context, index, &session))
			return;
	}
}

void lbr_session_list(struct lbr_session_table *table, int64_t now_s, const char *user, take_session *each, void *context)
{
	list(table, now_s, user, false, each, context);
}

void lbr_session_list_families(struct lbr_session_table *table, int64_t now_s, const char *user, take_session *each, void *context)
{
	list(table, now_s, user, true, each, context);
}
