/* The codec: whatever is read is written back the same, and what is refused leaves nothing behind. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "fuzz.h"

#include <liberations/wire.h>

static bool is_zero(const void *memory, size_t size)
{
	const unsigned char *at = memory;

	while (size > 0 && at[size - 1] == 0)
		size--;
	return size == 0;
}

static struct lbr_frame in, out;

#define TRY(NAME, STRUCT)                                                                                                   \
	do {                                                                                                                \
		static struct STRUCT message;                                                                               \
		if (lbr_wire_get_##NAME(&in, &message) == LBR_OK) {                                                         \
			fuzz_expect(lbr_wire_put_##NAME(&out, &message) == LBR_OK, "what was read cannot be written");      \
			fuzz_expect(out.len == in.len && memcmp(out.bytes, in.bytes, in.len) == 0,                          \
			            "what was read is written otherwise");                                                  \
			lbr_wipe(&message, sizeof(message));                                                                \
		} else {                                                                                                    \
			fuzz_expect(is_zero(&message, sizeof(message)), "a refused frame left something");                  \
		}                                                                                                           \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > LBR_FRAME_MAX)
		return 0;
	lbr_frame_wipe(&in);
	in.len = size;
	if (size > 0)
		memcpy(in.bytes, data, size);
	TRY(hello, lbr_hello);
	TRY(welcome, lbr_welcome);
	TRY(request, lbr_request);
	TRY(say, lbr_say);
	TRY(ask, lbr_ask);
	TRY(answer, lbr_answer);
	TRY(reply, lbr_reply);
	return 0;
}
