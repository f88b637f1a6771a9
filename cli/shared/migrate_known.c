/* The accounts of the side to which others go: by the form that look-alikes share. */
#include "migrate.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include <liberations/name.h>

bool cli_migrate_keep(struct migration *course, void **tree, void *entry, int (*compare)(const void *, const void *))
{
	void **kept = entry != NULL ? tsearch(entry, tree, compare) : NULL;

	if (kept == NULL)
		course->stopped = LBR_ERR_MEMORY;
	if (kept == NULL || *kept != entry)
		free(entry);
	return kept != NULL;
}

static int compare(const void *one, const void *other)
{
	const struct migrate_known *a = one, *b = other;

	return strcmp(a->folded, b->folded);
}

static struct migrate_known *make(const char *name)
{
	char folded[LBR_NAME_FOLDED_MAX + 1];
	struct migrate_known *known;
	size_t len;

	if (lbr_name_fold(name, folded) != LBR_OK)
		return NULL;
	len = strlen(folded) + 1;
	known = calloc(1, sizeof(*known) + len);
	if (known == NULL)
		return NULL;
	memcpy(known->folded, folded, len);
	memcpy(known->name, name, strlen(name)); /* an account's, so at most LBR_NAME_MAX */
	return known;
}

static int learn(void *context, const char *name, const struct lbr_account *account, const struct lbr_counters *counters,
                 const struct lbr_reason *reason)
{
	struct migration *course = context;
	struct migrate_known *known;

	(void)counters, (void)reason;
	if (name[0] == '\0')
		return 0;
	known = make(name);
	if (known != NULL && account != NULL) {
		memcpy(known->nonce, account->token.bytes, sizeof(known->nonce));
		known->recovery_set = account->recovery_set;
		known->disabled = account->disabled;
	}
	return cli_migrate_keep(course, &course->known, known, compare) ? 0 : 1;
}

bool cli_migrate_learn(struct migration *course)
{
	struct lbr_reason reason = { .text = "" };
	/* What the files have is old, and goes, if the shared store has it. */
	bool clears = course->moving.phase == LBR_MOVING_CLEARING;
	enum lbr_error error = lbr_store_list(clears ? course->session.store : cli_migrate_target(course), learn, course, &reason);

	if (course->stopped != LBR_OK)
		error = lbr_fail(&reason, course->stopped, LBR_WHY(NO_MEMORY));
	/* A damaged account there is known by its name. */
	if (error == LBR_OK || error == LBR_ERR_DAMAGED)
		return true;
	cli_migrate_stop(course, NULL, error, &reason);
	return false;
}

void cli_migrate_forget(struct migration *course)
{
	tdestroy(course->known, free);
	course->known = NULL;
}

const struct migrate_known *cli_migrate_find(const struct migration *course, const char *name)
{
	struct migrate_known *wanted = make(name), **found = NULL;

	if (wanted != NULL)
		found = tfind(wanted, &course->known, compare);
	free(wanted);
	return found != NULL ? *found : NULL;
}

bool cli_migrate_is_there(const struct migration *course, const char *name)
{
	const struct migrate_known *known = cli_migrate_find(course, name);

	return known != NULL && strcmp(known->name, name) == 0;
}

/* Passwords tell nothing: they may have been imported from the same file on two hosts. */
bool cli_migrate_is_same(const struct migrate_known *known, const struct lbr_account *account)
{
	return strcmp(known->name, account->name) == 0 &&
	       (memcmp(known->nonce, account->token.bytes, sizeof(known->nonce)) == 0 ||
	        (known->recovery_set != 0 && known->recovery_set == account->recovery_set));
}
