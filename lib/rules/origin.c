/* Where somebody is known. */
#include <liberations/origin.h>

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <liberations/big_endian.h>

#define ORIGIN_LEN 8

uint64_t lbr_origin_of(const struct lbr_keyring *keyring, const char *name, const char *text)
{
	unsigned char mac[LBR_MAC_LEN];
	uint64_t origin;

	if (text == NULL || text[0] == '\0' || lbr_keyring_mac(keyring, NULL, "origin", name, text, strlen(text), mac) != LBR_OK)
		return 0;
	origin = lbr_big_endian_get(mac, ORIGIN_LEN);
	return origin != 0 ? origin : 1;
}

/* Looks at all of them, so that the time tells nothing. */
static bool is_known(const struct lbr_counters *counters, uint64_t origin)
{
	bool known = false;
	int i;

	for (i = 0; i < LBR_ORIGINS; i++)
		known |= counters->origins[i] == origin;
	return origin != 0 && known;
}

enum lbr_lane lbr_origin_lane(const struct lbr_counters *counters, bool at_console, uint64_t origin)
{
	if (at_console)
		return LBR_LANE_CONSOLE;
	return is_known(counters, origin) ? LBR_LANE_KNOWN : LBR_LANE_STRANGER;
}

void lbr_origin_remember(struct lbr_counters *counters, uint64_t origin)
{
	int at = 0;

	if (origin == 0)
		return;
	while (at < LBR_ORIGINS - 1 && counters->origins[at] != origin)
		at++;
	memmove(counters->origins + 1, counters->origins, (size_t)at * sizeof(counters->origins[0]));
	counters->origins[0] = origin;
}
