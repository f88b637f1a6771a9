/* Connecting: strictly as store.conf says, and by nothing that an environment or a service file says. */
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include <liberations/config_file.h>
#include <liberations/monotonic.h>
#include <liberations/wait.h>

#include "db_link.h"
#include "servers.h"

#define KEYWORDS_MAX 24

struct words {
	const char *names[KEYWORDS_MAX + 1], *values[KEYWORDS_MAX + 1];
	int         count;
};

static void add(struct words *words, const char *name, const char *value)
{
	words->names[words->count] = name;
	words->values[words->count++] = value;
}

/* Encrypted and proven, or a socket of this host. `none` keeps libpq from files in a home directory. */
static void add_tls(struct words *words, const struct lbr_store_settings *settings)
{
	bool local = settings->servers[0] == '/';

	add(words, "sslmode", local ? "disable" : "verify-full");
	add(words, "gssencmode", "disable");
	add(words, "ssl_min_protocol_version", "TLSv1.2");
	if (local)
		return;
	add(words, "sslrootcert", settings->tls_ca);
	add(words, "sslcrl", "");
	add(words, "sslcert", settings->tls_certificate[0] != '\0' ? settings->tls_certificate : "/dev/null/none");
	add(words, "sslkey", settings->tls_key[0] != '\0' ? settings->tls_key : "/dev/null/none");
	if (settings->tls_certificate[0] == '\0')
		add(words, "channel_binding", "require");
}

static void add_server(struct words *words, const struct lbr_servers *servers, const struct lbr_store_settings *settings,
                       const char *password)
{
	add(words, "host", servers->hosts);
	add(words, "port", servers->ports);
	add(words, "dbname", settings->database);
	add(words, "user", settings->user);
	add(words, "password", password);
	add(words, "passfile", "/dev/null/none");
	add(words, "target_session_attrs", "read-write");
	add(words, "application_name", "liberations-store");
	add(words, "client_encoding", "UTF8");
	add(words, "options", "");
	add(words, "keepalives_idle", "30");
	add(words, "keepalives_interval", "5");
	add(words, "keepalives_count", "3");
	add(words, "tcp_user_timeout", "10000");
	add(words, "connect_timeout", "2");
}

static bool wait_connected(PGconn *pg, int64_t until_ms)
{
	PostgresPollingStatusType wants = PGRES_POLLING_WRITING;

	while (wants != PGRES_POLLING_OK) {
		if (wants == PGRES_POLLING_FAILED)
			return false;
		if (lbr_wait_for(PQsocket(pg), wants == PGRES_POLLING_READING ? POLLIN : POLLOUT, until_ms) != LBR_OK)
			return false;
		wants = PQconnectPoll(pg);
	}
	return true;
}

/* libpq tells why in words alone. They are for people, and in the language of the server; these few are constants of libpq. */
static void explain(struct lbr_db_link *link, const struct lbr_servers *servers)
{
	const char *said = PQerrorMessage(link->pg);
	enum lbr_store_cause cause = LBR_STORE_NO_SERVER;

	if (strstr(said, "certificate") != NULL || strstr(said, "SSL") != NULL || strstr(said, "authentication") != NULL ||
	    strstr(said, "channel binding") != NULL || strstr(said, "no pg_hba.conf entry") != NULL ||
	    strstr(said, "password") != NULL)
		cause = LBR_STORE_CREDENTIALS;
	else if (strstr(said, "does not exist") != NULL)
		cause = LBR_STORE_SCHEMA;
	else if (strstr(said, "too many") != NULL)
		cause = LBR_STORE_FULL;
	lbr_trouble_set(&link->trouble, cause, servers->hosts);
}

/* A warning with a commit says that no standby confirmed it. */
static void take_notice(void *context, const PGresult *result)
{
	struct lbr_db_link *link = context;
	const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);

	if (severity == NULL || strcmp(severity, "WARNING") == 0)
		link->warned = true;
}

static void take_server(struct lbr_db_link *link)
{
	(void)snprintf(link->server, sizeof(link->server), "%.40s:%.8s", PQhost(link->pg), PQport(link->pg));
}

bool lbr_db_link_connect(struct lbr_db_link *link, const struct lbr_store_settings *settings, int64_t until_ms)
{
	struct lbr_servers servers;
	struct lbr_secret password;
	struct words words = {.count = 0};

	lbr_db_link_drop(link);
	if (!lbr_servers_read(settings->servers, &servers) || lbr_password_read(settings->password_file, &password) != LBR_OK) {
		lbr_trouble_set(&link->trouble, LBR_STORE_CREDENTIALS, "password-file");
		return false;
	}
	add_server(&words, &servers, settings, password.bytes);
	add_tls(&words, settings);
	link->pg = PQconnectStartParams(words.names, words.values, 0);
	lbr_secret_wipe(&password);
	if (link->pg != NULL && PQstatus(link->pg) != CONNECTION_BAD && wait_connected(link->pg, until_ms)) {
		(void)PQsetnonblocking(link->pg, 1);
		(void)PQsetNoticeReceiver(link->pg, take_notice, link);
		take_server(link);
		return true;
	}
	if (link->pg != NULL)
		explain(link, &servers);
	lbr_db_link_drop(link);
	return false;
}
