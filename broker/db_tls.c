/* How a connection is protected. */
#include <string.h>
#include <time.h>

#include <openssl/asn1.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "db_desk.h"

static void add_end(struct lbr_facts *facts, const char *name, const X509 *certificate)
{
	struct tm end;

	if (certificate != NULL && ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) == 1)
		lbr_fact_add_number(facts, name, (int64_t)timegm(&end));
}

void lbr_survey_tls(const struct lbr_db_link *link, struct lbr_facts *facts)
{
	const char *protocol = PQsslAttribute(link->pg, "protocol");
	SSL *tls = PQsslStruct(link->pg, "OpenSSL");
	X509 *theirs;

	lbr_fact_add(facts, "tls", protocol != NULL ? protocol : PQhost(link->pg)[0] == '/' ? "socket" : "none");
	if (tls == NULL)
		return;
	theirs = SSL_get1_peer_certificate(tls);
	add_end(facts, "server_certificate_ends", theirs);
	X509_free(theirs);
	add_end(facts, "certificate_ends", SSL_get_certificate(tls));
}
