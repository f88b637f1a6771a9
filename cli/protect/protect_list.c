/* `protect` without a service: who protects which. */
#include "protect.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json.h"
#include "pam_places.h"
#include "pam_stack.h"

#define SERVICE_WIDTH 20

static bool begins_block(const char *line)
{
	return strncmp(line, PLAN_BEGIN, strlen(PLAN_BEGIN)) == 0;
}

static const char *by_of(const struct pam_stack *stack, const char *service, char ret_path[PLACE_PATH])
{
	char own[PLACE_PATH];
	bool generic;
	enum pam_type asks = cli_form_asks(cli_form_find(service, &generic));
	unsigned at;

	snprintf(own, sizeof(own), "%s/%.63s", PLACE_PAM, service);
	for (at = 0; at < stack->own; at++) {
		if (!cli_pam_is_ours(&stack->lines[at]) || stack->lines[at].type != asks)
			continue;
		snprintf(ret_path, PLACE_PATH, "%s", stack->lines[at].path);
		if (strcmp(ret_path, own) != 0)
			return "include";
		return cli_pam_any_line(own, begins_block) ? "protect" : "hand";
	}
	return NULL;
}

const char *cli_protect_by(const char *service, char ret_path[PLACE_PATH])
{
	struct pam_stack stack = { .lines = calloc(PAM_STACK_MAX, sizeof(struct pam_line)) };
	struct findings found = { .language = LBR_LANGUAGE_EN };
	const char *by = NULL;

	if (stack.lines != NULL && cli_pam_stack_read(cli_pam_places(), service, &stack, &found))
		by = by_of(&stack, service, ret_path);
	cli_findings_free(&found);
	free(stack.lines);
	return by;
}

static void say_one(struct cli *cli, const char *service, int kept)
{
	char path[PLACE_PATH] = "", when[CLI_TIME_MAX];
	const char *by = cli_protect_by(service, path);
	struct switch_end end = { .until_s = 0 };
	bool waits = kept >= 0 && cli_guard_read(kept, service, &end);

	if (cli_has(cli, CLI_JSON)) {
		cli_json_line(json_pack("{s:s, s:b, s:s?, s:s?, s:o, s:b}", "service", service, "protected", by != NULL, "by", by,
		                        "path", by != NULL ? path : NULL, "until", cli_json_time(end.until_s), "overdue",
		                        end.overdue));
		return;
	}
	cli_write_padded(stdout, service, SERVICE_WIDTH);
	if (waits && end.overdue)
		cli_write(stdout, cli->language, TEXT_PROTECT_STATE_OVERDUE, cli_time_local(end.until_s, when), NULL);
	else if (by == NULL)
		cli_write(stdout, cli->language, TEXT_PROTECT_STATE_NOT, NULL);
	else if (waits)
		cli_write(stdout, cli->language, TEXT_PROTECT_STATE_UNTIL, cli_time_local(end.until_s, when), NULL);
	else
		cli_write(stdout, cli->language,
		          strcmp(by, "protect") == 0 ? TEXT_PROTECT_STATE_DONE : TEXT_PROTECT_STATE_HAND, path,
		          NULL);
}

static int is_service(const struct dirent *entry)
{
	return strchr(entry->d_name, '.') == NULL && entry->d_name[strlen(entry->d_name) - 1] != '~' &&
	       !cli_service_is_common(entry->d_name);
}

enum cli_status cli_protect_list(struct cli *cli)
{
	struct dirent **entries = NULL;
	int kept = cli_kept_look(), count, at;

	count = scandir(PLACE_PAM, &entries, is_service, alphasort);
	for (at = 0; at < count; at++) {
		say_one(cli, entries[at]->d_name, kept);
		free(entries[at]);
	}
	free(entries);
	if (kept >= 0)
		close(kept);
	return CLI_DONE;
}
