#include "table.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROWS_MAX 4096
#define WORKERS 12

/* Every state that an account can be in, and the fields that make it. */
static const struct state {
	const char *name;
	const char *fields[3];
} states[] = {
	{"own", {"state=own"}},
	{"old", {"state=own", "age_days=10"}},
	{"used", {"state=own", "last_accepted=+2m"}},
	{"expired", {"state=expired"}},
	{"must-change", {"state=must-change"}},
	{"temporary", {"state=temporary"}},
	{"pending", {"state=pending"}},
	{"ended", {"state=ended"}},
	{"ended-pending", {"state=ended-pending"}},
	{"own-pending", {"state=own-pending"}},
	{"disabled", {"state=disabled"}},
	{"throttled", {"state=throttled"}},
	{"throttled-console", {"state=throttled-console"}},
	{"locked", {"state=locked"}},
	{"locked-console", {"state=locked-console"}},
	{"damaged", {"state=damaged"}},
	{"damaged-counters", {"state=damaged-counters"}},
	{"no-counters", {"state=no-counters"}},
	{"unknown", {"state=unknown"}},
};

struct row {
	const struct table_part    *part;
	const struct state         *state;
	const struct table_answers *answers;
	int                         number;
};

static struct row rows[ROWS_MAX];
static int row_count;
static int *seen; /* shared with the workers */

static bool has_word(const char *list, const char *word)
{
	size_t len = strlen(word);
	const char *at = list;

	if (strcmp(list, "*") == 0)
		return true;
	while ((at = strstr(at, word)) != NULL) {
		if ((at == list || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
			return true;
		at += len;
	}
	return false;
}

static int expected(const struct row *row)
{
	const struct table_rule *rule = row->part->rules;

	while (!has_word(rule->states, row->state->name) || !has_word(rule->answers, row->answers->name))
		rule++;
	return rule->code;
}

static void add_part(const struct table_part *part)
{
	const struct table_answers *answers;
	size_t i;

	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		for (answers = part->answers; answers->name != NULL && row_count < ROWS_MAX; answers++) {
			rows[row_count] = (struct row){part, &states[i], answers, row_count};
			row_count++;
		}
}

static int run_row(const struct row *row)
{
	struct stage stage;
	char user[32], service[32];
	const char *fields[3];
	int code = -1;

	snprintf(user, sizeof(user), "row%d", row->number);
	snprintf(service, sizeof(service), "row%d", row->number);
	memcpy(fields, row->state->fields, sizeof(fields));
	world_set(&stage_world, user, fields[0], fields[1], fields[2], NULL);
	stage_open(&stage, stage_service(service, row->part->arguments), user);
	stage_script_list(&stage, row->answers->list);
	if (row->part->entry == TABLE_AUTHENTICATE)
		code = pam_authenticate(stage.pamh, row->part->flags);
	else if (row->part->entry == TABLE_ACCOUNT)
		code = pam_acct_mgmt(stage.pamh, row->part->flags);
	else
		code = pam_chauthtok(stage.pamh, row->part->flags);
	stage_close(&stage);
	return code;
}

static void run_workers(void)
{
	int worker, i;

	fflush(stdout);
	for (worker = 0; worker < WORKERS; worker++) {
		if (fork() != 0)
			continue;
		for (i = worker; i < row_count; i += WORKERS)
			seen[i] = run_row(&rows[i]);
		_exit(0);
	}
	while (wait(NULL) > 0)
		continue;
}

static void report(const struct row *row)
{
	static const char *const entries[] = {"authenticate", "account", "change"};

	printf("FAILED  row: %s, account %s, answers %s, arguments '%s', flags %#x: expected %s, ", entries[row->part->entry],
	       row->state->name, row->answers->name, row->part->arguments, (unsigned)row->part->flags,
	       stage_code_name(expected(row)));
	printf("got %s\n", seen[row->number] == -1 ? "nothing" : stage_code_name(seen[row->number]));
}

void table_run(int *ret_passed, int *ret_failed)
{
	const struct table_part *tables[] = {table_auth, table_account, table_change};
	const struct table_part *part;
	size_t i;
	int row;

	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (part = tables[i]; part->arguments != NULL; part++)
			add_part(part);
	seen = mmap(NULL, ROWS_MAX * sizeof(*seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (seen == MAP_FAILED)
		world_die("no memory for the table");
	memset(seen, -1, ROWS_MAX * sizeof(*seen));
	run_workers();
	*ret_passed = *ret_failed = 0;
	for (row = 0; row < row_count; row++) {
		if (seen[row] == expected(&rows[row])) {
			(*ret_passed)++;
			continue;
		}
		(*ret_failed)++;
		report(&rows[row]);
	}
	printf("%-7s the table, %d rows\n", *ret_failed == 0 ? "ok" : "FAILED", row_count);
}
