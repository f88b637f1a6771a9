#include "survey.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <liberations/become.h>

#include "child.h"
#include "reason.h"
#include "walk.h"

static int count_name(void *context, const char *name)
{
	(void)name;
	++*(size_t *)context;
	return 0;
}

/* The turn of the one sender too, for a walk that writes: two writers of one file could lose what the other wrote. */
static enum lbr_error open_spools(struct rekey_walk *walk, struct lbr_reason *reason)
{
	const struct admin_session *session = &walk->session;
	enum lbr_error error = lbr_notices_open(session->settings.state, session->keyring, &walk->notices, reason);

	if ((error == LBR_OK || error == LBR_ERR_ABSENT) && walk->seals)
		error = lbr_messages_open(session->settings.state, session->keyring, &walk->messages, reason);
	else if (error == LBR_OK || error == LBR_ERR_ABSENT)
		error = lbr_messages_look(session->settings.state, session->keyring, &walk->messages, reason);
	return error == LBR_ERR_ABSENT ? LBR_OK : error;
}

static void name_keys(struct survey *survey, const struct lbr_keyring *keyring)
{
	unsigned at;

	survey->count = (unsigned)lbr_keyring_count(keyring);
	for (at = 0; at < survey->count; at++)
		memcpy(survey->keys[at].id, lbr_keyring_id_at(keyring, at), LBR_KEY_ID_LEN);
}

static enum cli_status walk_as_owner(struct rekey_walk *walk, pid_t parent)
{
	struct admin_session *session = &walk->session;
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = lbr_become_owner_of(session->settings.state, session->settings.user, &reason);

	/* Alone it would hold the senders' turn until it is done. */
	if (!cli_child_end_with(parent))
		_exit(CLI_FAULT);
	if (error == LBR_OK)
		error = cli_admin_open_store(session, &reason);
	if (error == LBR_OK) {
		name_keys(walk->survey, session->keyring);
		error = open_spools(walk, &reason);
	}
	if (error == LBR_OK) {
		lbr_store_names(session->settings.state, count_name, &walk->total);
		cli_rekey_walk(walk);
	} else {
		cli_fail_reason(walk->cli, NULL, error, &reason);
	}
	lbr_messages_close(walk->messages);
	lbr_notices_close(walk->notices);
	cli_admin_close(session);
	return error == LBR_OK && walk->survey->unreadable == 0 ? CLI_DONE : CLI_FAULT;
}

/* The parent keeps its rights for the key file; the child, which reads what the owner may have planted, gives them up. */
static enum cli_status run(struct cli *cli, const struct lbr_settings *settings, bool seals, const char *about,
                           struct survey *survey)
{
	struct survey *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct rekey_walk walk = { .cli = cli, .session.settings = *settings, .survey = shared, .seals = seals, .about = about };
	pid_t child, parent = getpid();
	int status = 0;

	memset(survey, 0, sizeof(*survey));
	(void)cli_flush();
	child = shared == MAP_FAILED ? -1 : fork();
	if (child == 0) {
		shared->status = walk_as_owner(&walk, parent);
		_exit(cli_flush() ? CLI_DONE : CLI_FAULT);
	}
	if (child < 0) {
		survey->status = cli_fail(cli, CLI_FAULT, TEXT_BARE, cli_errno(cli->language, errno), NULL);
	} else {
		while (waitpid(child, &status, 0) < 0 && errno == EINTR)
			continue;
		*survey = *shared;
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			survey->status = cli_fail(cli, CLI_FAULT, TEXT_REKEY_BROKE_OFF, NULL);
	}
	if (shared != MAP_FAILED)
		munmap(shared, sizeof(*shared));
	return survey->status;
}

enum cli_status cli_rekey_survey(struct cli *cli, const struct lbr_settings *settings, const char *about, struct survey *survey)
{
	return run(cli, settings, false, about, survey);
}

enum cli_status cli_rekey_reseal(struct cli *cli, const struct lbr_settings *settings, struct survey *survey)
{
	return run(cli, settings, true, NULL, survey);
}

const struct key_count *cli_rekey_count_of(const struct survey *survey, const char *id)
{
	unsigned at;

	for (at = 0; at < survey->count && at < LBR_KEYRING_KEYS_MAX; at++)
		if (strcmp(survey->keys[at].id, id) == 0)
			return &survey->keys[at];
	return NULL;
}
