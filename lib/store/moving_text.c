/* What the file "moving" says: one spelling alone. */
#include <liberations/moving.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <liberations/name.h>

#define REALM_HEX_LEN (2 * LBR_REALM_LEN)
#define NO_NAME "-" /* which no account's file is called */
#define MOVING_WORD_MAX 16

static const char *const stores[] = {"file", "postgres"};
static const char *const phases[] = {"clearing", "moving", "done"};

enum lbr_error lbr_moving_encode(const struct lbr_moving *moving, char ret[LBR_MOVING_TEXT_MAX], size_t *ret_len)
{
	char realm[REALM_HEX_LEN + 1] = "", after[LBR_NAME_FILE_MAX + 1] = NO_NAME;
	enum lbr_error error = LBR_OK;
	int at, len;

	for (at = 0; at < LBR_REALM_LEN; at++)
		(void)snprintf(realm + 2 * at, 3, "%02x", moving->realm[at]);
	if (moving->after[0] != '\0')
		error = lbr_name_encode(moving->after, after);
	len = snprintf(ret, LBR_MOVING_TEXT_MAX, "liberations-moving 1\nto %s\nphase %s\nrealm %s\nsince %" PRId64 "\nafter %s\n",
	               stores[moving->to], phases[moving->phase], realm, moving->since_s, after);
	*ret_len = len > 0 ? (size_t)len : 0;
	return error == LBR_OK && (len <= 0 || len >= LBR_MOVING_TEXT_MAX) ? LBR_ERR_RANGE : error;
}

static int index_of(const char *word, const char *const *words, int count)
{
	int at = 0;

	while (at < count - 1 && strcmp(word, words[at]) != 0)
		at++;
	return at;
}

static void read_realm(const char *hex, unsigned char ret[LBR_REALM_LEN])
{
	unsigned byte;
	int at;

	for (at = 0; at < LBR_REALM_LEN && sscanf(hex + 2 * at, "%2x", &byte) == 1; at++)
		ret[at] = (unsigned char)byte;
}

/* Takes what can be read for what it may mean; that it is nothing else, writing it again tells. */
enum lbr_error lbr_moving_decode(const char *text, size_t len, struct lbr_moving *ret)
{
	char copy[LBR_MOVING_TEXT_MAX] = "", again[LBR_MOVING_TEXT_MAX];
	char to[MOVING_WORD_MAX], phase[MOVING_WORD_MAX], realm[REALM_HEX_LEN + 1], after[LBR_NAME_FILE_MAX + 1];
	size_t again_len;

	_Static_assert(LBR_NAME_FILE_MAX == 192, "as in the format below");
	memset(ret, 0, sizeof(*ret));
	if (len >= sizeof(copy))
		return LBR_ERR_DAMAGED;
	memcpy(copy, text, len);
	if (sscanf(copy, "liberations-moving 1 to %15s phase %15s realm %32s since %" SCNd64 " after %192s", to, phase, realm,
	           &ret->since_s, after) != 5)
		return LBR_ERR_DAMAGED;
	ret->to = (enum lbr_store_kind)index_of(to, stores, 2);
	ret->phase = (enum lbr_moving_phase)index_of(phase, phases, 3);
	read_realm(realm, ret->realm);
	if (strcmp(after, NO_NAME) != 0 && lbr_name_decode(after, ret->after) != LBR_OK)
		return LBR_ERR_DAMAGED;
	if (lbr_moving_encode(ret, again, &again_len) == LBR_OK && again_len == len && memcmp(again, text, len) == 0)
		return LBR_OK;
	memset(ret, 0, sizeof(*ret));
	return LBR_ERR_DAMAGED;
}
