/* liberations-agent: one process per dialogue, the only one that sees a secret.
 *
 *     liberations-agent --fd N [--config FILE]
 *
 * N is a connected stream socket. The order below is the contract: the process is cleaned first, the configuration read
 * (with the starter's rights, from a file that only root or the starter can write), then the rights go for good, and only
 * then are the seal key read, the store opened, and the first byte of the peer. */
#include <sysexits.h>
#include <syslog.h>

#include <liberations/become.h>

#include "harden.h"
#include "log.h"
#include "session.h"

struct options {
	int         fd;
	const char *config;
};

static bool read_number(const char *text, int *ret)
{
	char *end;
	long number;

	if (text[0] < '0' || text[0] > '9')
		return false;
	number = strtol(text, &end, 10);
	if (*end != '\0' || number < 3 || number > 65535)
		return false;
	*ret = (int)number;
	return true;
}

static bool read_options(int argc, char **argv, struct options *options)
{
	int i;

	*options = (struct options){.fd = -1, .config = LBR_DEFAULT_CONFIG};
	for (i = 1; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--fd") == 0) {
			if (!read_number(argv[i + 1], &options->fd))
				return false;
		} else if (strcmp(argv[i], "--config") == 0) {
			options->config = argv[i + 1];
		} else {
			return false;
		}
	}
	return i == argc && options->fd >= 3;
}

static void log_fault(void *context, const char *sentence)
{
	(void)context;
	lbr_log(LOG_ERR, "%s", sentence);
}

static int run(const struct options *options, struct lbr_settings *settings, struct lbr_reason *reason)
{
	struct lbr_session session = {.fd = options->fd, .settings = settings};
	struct lbr_ring *ring = NULL;
	enum lbr_error error;

	error = lbr_become_owner_of(settings->state, reason);
	if (error == LBR_OK)
		error = lbr_harden_late(reason);
	if (error == LBR_OK)
		error = lbr_ring_load(settings->seal_key, &ring, reason);
	if (error == LBR_OK)
		error = lbr_store_open(settings->state, ring, &session.store, reason);
	session.ring = ring;
	if (error == LBR_OK)
		lbr_serve(&session);
	lbr_store_close(session.store);
	lbr_ring_free(ring);
	lbr_wipe(&session, sizeof(session));
	return error == LBR_OK ? EX_OK : EX_CONFIG;
}

int main(int argc, char **argv)
{
	struct lbr_settings settings;
	struct lbr_reason reason = {""};
	struct options options;
	enum lbr_error error;
	int status = EX_CONFIG;

	if (!read_options(argc, argv, &options)) {
		fputs("liberations-agent is started by pam_liberations.so: liberations-agent --fd N [--config FILE]\n", stderr);
		return EX_USAGE;
	}
	error = lbr_harden_early(&reason);
	lbr_log_open();
	if (error == LBR_OK) {
		lbr_settings_default(&settings);
		error = lbr_settings_load(options.config, &settings, log_fault, NULL);
		if (error == LBR_OK)
			status = run(&options, &settings, &reason);
		else
			lbr_fail(&reason, error, "%s: %s; nobody can sign in until it is mended", options.config, lbr_error_name(error));
	}
	if (status != EX_OK)
		lbr_log(LOG_ALERT, "cannot serve: %s", reason.text);
	return status;
}
