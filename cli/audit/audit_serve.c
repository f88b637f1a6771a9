/* The child: turns packets into records of one fixed form. It takes nothing else in, and says nothing but how many failed. */
#include "audit_parts.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libaudit.h>

#define RECORDS_MAX (1U << 20) /* `unlock --all` in the largest store */
#define TEXT_MAX 256

/* False: no packet will follow. */
static bool receive(int link, struct audit_packet *packet)
{
	ssize_t got;

	do {
		got = recv(link, packet, sizeof(*packet), 0);
	} while (got < 0 && errno == EINTR);
	return got == (ssize_t)sizeof(*packet);
}

/* libaudit writes in hexadecimal what has a meaning in a record. Its function for accounts would cut a name after 32 bytes. A
 * setting of the system is about a service, which a search for accounts must not find. */
static bool send_record(const struct audit_packet *packet, int kernel, int kind, const char *verb, const char *tty)
{
	char text[TEXT_MAX];
	const char *field = kind == AUDIT_USYS_CONFIG ? "service" : "acct";
	char *about = audit_encode_nv_string(field, packet->name[0] != '\0' ? packet->name : "?", 0);
	int sent;

	if (about == NULL)
		return false;
	snprintf(text, sizeof(text), "op=liberations:%s %s", verb, about);
	free(about);
	sent = audit_log_user_message(kernel, kind, text, NULL, NULL, tty, packet->done != 0 ? 1 : 0);
	return sent >= 0; /* 0: in a container, where the host's kernel takes no record */
}

/* A command that was taken over cannot say more with a packet than this. */
static void judge(struct audit_packet *packet)
{
	packet->name[LBR_NAME_MAX] = '\0';
	if (lbr_name_check(packet->name) != LBR_OK)
		packet->name[0] = '\0';
}

void cli_audit_serve(int link, int kernel, int kind, const char *verb, const char *tty)
{
	struct audit_packet packet;
	unsigned count, failed = 0;

	for (count = 0; count < RECORDS_MAX && receive(link, &packet); count++) {
		judge(&packet);
		if (!send_record(&packet, kernel, kind, verb, tty) && failed < UINT_MAX)
			failed++;
	}
	(void)send(link, &failed, sizeof(failed), MSG_NOSIGNAL | MSG_DONTWAIT);
	_exit(0);
}
