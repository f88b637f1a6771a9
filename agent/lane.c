/* Where an attempt comes from: the console, or a place. A stranger who fails on purpose must close neither the console nor the
 * places where the person is known. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <liberations/origin.h>

#include "session.h"

#define V6_HOST_LEN 8 /* the second half of an address, which a device changes every day for its privacy */

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

/* Root told that a person runs its setuid program (su, sudo). A module of version 1 told nobody's uid, which is 0. */
static bool is_setuid(const struct lbr_session *session)
{
	return session->trusted && session->hello.real_uid != 0 && session->hello.real_uid != session->peer_uid;
}

bool lbr_is_at_console(const struct lbr_session *session)
{
	return session->trusted && !is_setuid(session) && session->hello.rhost[0] == '\0' && names_console(session->hello.tty);
}

/* A network of IPv6 is one place, as the one IPv4 address in front of a network is; and one address has one spelling. */
static void write_host(const char *rhost, char host[LBR_WIRE_CLAIM_MAX])
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr address;

	if (inet_pton(AF_INET6, rhost, &address) != 1) {
		snprintf(host, LBR_WIRE_CLAIM_MAX, "%s", rhost);
	} else if (IN6_IS_ADDR_V4MAPPED(&address)) {
		inet_ntop(AF_INET, address.s6_addr + sizeof(address) - sizeof(struct in_addr), host, LBR_WIRE_CLAIM_MAX);
	} else {
		memset(address.s6_addr + sizeof(address) - V6_HOST_LEN, 0, V6_HOST_LEN);
		snprintf(host, LBR_WIRE_CLAIM_MAX, "%s/64", inet_ntop(AF_INET6, &address, text, sizeof(text)));
	}
}

/* Who is not root claims a remote host, so the claim stands beside the uid: it cannot pass for another's place. */
void lbr_place_of_session(const struct lbr_session *session, char place[LBR_PLACE_MAX])
{
	uint64_t uid = session->trusted ? session->hello.real_uid : session->peer_uid;
	bool is_person = !session->trusted || is_setuid(session);
	char host[LBR_WIRE_CLAIM_MAX];

	write_host(session->hello.rhost, host);
	place[0] = '\0';
	if (is_person && host[0] != '\0')
		snprintf(place, LBR_PLACE_MAX, "uid %" PRIu64 " rhost %s", uid, host);
	else if (is_person)
		snprintf(place, LBR_PLACE_MAX, "uid %" PRIu64, uid);
	else if (host[0] != '\0')
		snprintf(place, LBR_PLACE_MAX, "rhost %s", host);
}

uint64_t lbr_origin_of_session(const struct lbr_session *session, const struct lbr_account *account)
{
	char place[LBR_PLACE_MAX];

	lbr_place_of_session(session, place);
	return lbr_origin_of(session->keyring, lbr_account_keyed_name(account), place);
}
