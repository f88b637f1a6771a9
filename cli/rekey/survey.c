#include "survey.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

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

	if (error == LBR_OK)
		lbr_notices_share(walk->notices, session->store);
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

/* Both parts of a store in two, one after the other; the second is this host's own files, which have decoys too. */
static void walk_parts(struct rekey_walk *walk, const struct lbr_settings *settings)
{
	struct admin_session *session = &walk->session;
	struct lbr_store *shared = session->store, *files = NULL;
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error;

	cli_rekey_walk(walk);
	if (settings->store == LBR_STORE_FILE || settings->local[0] == '\0')
		return;
	error = lbr_store_open(settings->state, session->keyring, cli_host_now_s, &files, &reason);
	if (error != LBR_OK) {
		cli_fail_reason(walk->cli, NULL, error, &reason);
		walk->survey->unreadable++;
		return;
	}
	session->store = files;
	if (walk->notices != NULL)
		lbr_notices_share(walk->notices, files);
	lbr_messages_close(walk->messages); /* they were seen */
	walk->messages = NULL;
	cli_rekey_walk(walk);
	session->store = shared;
	lbr_store_close(files);
}

void cli_rekey_report(struct admin_session *session)
{
	const struct lbr_broker broker = { .path = session->settings.store_socket, .fd = -1 };
	struct lbr_store *store = NULL;

	if (session->settings.store == LBR_STORE_FILE ||
	    lbr_store_open_shared(&broker, session->keyring, cli_host_now_s, &store, NULL) != LBR_OK)
		return;
	(void)lbr_store_meet(store, NULL);
	lbr_store_close(store);
}

static int count_shared(void *context, const char *name, const struct lbr_reason *reason)
{
	(void)name, (void)reason;
	++*(size_t *)context;
	return 0;
}

struct surveying {
	struct survey survey;
	const struct lbr_settings *settings;
	bool          seals;
	const char   *about;
};

static enum cli_status walk_all(struct cli *cli, struct admin_session *session, void *shared)
{
	struct surveying *course = shared;
	struct rekey_walk walk = { .cli = cli, .session = *session, .survey = &course->survey, .seals = course->seals,
	                           .about = course->about };
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error;

	name_keys(walk.survey, session->keyring);
	cli_rekey_report(session);
	error = open_spools(&walk, &reason);
	if (error == LBR_OK) {
		if (session->settings.store == LBR_STORE_FILE)
			lbr_store_names(session->settings.state, count_name, &walk.total);
		else
			(void)lbr_store_list_names(session->store, count_shared, &walk.total, NULL);
		walk_parts(&walk, course->settings);
	} else {
		cli_fail_reason(cli, NULL, error, &reason);
	}
	lbr_messages_close(walk.messages);
	lbr_notices_close(walk.notices);
	course->survey.status = error == LBR_OK && course->survey.unreadable == 0 ? CLI_DONE : CLI_FAULT;
	return course->survey.status;
}

/* Alone it would hold the senders' turn until it is done. */
static enum cli_status work_as_owner(struct cli *cli, struct admin_session *session, pid_t parent, void *shared,
                                     cli_rekey_work *work)
{
	struct lbr_reason reason = { .text = "" };
	enum cli_status status = cli_admin_leave_root(cli, session);
	enum lbr_error error;

	if (!cli_child_end_with(parent))
		_exit(CLI_FAULT);
	if (status != CLI_DONE)
		return status;
	error = cli_admin_open_store(session, &reason);
	status = error == LBR_OK ? work(cli, session, shared) : cli_fail_reason(cli, NULL, error, &reason);
	cli_admin_close(session);
	return status;
}

/* The parent keeps its rights for the key file; the child, which reads what the owner may have planted, gives them up. */
enum cli_status cli_rekey_in_child(struct cli *cli, const struct lbr_settings *settings, cli_rekey_work *work, void *shared,
                                   size_t size)
{
	void *both = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct admin_session session = { .settings = *settings };
	pid_t child, parent = getpid();
	enum cli_status status;
	int ended = 0;

	if (settings->store != LBR_STORE_FILE)
		memset(session.settings.local, 0, sizeof(session.settings.local)); /* a walk of its own */
	(void)cli_flush();
	if (both != MAP_FAILED)
		memcpy(both, shared, size);
	child = both == MAP_FAILED ? -1 : fork();
	if (child == 0) {
		status = work_as_owner(cli, &session, parent, both, work);
		_exit(cli_flush() ? (int)status : CLI_FAULT);
	}
	if (child < 0)
		return cli_fail(cli, CLI_FAULT, TEXT_BARE, cli_errno(cli->language, errno), NULL);
	while (waitpid(child, &ended, 0) < 0 && errno == EINTR)
		continue;
	memcpy(shared, both, size);
	munmap(both, size);
	return WIFEXITED(ended) ? (enum cli_status)WEXITSTATUS(ended) : cli_fail(cli, CLI_FAULT, TEXT_REKEY_BROKE_OFF, NULL);
}

static enum cli_status run(struct cli *cli, const struct lbr_settings *settings, bool seals, const char *about,
                           struct survey *survey)
{
	struct surveying course = { .settings = settings, .seals = seals, .about = about };
	enum cli_status status = cli_rekey_in_child(cli, settings, walk_all, &course, sizeof(course));

	*survey = course.survey;
	survey->status = status;
	return status;
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
