#include "link.h"

#include <errno.h>
#include <security/pam_ext.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "caller.h"
#include "greeting.h"
#include "spawn.h"

#define DATA_NAME "liberations_dialogue"
#define LISTENER_WAIT_MS 1000 /* a listener that takes longer is worse than none */

static void cleanup(pam_handle_t *pamh, void *data, int status)
{
	struct lbr_link *link = data;

	/* With or without PAM_DATA_SILENT: a forked child only closes its own copy of the descriptor. */
	(void)pamh;
	(void)status;
	lbr_link_close(link);
	lbr_wipe(link, sizeof(*link));
	free(link);
}

struct lbr_link *lbr_link_of(pam_handle_t *pamh, bool make)
{
	const void *data = NULL;
	struct lbr_link *link;

	if (pam_get_data(pamh, DATA_NAME, &data) == PAM_SUCCESS && data != NULL)
		return (struct lbr_link *)(uintptr_t)data;
	if (!make)
		return NULL;
	link = calloc(1, sizeof(*link));
	if (link == NULL)
		return NULL;
	lbr_client_init(&link->client);
	if (pam_set_data(pamh, DATA_NAME, link, cleanup) == PAM_SUCCESS)
		return link;
	free(link);
	return NULL;
}

void lbr_link_close(struct lbr_link *link)
{
	lbr_client_close(&link->client);
	if (link->state == LBR_LINK_OPEN)
		link->state = LBR_LINK_NONE;
}

void lbr_link_break(struct lbr_link *link)
{
	lbr_link_close(link);
	/* Unless authenticate ran first, a fresh agent has nothing to be told: it asks for everything itself. */
	link->state = link->tied ? LBR_LINK_LOST : LBR_LINK_NONE;
}

void lbr_link_renew(struct lbr_link *link)
{
	lbr_link_close(link);
	link->state = LBR_LINK_NONE;
	link->bound = false;
	link->tied = true;
}

/* Afterwards the link is open, or its connection is closed. */
static bool greet(struct lbr_call *call)
{
	struct lbr_link *link = call->link;

	if (!lbr_greeting_exchange(call)) {
		lbr_client_close(&link->client);
		return false;
	}
	link->client.wait_ms = LBR_MACHINE_WAIT_MS;
	link->state = LBR_LINK_OPEN;
	return true;
}

/* A listener uses the default configuration. Arguments that name another one but no socket need an agent of their own. */
static bool wants_listener(const struct lbr_module_options *options)
{
	return options->config[0] == '\0' || strcmp(options->socket, LBR_DEFAULT_SOCKET) != 0;
}

/* Where the socket is, there is a listener, answering or not: only root can remove it. */
static bool has_listener(const struct lbr_module_options *options)
{
	struct stat info;

	return wants_listener(options) && (lstat(options->socket, &info) == 0 || (errno != ENOENT && errno != ENOTDIR));
}

/* Only root writes agent=; an agent started by the user's own process refuses every store but that user's. An agent of su runs
 * where its caller can slow it down: no person who keeps a listener busy gets one. */
static bool can_start(const struct lbr_module_options *options)
{
	if (geteuid() != 0)
		return options->agent[0] != '\0';
	return !lbr_caller_is_person() || !has_listener(options);
}

static bool open_listener(struct lbr_call *call)
{
	return lbr_client_connect(&call->link->client, call->options.socket) == 0 && greet(call);
}

static bool start_agent(struct lbr_call *call)
{
	const struct lbr_module_options *options = &call->options;
	const char *agent = options->agent[0] != '\0' ? options->agent : LBR_DEFAULT_AGENT;
	int error;

	error = lbr_spawn_agent(agent, options->config, call->link->client.refused, &call->link->client);
	if (error != 0) {
		pam_syslog(call->pamh, LOG_ERR, "cannot start %s: %s", agent, strerror(error));
		return false;
	}
	if (greet(call))
		return true;
	if (!call->link->client.older)
		pam_syslog(call->pamh, LOG_ERR, "%s does not answer; see its own log", agent);
	return false;
}

/* An agent of the release before needs a second connection, and its own version (lbr_client_greet). Opening and greeting share one
 * time limit. */
static bool open_either(struct lbr_call *call, bool (*open_one)(struct lbr_call *), int wait_ms)
{
	struct lbr_client *client = &call->link->client;

	client->older = false;
	client->wait_ms = wait_ms;
	return open_one(call) || (client->older && open_one(call));
}

static bool open_any(struct lbr_call *call)
{
	const struct lbr_module_options *options = &call->options;
	bool may_start = can_start(options);

	lbr_link_close(call->link);
	call->link->client.refused = false;
	if (wants_listener(options) && open_either(call, open_listener, may_start ? LISTENER_WAIT_MS : LBR_MACHINE_WAIT_MS))
		return true;
	if (may_start)
		return open_either(call, start_agent, LBR_MACHINE_WAIT_MS);
	if (geteuid() == 0)
		pam_syslog(call->pamh, LOG_ERR, "no agent answers at %s, and uid %lu gets no other while that socket exists",
		           options->socket, (unsigned long)lbr_caller_uid());
	else
		pam_syslog(call->pamh, LOG_ERR, "no agent answers at %s, and only root can start one: "
		           "run `liberations-agent --listen`", options->socket);
	return false;
}

bool lbr_link_open(struct lbr_call *call)
{
	bool opened = open_any(call);

	if (!opened)
		lbr_call_tell_outage(call);
	return opened;
}
