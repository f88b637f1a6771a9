#include "states.h"

#include <stdio.h>
#include <string.h>

const char *cli_state_word(size_t at)
{
	static const char *const words[STANDING_FACTS + 1] = {
		[STANDING_DISABLED] = "disabled", [STANDING_LOCKED] = "locked", [STANDING_WAITS] = "waiting",
		[STANDING_EXPIRED] = "expired", [STANDING_MUST_CHANGE] = "must-change", [STANDING_INVITED] = "invited",
		[STANDING_TEMPORARY] = "temporary", [STANDING_OTHER_UID] = "other-uid", [STANDING_NO_USER] = "no-unix-user",
		[STANDING_FACTS] = "active",
	};

	return at <= STANDING_FACTS ? words[at] : NULL;
}

static bool read_one(const char *word, size_t len, cli_states *ret)
{
	size_t at;

	for (at = 0; cli_state_word(at) != NULL; at++) {
		if (strlen(cli_state_word(at)) != len || strncmp(cli_state_word(at), word, len) != 0)
			continue;
		*ret |= 1U << at;
		return true;
	}
	return false;
}

enum cli_status cli_states_read(const struct cli *cli, const char *typed, cli_states *ret)
{
	char word[LBR_NAME_MAX];
	size_t len;

	*ret = 0;
	for (;; typed += len + 1) {
		len = strcspn(typed, ",");
		if (!read_one(typed, len, ret)) {
			snprintf(word, sizeof(word), "%.*s", (int)(len < sizeof(word) ? len : sizeof(word) - 1), typed);
			return cli_fail(cli, CLI_USAGE, TEXT_NO_STATE, cli->verb->name, cli_safe(word), NULL);
		}
		if (typed[len] == '\0')
			return CLI_DONE;
	}
}

bool cli_states_match(cli_states states, const struct standing *standing)
{
	cli_states its = 0;
	int at;

	for (at = 0; at < STANDING_FACTS; at++)
		its |= standing->facts[at] ? 1U << at : 0;
	return ((its != 0 ? its : CLI_STATE_ACTIVE) & states) != 0;
}
