/* The codec of the dialogue with the broker: whatever is read is written back the same, and what is refused leaves nothing. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "fuzz.h"

#include <liberations/store_wire.h>

static struct lbr_frame in, out;
static struct lbr_store_ask ask;
static struct lbr_store_tell tell;

static bool is_zero(const void *memory, size_t size)
{
	const unsigned char *at = memory;

	while (size > 0 && at[size - 1] == 0)
		size--;
	return size == 0;
}

static void expect_same(enum lbr_error error)
{
	fuzz_expect(error == LBR_OK, "what was read cannot be written");
	fuzz_expect(out.len == in.len && memcmp(out.bytes, in.bytes, in.len) == 0, "what was read is written otherwise");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > LBR_FRAME_MAX)
		return 0;
	lbr_frame_wipe(&in);
	in.len = size;
	if (size > 0)
		memcpy(in.bytes, data, size);
	if (lbr_store_ask_get(&in, &ask) == LBR_OK) {
		fuzz_expect(ask.what >= LBR_STORE_HELLO && ask.what < LBR_STORE_WHATS, "a question of no kind");
		expect_same(lbr_store_ask_put(&out, &ask));
	} else {
		fuzz_expect(is_zero(&ask, sizeof(ask)), "a refused question left something");
	}
	if (lbr_store_tell_get(&in, &tell) == LBR_OK) {
		fuzz_expect(tell.result <= LBR_STORE_MORE || tell.result == LBR_STORE_DONE, "an answer of no kind");
		expect_same(lbr_store_tell_put(&out, &tell));
	} else {
		fuzz_expect(is_zero(&tell, sizeof(tell)), "a refused answer left something");
	}
	return 0;
}
