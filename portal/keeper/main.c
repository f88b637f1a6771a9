/* liberations-portal: the keeper. It stays in the foreground, under any supervisor.
 *
 * The order is the contract: the configuration is read and the sockets are made with the starter's rights; those go for good;
 * only then are the key and the table of sessions opened. */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <syslog.h>
#include <unistd.h>

#include <sodium.h>

#include <liberations/become.h>
#include <liberations/formats.h>
#include <liberations/language.h>

#include "check_portal.h"
#include "check_say.h"
#include "keeper_log.h"
#include "keeper_loop.h"
#include "keeper_sockets.h"
#include "portal_arguments.h"
#include "portal_key_file.h"
#include "sessions_over.h"
#include "start_reader.h"
#include "waiting_visit.h"

#define VERIFIERS "liberations-verify" /* who may ask the agent about any account */
#define EXIT_USAGE 2

static volatile sig_atomic_t signals;

static void on_signal(int number)
{
	(void)number;
	if (signals < SIG_ATOMIC_MAX)
		signals++;
}

static void log_fault(void *context, const struct lbr_reason *reason)
{
	(void)context;
	lbr_keeper_log(LOG_ERR, "%s", reason->text);
}

/* A check is for the person who runs it. */
static void say_fault(void *context, const struct lbr_reason *reason)
{
	const enum lbr_language *language = context;

	lbr_check_say(*language, reason, LBR_REASONS, "");
}

static void say(const char *text)
{
	ssize_t written = write(STDOUT_FILENO, text, strlen(text));

	(void)written;
}

/* No core, and as many descriptors as there may be. */
static void prepare(void)
{
	const struct rlimit none = { 0, 0 };
	struct sigaction action = { .sa_handler = on_signal };
	struct rlimit files;

	(void)setrlimit(RLIMIT_CORE, &none);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
		files.rlim_cur = files.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &files);
	}
	(void)signal(SIGPIPE, SIG_IGN);
	sigfillset(&action.sa_mask); /* one counts after the other */
	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigaction(SIGINT, &action, NULL);
}

/* After the user, since the machine's fs.suid_dumpable says what a change of it makes of a process. */
static enum lbr_error leave_root(const struct lbr_portal_settings *settings, struct lbr_reason *reason)
{
	enum lbr_error error = lbr_become_user(settings->user, VERIFIERS, reason);

	if (error != LBR_OK && lbr_reason_has(reason, LBR_REASON_NO_SUCH_OWNER))
		lbr_fail(reason, error, LBR_WHY(PORTAL_NO_USER), settings->user);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	return error;
}

static enum lbr_error open_all(struct lbr_keeper *keeper, struct lbr_reason *reason)
{
	const struct lbr_portal_settings *settings = keeper->settings;
	const struct lbr_session_rules rules = {
		settings->idle_s, settings->absolute_s, (int64_t)settings->recheck_s * 1000, settings->per_person,
	};
	unsigned damaged, at;
	enum lbr_error error;

	for (at = 0; at < LBR_KEEPER_PAGES_MAX; at++)
		keeper->pages[at] = (struct lbr_keeper_page){ .fd = -1, .form = LBR_FORM_NONE };
	keeper->gate = -1;
	lbr_spare_pages_begin(&keeper->spares);
	lbr_standing_line_begin(&keeper->recheck.line);
	(void)mlock(keeper, sizeof(*keeper)); /* the key must not reach the swap */
	lbr_waiting_visits_begin();
	error = geteuid() == 0 ? LBR_OK : leave_root(settings, reason); /* a stranger makes no socket */
	if (error == LBR_OK)
		error = lbr_keeper_sockets_open(settings, &keeper->pages_socket, &keeper->gate_socket, &keeper->own_sockets,
		                                reason);
	if (error == LBR_OK)
		error = leave_root(settings, reason);
	if (error == LBR_OK)
		error = lbr_site_files_load(settings, keeper->site_files, reason);
	if (error == LBR_OK)
		error = lbr_portal_key_load(settings->key, &keeper->key, reason);
	if (error == LBR_OK)
		error = lbr_table_file_open(&keeper->table, settings->state, settings->sessions, &keeper->key, &rules, &damaged,
		                            reason);
	if (error == LBR_OK)
		lbr_sessions_over_begin(keeper);
	if (error == LBR_OK && damaged > 0)
		lbr_keeper_log(LOG_WARNING, "%s/sessions: %u damaged sessions ended", settings->state, damaged);
	if (error == LBR_OK && keeper->table.table.foreign > 0)
		lbr_keeper_log(LOG_NOTICE, "%s/sessions: %u sessions of another release ended (this one reads format sessions %d); "
		               "these people sign in again", settings->state, keeper->table.table.foreign, LBR_SESSIONS_VERSION);
	return error;
}

static int check(struct lbr_portal_settings *settings, const struct lbr_portal_arguments *arguments)
{
	enum lbr_language language = lbr_language_of_environment(getenv("LC_ALL"), getenv("LC_MESSAGES"), getenv("LANG"));
	struct lbr_reason reason;

	if (lbr_portal_settings_load(arguments->config, settings, say_fault, &language) != LBR_OK)
		return 1;
	if (leave_root(settings, &reason) != LBR_OK) {
		say_fault(&language, &reason);
		return 1;
	}
	if (lbr_portal_check(settings, arguments->readers, language) > 0)
		return 1;
	lbr_check_say_well(language, arguments->config, settings->site_count);
	return 0;
}

static int serve(const struct lbr_portal_settings *settings, const struct lbr_portal_arguments *arguments)
{
	static char page[LBR_READER_PATH_MAX], gate[LBR_READER_PATH_MAX];
	static struct lbr_keeper keeper;
	struct lbr_reason reason;
	int status;

	keeper.settings = settings;
	keeper.page_program = page;
	keeper.gate_program = gate;
	if (!lbr_reader_path(arguments->readers, LBR_READER_PAGE, page) ||
	    !lbr_reader_path(arguments->readers, LBR_READER_GATE, gate)) {
		lbr_keeper_log(LOG_ERR, "--readers: too long");
		return EXIT_USAGE;
	}
	if (open_all(&keeper, &reason) != LBR_OK) {
		log_fault(NULL, &reason);
		return 1;
	}
	lbr_keeper_log(LOG_INFO, "started: %u sites, %u sessions", settings->site_count, keeper.table.table.used);
	status = lbr_keeper_run(&keeper, &signals);
	lbr_keeper_log(status == 0 ? LOG_INFO : LOG_ERR, "ended");
	return status;
}

int main(int argc, char **argv)
{
	static struct lbr_portal_settings settings;
	struct lbr_portal_arguments arguments;

	if (!lbr_portal_arguments_read(argc, argv, &arguments)) {
		(void)fputs(lbr_portal_usage, stderr);
		return EXIT_USAGE;
	}
	if (arguments.help || arguments.version) {
		say(arguments.version ? "liberations-portal " LBR_VERSION "\n" : lbr_portal_usage);
		say(arguments.help ? lbr_portal_help : "");
		return 0;
	}
	prepare();
	lbr_keeper_log_open();
	if (sodium_init() < 0)
		return 1;
	if (arguments.check)
		return check(&settings, &arguments);
	return lbr_portal_settings_load(arguments.config, &settings, log_fault, NULL) == LBR_OK ? serve(&settings, &arguments) : 1;
}
