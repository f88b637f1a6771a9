/* Connecting: strictly as store.conf says, and by nothing that an environment or a service file says. */
#include <arpa/inet.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <liberations/monotonic.h>
#include <liberations/wait.h>

#include "db_link.h"
#include "refusals.h"
#include "resolve.h"
#include "secret_files.h"
#include "servers.h"

#define KEYWORDS_MAX 24
#define NO_FILE "/dev/null/none"
#define OF_THE_SCHEMA "LB005"

struct words {
	const char *names[KEYWORDS_MAX + 1], *values[KEYWORDS_MAX + 1];
	int         count;
};

static void add(struct words *words, const char *name, const char *value)
{
	words->names[words->count] = name;
	words->values[words->count++] = value;
}

/* Encrypted and proven, or a socket of this host. A file that is not there keeps libpq from those in a home directory. */
static void add_tls(struct words *words, bool local, const struct lbr_store_settings *settings)
{
	add(words, "sslmode", local ? "disable" : "verify-full");
	add(words, "gssencmode", "disable");
	add(words, "ssl_min_protocol_version", "TLSv1.2");
	add(words, "sslcrl", NO_FILE); /* "" would be the one in a home directory */
	if (local)
		return;
	add(words, "sslrootcert", settings->tls_ca);
	add(words, "sslcert", settings->tls_certificate[0] != '\0' ? settings->tls_certificate : NO_FILE);
	add(words, "sslkey", settings->tls_key[0] != '\0' ? settings->tls_key : NO_FILE);
	if (settings->tls_certificate[0] == '\0' || settings->password_file[0] != '\0')
		add(words, "channel_binding", "require");
}

/* An address of the network needs no resolver, and a directory neither. */
static bool is_name(const char *host)
{
	unsigned char address[sizeof(struct in6_addr)];

	return host[0] != '/' && strchr(host, ':') == NULL && inet_pton(AF_INET, host, address) != 1;
}

/* False: the name has no address, or nobody says which. */
static bool add_host(struct words *words, const struct lbr_server *server, int64_t until_ms, struct lbr_addresses *addresses,
                     struct lbr_db_link *link)
{
	enum lbr_error error = is_name(server->host) ? lbr_resolve(server->host, until_ms, addresses) : LBR_OK;

	if (error != LBR_OK) {
		lbr_refusal_explain(error == LBR_ERR_ABSENT ? LBR_NAME_UNKNOWN : LBR_NAME_SERVER_SILENT, link->server,
		                    &link->trouble);
		return false;
	}
	add(words, "host", addresses->names[0] != '\0' ? addresses->names : server->host);
	if (addresses->names[0] != '\0')
		add(words, "hostaddr", addresses->addresses); /* the name is what a certificate must prove */
	return true;
}

static void add_server(struct words *words, const struct lbr_server *server, const struct lbr_store_settings *settings,
                       const char *password)
{
	add(words, "port", server->port);
	add(words, "dbname", settings->database);
	add(words, "user", settings->user);
	add(words, "password", password);
	add(words, "passfile", NO_FILE);
	add(words, "target_session_attrs", "read-write");
	add(words, "application_name", "liberations-store");
	add(words, "client_encoding", "UTF8");
	/* A commit without its standby tells so in a warning alone, whatever the server's settings say of warnings. */
	add(words, "options", "-c search_path=pg_catalog -c client_min_messages=warning");
	add(words, "keepalives_idle", "30");
	add(words, "keepalives_interval", "5");
	add(words, "keepalives_count", "3");
	add(words, "tcp_user_timeout", "10000");
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

/* A warning with a commit says that no standby confirmed it; one of the schema's own says something else. */
static void take_notice(void *context, const PGresult *result)
{
	struct lbr_db_link *link = context;
	const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	if ((severity == NULL || strcmp(severity, "WARNING") == 0) && (state == NULL || strcmp(state, OF_THE_SCHEMA) != 0))
		link->warned = true;
}

/* Where everybody may make a socket, another may be in the server's place, and ask for the password. */
static bool is_open_to_all(const char *directory)
{
	struct stat st;

	return stat(directory, &st) == 0 && (st.st_mode & S_IWOTH) != 0;
}

static bool connect_to(struct lbr_db_link *link, const struct lbr_server *server, const struct lbr_store_settings *settings,
                       const char *password, int64_t until_ms)
{
	struct lbr_addresses addresses = {.names = ""};
	struct words words = {.count = 0};

	lbr_server_name(server, link->server, sizeof(link->server));
	if (server->host[0] == '/' && password[0] != '\0' && is_open_to_all(server->host)) {
		lbr_trouble_set(&link->trouble, LBR_STORE_CREDENTIALS, link->server);
		link->trouble.hint = "everybody may write to its directory, and could take its place to get the password";
		return false;
	}
	if (!add_host(&words, server, until_ms, &addresses, link))
		return false;
	add_server(&words, server, settings, password);
	add_tls(&words, server->host[0] == '/', settings);
	link->pg = PQconnectStartParams(words.names, words.values, 0);
	if (link->pg != NULL)
		(void)PQsetErrorVerbosity(link->pg, PQERRORS_SQLSTATE);
	if (link->pg != NULL && PQstatus(link->pg) != CONNECTION_BAD && wait_connected(link->pg, until_ms)) {
		(void)PQsetnonblocking(link->pg, 1);
		(void)PQsetNoticeReceiver(link->pg, take_notice, link);
		return true;
	}
	lbr_refusal_explain(link->pg != NULL ? PQerrorMessage(link->pg) : "", link->server, &link->trouble);
	lbr_db_link_drop(link);
	return false;
}

static bool is_tried(uint32_t tried, unsigned at)
{
	return (tried >> at & 1) != 0;
}

static bool connect_to_one(struct lbr_db_link *link, const struct lbr_servers *servers, const struct lbr_store_settings *settings,
                           const char *password, uint32_t *tried, int64_t until_ms)
{
	struct lbr_trouble kept = {.cause = LBR_STORE_FINE};
	unsigned begin = link->at, step, at, left = 0;
	bool up = false;

	for (at = 0; at < servers->count; at++)
		left += !is_tried(*tried, at);
	for (step = 0; !up && step < servers->count; step++) {
		int64_t now_ms = lbr_monotonic_ms();

		at = (begin + step) % servers->count;
		if (is_tried(*tried, at))
			continue;
		*tried |= (uint32_t)1 << at;
		link->at = at;
		up = connect_to(link, &servers->at[at], settings, password, now_ms + (until_ms - now_ms) / (int64_t)left--);
		if (!up)
			lbr_trouble_keep(&kept, &link->trouble);
	}
	if (!up && kept.cause != LBR_STORE_FINE)
		link->trouble = kept;
	return up;
}

bool lbr_db_link_connect(struct lbr_db_link *link, const struct lbr_store_settings *settings, uint32_t *tried, int64_t until_ms)
{
	struct lbr_servers servers;
	struct lbr_secret password;
	struct lbr_reason reason;
	bool up;

	_Static_assert(LBR_SERVERS_MAX <= 32, "each server has a bit");
	lbr_db_link_drop(link);
	if (!lbr_servers_read(settings->servers, &servers) || lbr_password_read(settings, &password, &reason) != LBR_OK) {
		lbr_trouble_set(&link->trouble, LBR_STORE_CREDENTIALS, "password-file");
		link->trouble.hint = "password-file cannot be read, or others can read it";
		return false;
	}
	up = connect_to_one(link, &servers, settings, password.bytes, tried, until_ms);
	lbr_secret_wipe(&password);
	return up;
}
