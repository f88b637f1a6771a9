/* What the gate asks the keeper, and what it is told. */
#include "gate_frames.h"

#include <string.h>

#include "frame_codec.h"

static void code_ask(struct lbr_coder *coder, void *message)
{
	struct lbr_gate_ask *ask = message;

	lbr_field_number(coder, &ask->serial, UINT64_MAX);
	lbr_field_text(coder, ask->site, sizeof(ask->site));
	lbr_field_text(coder, ask->session, sizeof(ask->session));
}

static void code_tell(struct lbr_coder *coder, void *message)
{
	struct lbr_gate_tell *tell = message;
	uint64_t verdict = (uint64_t)tell->verdict;

	lbr_field_number(coder, &tell->serial, UINT64_MAX);
	lbr_field_number(coder, &verdict, LBR_GATE_YES);
	if (verdict > LBR_GATE_UNREADABLE && verdict != LBR_GATE_YES) {
		verdict = LBR_GATE_TROUBLE;
		coder->error = LBR_ERR_SYNTAX;
	}
	tell->verdict = (enum lbr_gate_verdict)verdict;
	lbr_field_text(coder, tell->user, sizeof(tell->user));
	lbr_field_text(coder, tell->origin, sizeof(tell->origin));
	lbr_field_text(coder, tell->base, sizeof(tell->base));
	tell->elsewhere = lbr_field_flag(coder, tell->elsewhere);
	if (coder->error == LBR_OK && (tell->verdict == LBR_GATE_YES) != (tell->user[0] != '\0'))
		coder->error = LBR_ERR_SYNTAX;
}

enum lbr_error lbr_gate_ask_put(struct lbr_frame *frame, const struct lbr_gate_ask *ask)
{
	return lbr_codec_put(frame, 'G', code_ask, ask);
}

enum lbr_error lbr_gate_ask_get(const struct lbr_frame *frame, struct lbr_gate_ask *ask)
{
	return lbr_codec_get(frame, 'G', code_ask, ask, sizeof(*ask));
}

enum lbr_error lbr_gate_tell_put(struct lbr_frame *frame, const struct lbr_gate_tell *tell)
{
	return lbr_codec_put(frame, 'g', code_tell, tell);
}

enum lbr_error lbr_gate_tell_get(const struct lbr_frame *frame, struct lbr_gate_tell *tell)
{
	return lbr_codec_get(frame, 'g', code_tell, tell, sizeof(*tell));
}

static void code_leave(struct lbr_coder *coder, void *message)
{
	struct lbr_gate_leave *leave = message;

	leave->all = lbr_field_flag(coder, leave->all);
}

enum lbr_error lbr_gate_leave_put(struct lbr_frame *frame, const struct lbr_gate_leave *leave)
{
	return lbr_codec_put(frame, 'l', code_leave, leave);
}

enum lbr_error lbr_gate_leave_get(const struct lbr_frame *frame, struct lbr_gate_leave *leave)
{
	return lbr_codec_get(frame, 'l', code_leave, leave, sizeof(*leave));
}

void lbr_remote_user(const char *user, char ret[LBR_REMOTE_USER_MAX])
{
	static const char digits[] = "0123456789ABCDEF";
	size_t used = 0, at;

	memset(ret, 0, LBR_REMOTE_USER_MAX);
	for (at = 0; user[at] != '\0' && at < LBR_GATE_USER_MAX - 1; at++) {
		unsigned char byte = (unsigned char)user[at];

		if (byte <= 0x20 || byte == 0x7f || byte == '%') {
			memset(ret, 0, LBR_REMOTE_USER_MAX);
			return;
		}
		if (byte > 0x7e) {
			ret[used++] = '%';
			ret[used++] = digits[byte >> 4];
			ret[used++] = digits[byte & 15];
		} else {
			ret[used++] = (char)byte;
		}
	}
	if (user[at] != '\0')
		memset(ret, 0, LBR_REMOTE_USER_MAX);
}
