/* The world's accounts from the command line, for tests in other languages and for the demonstration. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

static const char help[] =
	"lbr-world CONFIG set USER [FIELD...]   make an account, or change the one that is there\n"
	"lbr-world CONFIG show USER             what the store holds, one word=value a line\n"
	"lbr-world CONFIG code HEX [STEPS]      the code of a key, STEPS steps from now (0)\n"
	"\n"
	"Run as root (the work is done as the store's owner) or as that owner. CONFIG is a configuration file whose store exists.\n"
	"A new account: own password '" WORLD_PASSWORD "', set an hour ago, token confirmed,\n"
	"key " WORLD_KEY_HEX ", no failures, no uid. FIELDs, applied in order:\n"
	"  state=own temporary pending ended ended-pending own-pending expired must-change disabled throttled throttled-console\n"
	"        locked locked-console damaged damaged-counters no-counters unknown\n"
	"        (resets everything but password, key, uid, language; temporary and ended: token confirmed, pending: it is not;\n"
	"        throttled, locked: the strangers' lane; unknown: removed)\n"
	"  password=TEXT  hash=HASH  key=HEX  uid=N  language=en|fr|none\n"
	"  age_days=N     password_set=TIME  invited_until=TIME    TIME: seconds since 1970, now, -200d, +72h, -5m, -1s\n"
	"  failures=N (all lanes, no wait)  wait=SECONDS (all lanes)  last_step=N  last_accepted=TIME\n"
	"Example: lbr-world /tmp/w/liberations.conf set alice state=expired password='une phrase qui va bien'\n";

static int set(const char *config, int count, char **words)
{
	struct lbr_reason reason = { .text = "" };

	if (world_edit(config, words[0], count - 1, (const char *const *)words + 1, &reason))
		return 0;
	fprintf(stderr, "lbr-world: %s: %s\n", words[0], reason.text);
	return 1;
}

static void show_lane(const char *lane, const struct lbr_lane_counters *counters)
{
	printf("%s_password_failures=%u\n%s_code_failures=%u\n%s_next_try=%lld\n", lane, counters->password_failures, lane,
	       counters->code_failures, lane, (long long)counters->next_try_s);
}

static int show(const char *config, const char *name)
{
	struct world_view seen = world_view(config, name);
	const struct lbr_account *account = &seen.account;

	printf("error=%s\n", lbr_error_name(seen.error));
	if (seen.error != LBR_OK)
		return 1;
	printf("name=%s\ngeneration=%llu\npassword=%s\ntoken=%s\n", account->name, (unsigned long long)account->generation,
	       account->password_kind == LBR_PASSWORD_OWN ? "own" : "temporary",
	       account->token_kind == LBR_TOKEN_CONFIRMED ? "confirmed" : "pending");
	printf("disabled=%d\nmust_change=%d\npassword_set=%lld\ninvited_until=%lld\n", account->disabled, account->must_change,
	       (long long)account->password_set_s, (long long)account->invited_until_s);
	printf("last_step=%lld\nlast_sign_in=%lld\n", (long long)seen.counters.last_step,
	       (long long)seen.counters.last_sign_in_s);
	show_lane("console", &seen.counters.lanes[LBR_LANE_CONSOLE]);
	show_lane("known", &seen.counters.lanes[LBR_LANE_KNOWN]);
	show_lane("stranger", &seen.counters.lanes[LBR_LANE_STRANGER]);
	return 0;
}

static int code(const char *key, const char *steps)
{
	char digits[LBR_CODE_DIGITS + 1];

	world_code(key, (int)strtol(steps, NULL, 10), digits);
	puts(digits);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return fputs(help, stdout) < 0;
	if (argc >= 4 && strcmp(argv[2], "set") == 0)
		return set(argv[1], argc - 3, argv + 3);
	if (argc == 4 && strcmp(argv[2], "show") == 0)
		return show(argv[1], argv[3]);
	if ((argc == 4 || argc == 5) && strcmp(argv[2], "code") == 0)
		return code(argv[3], argc == 5 ? argv[4] : "0");
	fputs(help, stderr);
	return 64;
}
