/* Where an attempt comes from: the console, or a place. A stranger who fails on purpose must close neither the console nor the
 * places where the person is known. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <liberations/origin.h>

#include "session.h"

#define PLACE_MAX (sizeof("uid 4294967295 rhost ") + LBR_WIRE_CLAIM_MAX)

static bool is_number(const char *text)
{
	return text[0] != '\0' && strspn(text, "0123456789") == strlen(text);
}

/* Judged by its name alone: in a confined service /dev has no consoles to look at. Services also write "ssh", "cron" or a
 * display, and pts/N is anybody's. */
static bool names_console(const char *tty)
{
	const char *name = strncmp(tty, "/dev/", 5) == 0 ? tty + 5 : tty;

	if (strncmp(name, "hvc", 3) == 0)
		return is_number(name + 3);
	if (strncmp(name, "tty", 3) == 0) /* tty1, ttyS0, ttyAMA0 */
		return is_number(name + 3 + strspn(name + 3, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
	return strcmp(name, "console") == 0;
}

bool lbr_is_at_console(const struct lbr_session *session)
{
	return session->trusted && session->hello.rhost[0] == '\0' && names_console(session->hello.tty);
}

/* A peer that is not root claims its remote host, so the claim stands beside its uid: it cannot pass for another's place. */
static void describe_place(const struct lbr_session *session, char place[PLACE_MAX])
{
	const char *rhost = session->hello.rhost;

	place[0] = '\0';
	if (session->trusted && rhost[0] != '\0')
		snprintf(place, PLACE_MAX, "rhost %s", rhost);
	else if (!session->trusted && rhost[0] != '\0')
		snprintf(place, PLACE_MAX, "uid %" PRIu32 " rhost %s", (uint32_t)session->peer_uid, rhost);
	else if (!session->trusted)
		snprintf(place, PLACE_MAX, "uid %" PRIu32, (uint32_t)session->peer_uid);
}

uint64_t lbr_origin_of_session(const struct lbr_session *session)
{
	char place[PLACE_MAX];

	describe_place(session, place);
	return lbr_origin_of(session->keyring, session->request.user, place);
}
