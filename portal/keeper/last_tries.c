/* What a browser was refused last. */
#include "last_tries.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "utf8.h"

static bool is_plain(const char *text)
{
	uint32_t sign;
	size_t len;

	for (; *text != '\0'; text += len) {
		len = lbr_utf8_decode(text, &sign);
		if (len == 0 || sign < 0x20 || sign == 0x7f)
			return false;
	}
	return true;
}

void lbr_last_tries_note(struct lbr_last_tries *tries, const struct lbr_last_try *one, int64_t now_ms)
{
	struct lbr_last_try *found = &tries->entries[0];
	unsigned at;

	for (at = 0; at < LBR_LAST_TRIES_MAX; at++) {
		struct lbr_last_try *entry = &tries->entries[at];

		if (memcmp(entry->browser, one->browser, sizeof(entry->browser)) == 0) {
			found = entry;
			break;
		}
		if (entry->until_ms < found->until_ms)
			found = entry;
	}
	*found = *one;
	found->until_ms = now_ms + LBR_LAST_TRY_MS;
	if (!is_plain(found->user))
		found->user[0] = '\0';
}

void lbr_last_tries_forget(struct lbr_last_tries *tries, const unsigned char browser[LBR_PORTAL_MAC_LEN])
{
	unsigned at;

	for (at = 0; at < LBR_LAST_TRIES_MAX; at++)
		if (memcmp(tries->entries[at].browser, browser, sizeof(tries->entries[at].browser)) == 0)
			memset(&tries->entries[at], 0, sizeof(tries->entries[at]));
}

const struct lbr_last_try *lbr_last_tries_find(const struct lbr_last_tries *tries,
                                               const unsigned char browser[LBR_PORTAL_MAC_LEN], int64_t now_ms)
{
	unsigned at;

	for (at = 0; at < LBR_LAST_TRIES_MAX; at++)
		if (now_ms < tries->entries[at].until_ms &&
		    memcmp(tries->entries[at].browser, browser, sizeof(tries->entries[at].browser)) == 0)
			return &tries->entries[at];
	return NULL;
}
