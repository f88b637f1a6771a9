/* One description of a frame. */
#include "frame_codec.h"

#include <stdint.h>

/* Writing only reads `message`; the cast lets one description serve both directions. */
enum lbr_error lbr_codec_put(struct lbr_frame *frame, char type, lbr_code_frame *code, const void *message)
{
	struct lbr_coder coder = {.out = frame, .error = LBR_OK};

	frame->bytes[0] = (unsigned char)type;
	frame->len = 1;
	code(&coder, (void *)(uintptr_t)message);
	if (coder.error != LBR_OK)
		lbr_frame_wipe(frame);
	return coder.error;
}

enum lbr_error lbr_codec_get(const struct lbr_frame *frame, char type, lbr_code_frame *code, void *message, size_t size)
{
	struct lbr_coder coder = {.in = frame, .at = 1, .error = LBR_OK};

	lbr_wipe(message, size);
	if (lbr_frame_type(frame) != type)
		return LBR_ERR_SYNTAX;
	code(&coder, message);
	if (coder.error == LBR_OK && coder.at != frame->len)
		coder.error = LBR_ERR_SYNTAX;
	if (coder.error != LBR_OK)
		lbr_wipe(message, size);
	return coder.error;
}

unsigned lbr_codec_count(struct lbr_coder *coder, unsigned value, unsigned max)
{
	uint64_t number = value;

	lbr_field_number(coder, &number, max);
	return (unsigned)number;
}
