/* libpq tells in words why it could not connect. It has no locale, so they are English; those of the server, which has one, are
 * left out (PQERRORS_SQLSTATE). Nothing of either goes into a log. */
#include "refusals.h"

#include <stddef.h>
#include <string.h>

/* The first that is found counts. */
static const struct {
	const char          *said;
	enum lbr_store_cause cause;
	const char          *hint;
} refusals[] = {
	{"28P01", LBR_STORE_CREDENTIALS, "it refuses the password: compare password-file with the password of the role"},
	{"28000", LBR_STORE_CREDENTIALS,
	 "no line of its pg_hba.conf lets this host in, or the role does not exist, or the certificate is another role's"},
	{"3D000", LBR_STORE_SCHEMA, "it has no database of that name: compare `database` in store.conf"},
	{"42501", LBR_STORE_NO_RIGHTS, "the role may not connect to the database"},
	{"53300", LBR_STORE_FULL, "it takes no more connections: see max_connections there and the role's CONNECTION LIMIT"},
	{"57P03", LBR_STORE_NO_SERVER, "it is starting or stopping"},
	{"session is read-only", LBR_STORE_NO_SERVER, "it is a standby, or read-only"},
	{"does not match host name", LBR_STORE_CREDENTIALS, "its certificate names another host: write that name in `servers`"},
	{"certificate expired", LBR_STORE_CREDENTIALS, "it refuses tls-certificate: expired"},
	{"unknown ca", LBR_STORE_CREDENTIALS, "it refuses tls-certificate: its ssl_ca_file does not know who signed it"},
	{"certificate verify failed", LBR_STORE_CREDENTIALS, "its certificate has expired, or tls-ca has not signed it"},
	{"root certificate file", LBR_STORE_CREDENTIALS, "tls-ca cannot be read"},
	{"private key file", LBR_STORE_CREDENTIALS, "tls-key cannot be read, or does not belong to tls-certificate"},
	{"server does not support SSL", LBR_STORE_CREDENTIALS, "it offers no TLS: set `ssl = on` there"},
	{"channel binding", LBR_STORE_CREDENTIALS,
	 "it does not ask for the password by SCRAM: write scram-sha-256 in its pg_hba.conf, and set the password again"},
	{"no password supplied", LBR_STORE_CREDENTIALS, "it asks for a password: set password-file"},
	{LBR_NAME_SERVER_SILENT, LBR_STORE_NO_SERVER, "no name server of /etc/resolv.conf answers"},
	{LBR_NAME_UNKNOWN, LBR_STORE_NO_SERVER, "neither /etc/hosts nor DNS knows that name"},
	{"certificate", LBR_STORE_CREDENTIALS, "TLS: see tls-ca, tls-certificate and tls-key"},
	{"SSL error", LBR_STORE_CREDENTIALS, "TLS: see tls-ca, tls-certificate and tls-key"},
	{"Permission denied", LBR_STORE_NO_SERVER, "the broker may not use the socket in that directory"},
	{"No such file or directory", LBR_STORE_NO_SERVER, "no server has its socket in that directory"},
	{"authentication", LBR_STORE_CREDENTIALS, "it demands a method that store.conf does not offer: see its pg_hba.conf"},
};

void lbr_refusal_explain(const char *said, const char *where, struct lbr_trouble *trouble)
{
	size_t at;

	lbr_trouble_set(trouble, LBR_STORE_NO_SERVER, where);
	for (at = 0; at < sizeof(refusals) / sizeof(refusals[0]); at++) {
		if (strstr(said, refusals[at].said) == NULL)
			continue;
		trouble->cause = refusals[at].cause;
		trouble->hint = refusals[at].hint;
		return;
	}
}
