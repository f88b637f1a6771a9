/* The codec of the dialogue with the broker: each kind of frame is described once, for writing and for reading. */
#include <liberations/store_wire.h>

#include <stdbool.h>
#include <stdint.h>

#include "frame_codec.h"

#define TYPE_ASK 'a'
#define TYPE_TELL 't'

bool lbr_store_is_change(enum lbr_store_what what)
{
	switch (what) {
	case LBR_STORE_COMMIT:
	case LBR_STORE_CREATE:
	case LBR_STORE_REMOVE:
	case LBR_STORE_RENAME:
	case LBR_STORE_REBUILD:
	case LBR_STORE_FOUND:
	case LBR_STORE_TAKE_OUT:
	case LBR_STORE_INSTALL:
	case LBR_STORE_ACCEPT:
	case LBR_STORE_NOTICE_MARK:
	case LBR_STORE_NOTICE_RESEAL:
	case LBR_STORE_NOTICE_DROP:
	case LBR_STORE_TURN:
	case LBR_STORE_ACTIVATE:
		return true;
	case LBR_STORE_HELLO:
	case LBR_STORE_LOAD:
	case LBR_STORE_IS_FREE:
	case LBR_STORE_PAGE:
	case LBR_STORE_DECOY:
	case LBR_STORE_SURVEY:
	case LBR_STORE_NOTICE:
	case LBR_STORE_NOTICE_PAGE:
	case LBR_STORE_LACKING:
	case LBR_STORE_MAKER:
	case LBR_STORE_WHATS:
		break;
	}
	return false;
}

static bool has_row(enum lbr_store_what what)
{
	return what == LBR_STORE_COMMIT || what == LBR_STORE_CREATE || what == LBR_STORE_RENAME || what == LBR_STORE_REBUILD ||
	       what == LBR_STORE_DECOY || what == LBR_STORE_NOTICE_MARK || what == LBR_STORE_NOTICE_RESEAL ||
	       what == LBR_STORE_ACTIVATE;
}

static void code_row(struct lbr_coder *coder, struct lbr_store_row *row)
{
	lbr_field_number(coder, &row->version, INT64_MAX);
	lbr_field_number(coder, &row->generation, INT64_MAX);
	lbr_field_number(coder, &row->step, INT64_MAX);
	lbr_field_blob(coder, row->slot, &row->slot_len, sizeof(row->slot));
	lbr_field_blob(coder, row->account, &row->account_len, sizeof(row->account));
	lbr_field_blob(coder, row->history, &row->history_len, sizeof(row->history));
}

static void code_founding(struct lbr_coder *coder, struct lbr_store_founding *founding)
{
	lbr_field_bytes(coder, founding->realm, sizeof(founding->realm));
	founding->window = lbr_codec_count(coder, founding->window, UINT8_MAX);
	lbr_field_text(coder, founding->key, sizeof(founding->key));
	lbr_field_blob(coder, founding->probe, &founding->probe_len, sizeof(founding->probe));
	lbr_field_blob(coder, founding->stand_in, &founding->stand_in_len, sizeof(founding->stand_in));
}

static void code_ask(struct lbr_coder *coder, void *message)
{
	struct lbr_store_ask *ask = message;
	int what = lbr_field_choice(coder, (int)ask->what, LBR_STORE_WHATS - 1);

	if (what < LBR_STORE_HELLO)
		coder->error = coder->error != LBR_OK ? coder->error : LBR_ERR_SYNTAX;
	ask->what = (enum lbr_store_what)what;
	lbr_field_number(coder, &ask->serial, UINT64_MAX);
	lbr_field_number(coder, &ask->epoch, INT64_MAX);
	lbr_field_number(coder, &ask->before, INT64_MAX);
	lbr_field_text(coder, ask->name, sizeof(ask->name));
	lbr_field_text(coder, ask->other, sizeof(ask->other));
	lbr_field_text(coder, ask->folded, sizeof(ask->folded));
	ask->count = (unsigned)lbr_field_choice(coder, (int)ask->count, LBR_STORE_PAGE_MAX);
	ask->history = lbr_field_flag(coder, ask->history);
	ask->alone = lbr_field_flag(coder, ask->alone);
	if (has_row(ask->what))
		code_row(coder, &ask->row);
	if (ask->what == LBR_STORE_FOUND)
		code_founding(coder, &ask->founding);
}

static void code_realm(struct lbr_coder *coder, struct lbr_store_tell *tell)
{
	lbr_field_bytes(coder, tell->realm, sizeof(tell->realm));
	lbr_field_blob(coder, tell->probe, &tell->probe_len, sizeof(tell->probe));
}

static void code_result(struct lbr_coder *coder, struct lbr_store_tell *tell)
{
	uint64_t result = (uint64_t)tell->result;

	lbr_field_number(coder, &result, LBR_STORE_DONE);
	if (result > LBR_STORE_MORE && result != LBR_STORE_DONE) {
		result = LBR_STORE_UNREACHABLE;
		coder->error = LBR_ERR_SYNTAX;
	}
	tell->result = (enum lbr_store_result)result;
	tell->cause = (enum lbr_store_cause)lbr_field_choice(coder, (int)tell->cause, LBR_STORE_CAUSES - 1);
	lbr_field_text(coder, tell->detail, sizeof(tell->detail));
}

static void code_tell(struct lbr_coder *coder, void *message)
{
	struct lbr_store_tell *tell = message;

	lbr_field_number(coder, &tell->serial, UINT64_MAX);
	code_result(coder, tell);
	lbr_field_number(coder, &tell->now_us, INT64_MAX);
	lbr_field_number(coder, &tell->epoch, INT64_MAX);
	lbr_field_number(coder, &tell->floor_step, INT64_MAX);
	lbr_field_text(coder, tell->key, sizeof(tell->key));
	lbr_field_text(coder, tell->name, sizeof(tell->name));
	tell->found = lbr_field_flag(coder, tell->found);
	tell->has_realm = lbr_field_flag(coder, tell->has_realm);
	tell->has_row = lbr_field_flag(coder, tell->has_row);
	if (tell->has_realm)
		code_realm(coder, tell);
	if (tell->has_row)
		code_row(coder, &tell->row);
}

enum lbr_error lbr_store_ask_put(struct lbr_frame *frame, const struct lbr_store_ask *ask)
{
	return lbr_codec_put(frame, TYPE_ASK, code_ask, ask);
}

enum lbr_error lbr_store_ask_get(const struct lbr_frame *frame, struct lbr_store_ask *ask)
{
	return lbr_codec_get(frame, TYPE_ASK, code_ask, ask, sizeof(*ask));
}

enum lbr_error lbr_store_tell_put(struct lbr_frame *frame, const struct lbr_store_tell *tell)
{
	return lbr_codec_put(frame, TYPE_TELL, code_tell, tell);
}

enum lbr_error lbr_store_tell_get(const struct lbr_frame *frame, struct lbr_store_tell *tell)
{
	return lbr_codec_get(frame, TYPE_TELL, code_tell, tell, sizeof(*tell));
}
