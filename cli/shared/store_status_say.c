/* What `store status` says: the facts, then what is wrong. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "state.h"

static void say_fact(const struct cli *cli, enum cli_text label, const char *value)
{
	if (value[0] != '\0')
		printf("%s%s\n", cli_text(label, cli->language), value);
}

static void say_time(const struct cli *cli, enum cli_text label, int64_t time_s)
{
	char text[CLI_TIME_MAX];

	if (time_s > 0)
		say_fact(cli, label, cli_time_local(time_s, text));
}

static void say_ms(const struct cli *cli, enum cli_text label, const struct told *told, int64_t us)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRId64 ".%" PRId64 " ms", us / 1000, (us < 0 ? -us : us) % 1000 / 100);
	if (cli_told_has(told, "now_us"))
		say_fact(cli, label, text);
}

static void say_line(const struct cli *cli, const struct told *root)
{
	char text[192];

	if (!cli_told_has(root, "epoch"))
		return;
	snprintf(text, sizeof(text), "%s, %s %s", cli_told(root, "line"), cli_text(TEXT_SHARED_EPOCH, cli->language),
	         cli_told(root, "epoch"));
	say_fact(cli, TEXT_SHARED_AT_LINE, text);
	if (cli_told_number(root, "floor_step") > 0)
		say_time(cli, TEXT_SHARED_AT_FLOOR, (cli_told_number(root, "floor_step") + 1) * 30);
}

static void say_confirm(const struct cli *cli, const struct desk *desk)
{
	const struct told *host = &desk->told[DESK_HOST], *root = cli_desk_told(desk);
	char text[192];

	snprintf(text, sizeof(text), "%s (synchronous_commit %s, standbys \"%s\", %s)", cli_told(host, "confirm"),
	         cli_told(host, "synchronous_commit"), cli_told(host, "synchronous_standby_names"),
	         cli_told_has(root, "sync_standbys") ? cli_told(root, "sync_standbys") : "?");
	say_fact(cli, TEXT_SHARED_AT_CONFIRM, cli_told_has(host, "synchronous_commit") ? text : cli_told(host, "confirm"));
	say_fact(cli, TEXT_SHARED_AT_LOSS, cli_told(host, "loss"));
}

/* One line a host: what it said last on any of its connections. */
static void say_hosts(const struct cli *cli, const struct told *root)
{
	char seen[CLI_TIME_MAX], last[65] = "";
	struct told_record row;
	const char *keys;
	size_t at = 0;

	while (cli_told_next(root, "host", &at, &row)) {
		keys = cli_told_of(&row, "keys");
		if (strcmp(last, cli_told_of(&row, "host")) == 0 || cli_told_number_of(&row, "seen_us") == 0)
			continue; /* 0: forgotten */
		snprintf(last, sizeof(last), "%s", cli_told_of(&row, "host"));
		cli_write(stdout, cli->language, TEXT_SHARED_HOST, last, cli_told_of(&row, "release"),
		          keys[0] != '\0' ? keys : "-",
		          cli_time_local(cli_told_number_of(&row, "seen_us") / 1000000, seen), NULL);
	}
}

static void say_waiting(const struct cli *cli, const struct waiting *waiting)
{
	char text[32];

	snprintf(text, sizeof(text), "%s%" PRIu64, waiting->whole ? "" : ">= ", waiting->notices);
	if (waiting->known)
		say_fact(cli, TEXT_SHARED_AT_WAITING, text);
}

static void say_size(const struct cli *cli, const struct told *told)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRId64 " MB", cli_told_number(told, "database_bytes") / 1000000);
	if (cli_told_has(told, "database_bytes"))
		say_fact(cli, TEXT_SHARED_AT_SIZE, text);
}

static void say_turns(const struct cli *cli, const struct told *root)
{
	char until[CLI_TIME_MAX];
	struct told_record row;
	size_t at = 0;

	while (cli_told_next(root, "turn", &at, &row))
		if (cli_told_number_of(&row, "until_us") > cli_told_number(root, "now_us"))
			cli_write(stdout, cli->language, TEXT_SHARED_TURN, cli_told_of(&row, "turn"), cli_told_of(&row, "holder"),
			          cli_time_local(cli_told_number_of(&row, "until_us") / 1000000, until), NULL);
}

void cli_shared_say(const struct desk *desk, const struct findings *found, bool loads)
{
	const struct told *root = cli_desk_told(desk), *host = &desk->told[DESK_HOST];
	const struct cli *cli = desk->cli;

	say_fact(cli, TEXT_SHARED_AT_SIGN_IN, cli_text(loads ? TEXT_SHARED_WORKS : TEXT_SHARED_FAILS, cli->language));
	say_fact(cli, TEXT_SHARED_AT_SERVER, cli_told(root, "server"));
	say_fact(cli, TEXT_SHARED_AT_DATABASE, cli_told(root, "database"));
	say_size(cli, root);
	say_fact(cli, TEXT_SHARED_AT_LOGIN, cli_told(host, "login"));
	say_fact(cli, TEXT_SHARED_AT_TLS, cli_told(host, "tls"));
	say_time(cli, TEXT_SHARED_AT_CERTIFICATE, cli_told_number(host, "server_certificate_ends"));
	say_ms(cli, TEXT_SHARED_AT_ROUND_TRIP, host, cli_told_number(host, "round_trip_us"));
	say_ms(cli, TEXT_SHARED_AT_SKEW, host, cli_told_number(host, "host_now_us") - cli_told_number(host, "now_us"));
	say_line(cli, root);
	say_confirm(cli, desk);
	say_fact(cli, TEXT_SHARED_AT_KEY, cli_told(root, "active_key"));
	say_waiting(cli, &desk->waiting);
	say_hosts(cli, root);
	say_turns(cli, root);
	if (desk->plain)
		cli_write(stdout, cli->language, TEXT_SHARED_PLAIN, NULL);
	cli_findings_print(cli, found);
}
