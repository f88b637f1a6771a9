#include "unix_facts.h"

#include <shadow.h>
#include <stddef.h>

#define DAY_S 86400
#define AGES_MAX 9999 /* days: what shadow-utils and pam_unix(8) take for an age */

struct unix_facts cli_unix_facts(const char *name, int64_t now_s)
{
	struct unix_facts facts = { .known = false };
	const struct spwd *shadow = getspnam(name);

	if (shadow == NULL)
		return facts;
	facts.known = true;
	if (shadow->sp_expire != -1) {
		facts.ended = now_s / DAY_S >= shadow->sp_expire;
		facts.end_s = shadow->sp_expire > 0 ? (int64_t)shadow->sp_expire * DAY_S : 1;
	}
	facts.locked = shadow->sp_pwdp != NULL && shadow->sp_pwdp[0] == '!';
	facts.ages = shadow->sp_lstchg == 0 || (shadow->sp_max >= 0 && shadow->sp_max < AGES_MAX);
	return facts;
}
