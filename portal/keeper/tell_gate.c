/* Answers to the gate leave the keeper here. */
#include "tell_gate.h"

#include <string.h>
#include <sys/socket.h>

static void send_tell(struct lbr_keeper *keeper, const struct lbr_gate_tell *tell)
{
	struct lbr_frame frame;

	if (keeper->gate < 0)
		return;
	if (lbr_gate_tell_put(&frame, tell) != LBR_OK ||
	    send(keeper->gate, frame.bytes, frame.len, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)frame.len)
		(void)shutdown(keeper->gate, SHUT_RDWR);
	lbr_frame_wipe(&frame);
}

void lbr_tell_gate(struct lbr_keeper *keeper, uint64_t serial, enum lbr_gate_verdict verdict)
{
	struct lbr_gate_tell tell = { .serial = serial, .verdict = LBR_GATE_TROUBLE };

	if (verdict == LBR_GATE_UNREADABLE)
		tell.verdict = LBR_GATE_UNREADABLE;
	send_tell(keeper, &tell);
}

void lbr_tell_gate_yes(struct lbr_keeper *keeper, uint64_t serial, const char *user)
{
	struct lbr_gate_tell tell = { .serial = serial };

	memcpy(tell.user, user, strnlen(user, sizeof(tell.user) - 1));
	tell.verdict = LBR_GATE_YES;
	send_tell(keeper, &tell);
}

void lbr_tell_gate_no(struct lbr_keeper *keeper, uint64_t serial, const struct lbr_site *site)
{
	struct lbr_gate_tell tell = { .serial = serial, .verdict = LBR_GATE_NO };

	memcpy(tell.origin, site->origin, sizeof(tell.origin));
	memcpy(tell.base, site->base, sizeof(tell.base));
	tell.elsewhere = site->sign_in[0] != '\0';
	send_tell(keeper, &tell);
}
