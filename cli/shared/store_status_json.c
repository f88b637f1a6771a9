/* The same for programs: one object. */
#include <string.h>

#include "json.h"
#include "state.h"

static json_t *text_or_null(const struct told *told, const char *name)
{
	return cli_told_has(told, name) ? json_string(cli_told(told, name)) : json_null();
}

static json_t *number_or_null(const struct told *told, const char *name)
{
	return cli_told_has(told, name) ? json_integer(cli_told_number(told, name)) : json_null();
}

static json_t *time_or_null(const struct told *told, const char *name, int64_t units_in_s)
{
	return cli_told_has(told, name) ? cli_json_time(cli_told_number(told, name) / units_in_s) : json_null();
}

static json_t *skew_of(const struct told *host)
{
	return cli_told_has(host, "now_us") ?
	       json_integer((cli_told_number(host, "host_now_us") - cli_told_number(host, "now_us")) / 1000) : json_null();
}

static json_t *keys_of(const char *keys)
{
	json_t *list = json_array();

	while (keys[0] != '\0') {
		size_t len = strcspn(keys, ",");

		json_array_append_new(list, json_stringn(keys, len));
		keys += len + (keys[len] == ',');
	}
	return list;
}

static json_t *hosts_of(const struct told *root)
{
	json_t *list = json_array();
	struct told_record row;
	size_t at = 0;

	while (cli_told_next(root, "host", &at, &row)) {
		if (cli_told_number_of(&row, "seen_us") == 0) /* forgotten */
			continue;
		json_array_append_new(list, json_pack("{s:s, s:I, s:s, s:s, s:o, s:o, s:I, s:I}", "host", cli_told_of(&row, "host"),
		                      "connection", (json_int_t)cli_told_number_of(&row, "conn"), "release",
		                      cli_told_of(&row, "release"), "policy", cli_told_of(&row, "policy"), "keys",
		                      keys_of(cli_told_of(&row, "keys")), "last_seen",
		                      cli_json_time(cli_told_number_of(&row, "seen_us") / 1000000), "commits",
		                      (json_int_t)cli_told_number_of(&row, "seq"), "skew_ms",
		                      (json_int_t)(cli_told_number_of(&row, "skew_us") / 1000)));
	}
	return list;
}

static json_t *turns_of(const struct told *root)
{
	json_t *list = json_array();
	struct told_record row;
	size_t at = 0;

	while (cli_told_next(root, "turn", &at, &row))
		json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "turn", cli_told_of(&row, "turn"), "holder",
		                      cli_told_of(&row, "holder"), "until",
		                      cli_json_time(cli_told_number_of(&row, "until_us") / 1000000)));
	return list;
}

static json_t *findings_of(const struct findings *found)
{
	json_t *list = json_array();
	unsigned at;

	for (at = 0; at < found->count; at++)
		json_array_append_new(list, cli_finding_json(found->list[at]));
	return list;
}

static json_t *realm_of(const struct told *root)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "line", text_or_null(root, "line"), "epoch",
	                 number_or_null(root, "epoch"), "floor_step", number_or_null(root, "floor_step"), "active_key",
	                 text_or_null(root, "active_key"), "adopted", time_or_null(root, "adopted_us", 1000000), "oldest",
	                 number_or_null(root, "oldest"), "newest", number_or_null(root, "newest"));
}

static json_t *link_of(const struct told *host)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "login", text_or_null(host, "login"), "tls",
	                 text_or_null(host, "tls"),
	                 "server_certificate_ends", time_or_null(host, "server_certificate_ends", 1), "certificate_ends",
	                 time_or_null(host, "certificate_ends", 1), "round_trip_us", number_or_null(host, "round_trip_us"),
	                 "skew_ms", skew_of(host), "loss", text_or_null(host, "loss"));
}

static json_t *notices_of(const struct waiting *waiting)
{
	return waiting->known ? json_pack("{s:I, s:b}", "waiting", (json_int_t)waiting->notices, "complete", waiting->whole) :
	       json_null();
}

void cli_shared_say_json(const struct desk *desk, const struct findings *found, bool loads)
{
	const struct told *root = cli_desk_told(desk), *host = &desk->told[DESK_HOST];
	json_t *line = json_pack("{s:b, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "sign_in", loads, "all_hosts",
	                         !desk->plain, "server", text_or_null(root, "server"), "database",
	                         text_or_null(root, "database"), "confirm", text_or_null(host, "confirm"),
	                         "synchronous_commit", text_or_null(host, "synchronous_commit"),
	                         "synchronous_standby_names", text_or_null(host, "synchronous_standby_names"), "standbys",
	                         number_or_null(root, "sync_standbys"), "hosts", hosts_of(root), "turns", turns_of(root));

	if (line != NULL && (json_object_set_new(line, "database_bytes", number_or_null(root, "database_bytes")) != 0 ||
	                     json_object_set_new(line, "notices", notices_of(&desk->waiting)) != 0 ||
	                     json_object_update_new(line, link_of(host)) != 0 ||
	                     json_object_update_new(line, realm_of(root)) != 0 ||
	                     json_object_set_new(line, "findings", findings_of(found)) != 0)) {
		json_decref(line);
		line = NULL;
	}
	cli_json_line(line);
}
