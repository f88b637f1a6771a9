/* The key in force of accounts that many hosts share. */
#include "survey.h"

#include <string.h>

#include <liberations/shared_keys.h>

struct activation {
	char           id[LBR_KEY_ID_LEN + 1];
	bool           changed;
	struct lacking lacking;
};

static int note_host(void *context, const char *name)
{
	struct lacking *lacking = context;

	memcpy(lacking->names[lacking->count++], name, LBR_NAME_MAX + 1);
	return lacking->count == LACKING_MAX;
}

/* Looked for first, so that all of them are named at once; the database looks again. */
static enum cli_status activate(struct cli *cli, struct admin_session *session, void *shared)
{
	struct activation *course = shared;
	struct lacking *lacking = &course->lacking;
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error;

	cli_rekey_report(session);
	error = lbr_store_lacking(session->store, course->id, note_host, lacking, &reason);
	if (error == LBR_OK && lacking->count > 0)
		return CLI_NO;
	if (error == LBR_OK)
		error = lbr_store_activate(session->store, course->id, &course->changed, lacking->names[0], &reason);
	lacking->count = error == LBR_ERR_BUSY && lacking->names[0][0] != '\0';
	if (lacking->count > 0)
		return CLI_NO;
	return error == LBR_OK ? CLI_DONE : cli_fail_reason(cli, NULL, error, &reason);
}

enum cli_status cli_rekey_activate_shared(struct cli *cli, const struct lbr_settings *settings, const char *id, bool *ret_changed,
                                          struct lacking *lacking)
{
	struct activation course = { .changed = false };
	enum cli_status status;

	memcpy(course.id, id, LBR_KEY_ID_LEN);
	status = cli_rekey_in_child(cli, settings, activate, &course, sizeof(course));
	*ret_changed = course.changed;
	*lacking = course.lacking;
	return status;
}
