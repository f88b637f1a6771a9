/* A notice that waits in the counters. It is raised by the commit of the event itself, so the event writes nothing else. */
#include <liberations/notice.h>

#include <arpa/inet.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Copies a service's name: bounded, and without a byte that has a meaning in a mail, a log or on a phone. */
static void take_service(const char *claim, char ret[LBR_RAISED_SERVICE_MAX])
{
	size_t i;

	for (i = 0; i < LBR_RAISED_SERVICE_MAX - 1 && claim[i] != '\0'; i++) {
		bool fine = (claim[i] >= '0' && claim[i] <= '9') || (claim[i] >= 'A' && claim[i] <= 'Z') ||
		            (claim[i] >= 'a' && claim[i] <= 'z') || strchr("._:-", claim[i]) != NULL;

		ret[i] = fine ? claim[i] : '?';
	}
}

/* Copies an IPv4 or IPv6 address, without its zone. A name is left out: the other side's DNS may have chosen it, and a phone would
 * make a link of it. */
static void take_address(const char *claim, char ret[LBR_RAISED_ADDRESS_MAX])
{
	unsigned char bytes[sizeof(struct in6_addr)];
	char text[LBR_RAISED_ADDRESS_MAX] = "";
	size_t len = strcspn(claim, "%");

	if (len >= sizeof(text))
		return;
	memcpy(text, claim, len);
	if (inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1)
		memcpy(ret, text, sizeof(text));
}

void lbr_notice_raise(struct lbr_counters *counters, enum lbr_notice_kind kind, int64_t now_s, const char *service,
                      const char *rhost)
{
	struct lbr_raised raised = {.at_s = now_s};

	take_service(service != NULL ? service : "", raised.service);
	take_address(rhost != NULL ? rhost : "", raised.address);
	if ((unsigned)kind < LBR_RAISED_KINDS && now_s > 0 && counters->raised[kind].at_s == 0)
		counters->raised[kind] = raised;
}

bool lbr_notice_settle(struct lbr_counters *counters, enum lbr_notice_kind kind, const struct lbr_raised *mailed)
{
	struct lbr_raised *raised;

	if ((unsigned)kind >= LBR_RAISED_KINDS)
		return false;
	raised = &counters->raised[kind];
	if (raised->at_s == 0 || raised->at_s != mailed->at_s || strcmp(raised->service, mailed->service) != 0 ||
	    strcmp(raised->address, mailed->address) != 0)
		return false;
	memset(raised, 0, sizeof(*raised));
	return true;
}
