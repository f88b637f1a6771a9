/* liberations-agent: one process per dialogue, the only one that sees a secret; and the listener that starts them.
 *
 *     liberations-agent --fd N [--peer own|any|own-quiet | --spare] [--for-uid UID] [--config FILE]
 *     liberations-agent --listen [--config FILE] [--agent-socket FILE] [--verify-socket FILE] [--idle SECONDS]
 *
 * N is a connected stream socket. The order below is the contract: the process is cleaned and leaves its starter's control
 * groups; the configuration is read (with the starter's rights, from a file that only root or the starter can write); the rights
 * go for good; only then are the seal key read and the store opened; everything else is given up; and then comes the first byte of
 * the peer. */
#include <poll.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <syslog.h>
#include <unistd.h>

#include <liberations/become.h>
#include <liberations/hash_memory.h>
#include <liberations/password.h>
#include <liberations/release.h>
#include <liberations/wire.h>

#include "confine.h"
#include "harden.h"
#include "leave.h"
#include "listen.h"
#include "log.h"
#include "session.h"
#include "spare.h"

LBR_RELEASE_NOTE(LBR_VERSION);

static const char usage[] =
	"usage: liberations-agent --listen [--config FILE] [--agent-socket FILE] [--verify-socket FILE] [--idle SECONDS]\n"
	"       liberations-agent --fd N [--peer own|any|own-quiet] [--for-uid UID] [--config FILE]\n"
	"       (the second is for the listener and the module)\n";

/* A peer that comes often must not fill the log with the faults of the configuration: the listener sums up. */
static void log_fault(void *context, const struct lbr_reason *reason)
{
	const struct lbr_agent_arguments *arguments = context;

	if (arguments->scope != LBR_SCOPE_OWN_QUIET)
		lbr_log(LOG_ERR, "%s", reason->text);
}

/* A module that only heard the end would take this for an agent of the release before, and come again with the same line in the
 * log. It must have spoken before the end: what is left unread then does no harm to the answer. */
static void tell_peer(int fd)
{
	const struct lbr_welcome none = {.version = LBR_WIRE_SERVES_NOBODY};
	struct pollfd peer = {.fd = fd, .events = POLLIN};
	struct lbr_frame frame;

	if (lbr_wire_put_welcome(&frame, &none) == LBR_OK && lbr_frame_send(fd, &frame, LBR_MACHINE_WAIT_MS) == LBR_OK)
		(void)poll(&peer, 1, LBR_MACHINE_WAIT_MS);
}

static int fail(const struct lbr_agent_arguments *arguments, bool has_peer, const struct lbr_reason *reason)
{
	bool quiet = arguments->scope == LBR_SCOPE_OWN_QUIET;

	if (!quiet)
		lbr_log(LOG_ALERT, "cannot serve: %s", reason->text);
	if (has_peer)
		tell_peer(arguments->fd);
	return quiet ? LBR_EXIT_HELD_BACK : EX_CONFIG;
}

/* Root, and the owner of the store, ask about anybody. */
static void read_names(struct lbr_session *session)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(session->fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 && peer.uid != 0 && peer.uid != geteuid())
		lbr_local_names_read(peer.uid, &session->local_names);
}

static int run(const struct lbr_agent_arguments *arguments, struct lbr_settings *settings, struct lbr_reason *reason)
{
	static struct lbr_session session;
	struct lbr_keyring *keyring = NULL;
	enum lbr_error error;

	session.fd = arguments->fd;
	session.scope = arguments->scope;
	session.settings = settings;
	/* A verified password stays here for minutes; it must not reach the swap. Root may lock memory, the owner perhaps not. */
	(void)mlock(&session, sizeof(session));
	error = lbr_become_owner_of(settings->state, settings->user, reason);
	if (error == LBR_OK)
		error = lbr_harden_late(reason);
	if (error == LBR_OK)
		error = lbr_keyring_load(settings->seal_key, &keyring, reason);
	if (error == LBR_OK)
		error = lbr_store_open_of(settings, -1, keyring, lbr_now_s, &session.store, reason);
	if (error == LBR_OK)
		error = lbr_admission_begin(&session, reason);
	if (error == LBR_OK)
		read_names(&session);
	if (error == LBR_OK)
		error = lbr_confine(settings->state, settings->breached, arguments->of_listener ? LOG_DEBUG : LOG_WARNING, reason);
	session.keyring = keyring;
	if (error == LBR_OK)
		lbr_serve(&session);
	lbr_admission_end(&session);
	lbr_store_close(session.store);
	lbr_keyring_free(keyring);
	lbr_wipe(&session, sizeof(session));
	if (error != LBR_OK)
		return EX_CONFIG;
	return lbr_log_held_back() ? LBR_EXIT_HELD_BACK : EX_OK;
}

static int serve_one(struct lbr_agent_arguments *arguments)
{
	struct lbr_settings settings;
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error;
	int status = EX_CONFIG;
	bool has_peer;

	lbr_password_use_memory(lbr_hash_memory_begin, lbr_hash_memory_end);
	error = lbr_harden_early(arguments->fd, 1, &reason);
	has_peer = error == LBR_OK || !arguments->spare; /* a spare agent's descriptor leads to the listener before it waited */
	if (error == LBR_OK && arguments->spare && !lbr_spare_wait(arguments))
		return EX_OK; /* the listener has ended */
	lbr_log_open();
	if (error == LBR_OK)
		error = lbr_leave(arguments->starter, &reason);
	if (error == LBR_OK) {
		lbr_settings_default(&settings);
		error = lbr_settings_load(arguments->config, &settings, log_fault, arguments);
		if (error == LBR_OK)
			status = run(arguments, &settings, &reason);
		else
			lbr_fail_at(&reason, error, arguments->config, LBR_WHY(NOBODY_SIGNS_IN), lbr_error_name(error));
	}
	return status == EX_CONFIG ? fail(arguments, has_peer, &reason) : status;
}

int main(int argc, char **argv)
{
	struct lbr_inherited inherited;
	struct lbr_agent_arguments arguments;

	if (!lbr_agent_arguments_read(argc, argv, &arguments)) {
		(void)fputs(usage, stderr);
		return EX_USAGE;
	}
	if (!arguments.listen)
		return serve_one(&arguments);
	lbr_inherited_read(&inherited);
	return lbr_listen(&arguments, &inherited);
}
