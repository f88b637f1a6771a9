/* /etc/shadow, shadow(5), and pam_pwhistory's opasswd. */
#include "found.h"

#include <string.h>

#include <liberations/password.h>

#define SHADOW_FIELDS 9
#define SHADOW_FIELDS_OLD 5
#define SHADOW_DAY_S INT64_C(86400)

static unsigned split(struct import_span line, struct import_span field[SHADOW_FIELDS])
{
	struct import_span more;
	unsigned count = 0;

	for (; count < SHADOW_FIELDS && cli_import_cut(&line, ':', &field[count]); count++)
		;
	return cli_import_cut(&line, ':', &more) ? 0 : count;
}

/* What is locked keeps its hash behind a mark. */
static bool strip_marks(struct import_span *hash)
{
	bool marked = false;

	for (; hash->len > 0 && (hash->at[0] == '!' || hash->at[0] == '*'); hash->at++, hash->len--)
		marked = true;
	return marked;
}

static enum import_reason take_hash(struct import_span hash, char ret[LBR_HASH_MAX])
{
	bool looks_hashed = hash.len > 0 && (hash.at[0] == '$' || hash.at[0] == '_' || hash.len == 13);

	if (!looks_hashed)
		return IMPORT_NO_HASH;
	if (cli_import_copy(hash, ret, LBR_HASH_MAX) && lbr_password_can_serve(ret))
		return IMPORT_USABLE;
	lbr_wipe(ret, LBR_HASH_MAX);
	return IMPORT_METHOD;
}

static void take_date(int64_t last, int64_t today, int64_t now_s, struct import_found *found)
{
	found->set_s = now_s;
	if (last == 0) {
		found->must_change = true;
		found->notes |= IMPORT_BIT(IMPORT_AGED);
	} else if (last < 0) {
		found->notes |= IMPORT_BIT(IMPORT_NO_DATE);
	} else if (last > today) {
		found->notes |= IMPORT_BIT(IMPORT_FUTURE);
	} else {
		found->set_s = last * SHADOW_DAY_S;
	}
}

/* Ageing as shadow(5) has it: too old must change, inactive or ended is locked. */
static bool take_ageing(const struct import_span field[SHADOW_FIELDS], unsigned count, int64_t now_s, struct import_found *found)
{
	int64_t number[SHADOW_FIELDS], today = now_s / SHADOW_DAY_S, last, most, inactive, ends;
	unsigned at;

	for (at = 0; at < SHADOW_FIELDS; at++)
		number[at] = -1;
	for (at = 2; at < count && at < 8; at++)
		if (!cli_import_number(field[at], &number[at]))
			return false;
	last = number[2];
	most = number[4];
	inactive = number[6];
	ends = number[7];
	take_date(last, today, now_s, found);
	if (last > 0 && most >= 0 && today > last + most) {
		found->must_change = true;
		found->notes |= IMPORT_BIT(IMPORT_AGED);
	}
	found->locked |= last > 0 && most >= 0 && inactive >= 0 && today > last + most + inactive;
	found->locked |= ends >= 0 && today >= ends;
	if (ends > today)
		found->notes |= IMPORT_BIT(IMPORT_ENDS);
	if (found->locked)
		found->notes |= IMPORT_BIT(IMPORT_LOCKED);
	return true;
}

static void read_shadow(struct import_span line, int64_t now_s, struct import_found *found)
{
	struct import_span field[SHADOW_FIELDS];
	unsigned count = split(line, field);

	if (line.at[0] == '+' || line.at[0] == '-') {
		found->reason = IMPORT_NIS;
		return;
	}
	if (count != SHADOW_FIELDS && count != SHADOW_FIELDS_OLD) {
		found->reason = IMPORT_BAD_LINE;
		return;
	}
	if (!cli_import_name(found, field[0]))
		return;
	found->locked = strip_marks(&field[1]);
	found->reason = take_hash(field[1], found->hash);
	if (found->reason == IMPORT_USABLE && !take_ageing(field, count, now_s, found)) {
		found->reason = IMPORT_BAD_LINE;
		lbr_wipe(found->hash, sizeof(found->hash));
	}
}

/* They are kept oldest first, and the ten newest count. */
static void put_hash(struct import_found *found, const char *hash)
{
	if (found->hash_count == LBR_HISTORY_MAX)
		found->notes |= IMPORT_BIT(IMPORT_OLDER);
	else
		found->hash_count++;
	memmove(found->hashes[1], found->hashes[0], (found->hash_count - 1) * sizeof(found->hashes[0]));
	memcpy(found->hashes[0], hash, sizeof(found->hashes[0]));
}

static void read_opasswd(struct import_span line, struct import_found *found)
{
	struct import_span field[SHADOW_FIELDS], hash;
	int64_t uid = -1, told = -1, seen = 0;

	if (split(line, field) != 4 || !cli_import_number(field[1], &uid) || !cli_import_number(field[2], &told)) {
		found->reason = IMPORT_BAD_LINE;
		return;
	}
	if (!cli_import_name(found, field[0]))
		return;
	found->has_uid = uid >= 0 && uid < UINT32_MAX;
	found->uid = found->has_uid ? (uint32_t)uid : 0;
	found->reason = IMPORT_NO_HASH;
	while (field[3].len > 0 && cli_import_cut(&field[3], ',', &hash)) {
		(void)strip_marks(&hash);
		seen += hash.len > 0;
		if (take_hash(hash, found->hash) == IMPORT_USABLE)
			put_hash(found, found->hash);
		else
			found->notes |= IMPORT_BIT(IMPORT_OLDER);
	}
	lbr_wipe(found->hash, sizeof(found->hash));
	if (seen > 0)
		found->reason = found->hash_count > 0 ? IMPORT_USABLE : IMPORT_METHOD;
	if (seen != told)
		found->notes |= IMPORT_BIT(IMPORT_COUNT);
}

void cli_import_shadow(const char *bytes, size_t len, int64_t now_s, import_take *take, void *context)
{
	struct import_span rest = { bytes, len }, line;
	unsigned number = 0;

	while (cli_import_line(&rest, &line)) {
		struct import_found found = { .line = ++number, .piece = IMPORT_PASSWORD };

		if (line.len == 0)
			continue;
		read_shadow(line, now_s, &found);
		take(context, &found);
		lbr_wipe(&found, sizeof(found));
	}
}

void cli_import_opasswd(const char *bytes, size_t len, int64_t now_s, import_take *take, void *context)
{
	struct import_span rest = { bytes, len }, line;
	unsigned number = 0;

	(void)now_s;
	while (cli_import_line(&rest, &line)) {
		struct import_found found = { .line = ++number, .piece = IMPORT_HISTORY };

		if (line.len == 0)
			continue;
		read_opasswd(line, &found);
		take(context, &found);
		lbr_wipe(&found, sizeof(found));
	}
}
