/* The broker's process. Read broker_confine.h first. */
#include "broker_confine.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <netdb.h>
#include <nss.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include <liberations/landlock.h>

#include "broker_log.h"

#define DESCRIPTORS_MAX (LBR_BROKER_CLIENTS_MAX + 4 * LBR_LINKS_MAX + 16)
#define MEMORY_MAX (1UL << 30)
#define HEAPS_MAX 4
#define LABEL_TOO_LONG "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" /* 64; DNS has 63 */

static enum lbr_error bound(__rlimit_resource_t which, rlim_t most, const char *name, struct lbr_reason *reason)
{
	struct rlimit limit;

	if (getrlimit(which, &limit) != 0)
		return lbr_fail_system(reason, errno, "getrlimit %s", name);
	if (limit.rlim_max > most)
		limit.rlim_max = most;
	limit.rlim_cur = limit.rlim_max;
	return setrlimit(which, &limit) == 0 ? LBR_OK : lbr_fail_system(reason, errno, "setrlimit %s", name);
}

enum lbr_error lbr_broker_harden(struct lbr_reason *reason)
{
	enum lbr_error error;

	/* libpq reads PGHOST and its kin, and OpenSSL its own; the resolver would ask a server that is silent for a long time. */
	(void)clearenv();
	(void)setenv("RES_OPTIONS", "timeout:1 attempts:2", 1);
	(void)umask(077);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)mallopt(M_ARENA_MAX, HEAPS_MAX);
	error = bound(RLIMIT_CORE, 0, "core", reason);
	if (error == LBR_OK)
		error = bound(RLIMIT_NOFILE, DESCRIPTORS_MAX, "nofile", reason);
#ifndef LBR_UNCONFINED /* a sanitizer's shadow is terabytes */
	if (error == LBR_OK)
		error = bound(RLIMIT_AS, MEMORY_MAX, "as", reason);
#endif
	if (error == LBR_OK && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		error = lbr_fail_system(reason, errno, "prctl");
	return error;
}

/* Everything that loads code does so now: OpenSSL what its configuration names, the C library what finds hosts. Hosts come from
 * /etc/hosts and DNS alone, since what else nsswitch.conf may name would want more than is left. */
static void load_code(void)
{
	const struct addrinfo wanted = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;

	(void)OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, NULL);
	(void)__nss_configure_lookup("hosts", "files dns");
	(void)__nss_configure_lookup("passwd", "files");
	if (getaddrinfo(LABEL_TOO_LONG, NULL, &wanted, &found) == 0) /* no question leaves this host for that name */
		freeaddrinfo(found);
	tzset(); /* syslog(3) writes local time */
}

/* The directory of a file: what is there later under that name counts too. A missing one is told by who opens the file. */
static enum lbr_error grant_directory(const struct lbr_landlock *landlock, const char *file, struct lbr_reason *reason)
{
	const char *slash = strrchr(file, '/');
	enum lbr_error error;
	char directory[PATH_MAX];
	int fd;

	if (slash == NULL)
		return LBR_OK;
	(void)snprintf(directory, sizeof(directory), "%.*s", slash == file ? 1 : (int)(slash - file), file);
	fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return LBR_OK;
	error = lbr_landlock_grant(landlock, LBR_FILES_READ, fd, directory, reason);
	(void)close(fd);
	return error;
}

/* Also where it leads, if it is a link. */
static enum lbr_error grant_file(const struct lbr_landlock *landlock, const char *file, struct lbr_reason *reason)
{
	char *resolved = file[0] == '\0' ? NULL : realpath(file, NULL);
	enum lbr_error error = grant_directory(landlock, file, reason);

	if (error == LBR_OK && resolved != NULL)
		error = grant_directory(landlock, resolved, reason);
	free(resolved);
	return error;
}

static enum lbr_error confine_files(const struct lbr_store_settings *settings, struct lbr_reason *reason)
{
	const char *const files[] = {"/etc/hosts", "/etc/resolv.conf", settings->tls_ca, settings->tls_certificate,
	                             settings->tls_key, settings->password_file};
	struct lbr_landlock landlock;
	enum lbr_error error = lbr_landlock_begin(&landlock, true, reason);
	size_t at;

	for (at = 0; error == LBR_OK && at < sizeof(files) / sizeof(files[0]); at++)
		error = grant_file(&landlock, files[at], reason);
	return lbr_landlock_end(&landlock, error, reason);
}

static enum lbr_error forgive_absence(enum lbr_error error, const struct lbr_reason *reason)
{
	if (error != LBR_ERR_ABSENT)
		return error;
	lbr_broker_log(LOG_WARNING, "running with reduced confinement: %s", reason->text);
	return LBR_OK;
}

enum lbr_error lbr_broker_confine(const struct lbr_store_settings *settings, struct lbr_reason *reason)
{
	enum lbr_error error;

	load_code();
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return lbr_fail_system(reason, errno, "prctl");
#ifdef LBR_UNCONFINED
	lbr_broker_log(LOG_WARNING, "built without confinement: for tests only");
	(void)confine_files;
	(void)forgive_absence;
	(void)settings;
	error = LBR_OK;
#else
	error = forgive_absence(confine_files(settings, reason), reason);
	if (error == LBR_OK)
		error = forgive_absence(lbr_broker_confine_calls(reason), reason);
#endif
	return error;
}
