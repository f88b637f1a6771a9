/* Frames from a hostile page or gate, and to it: what is read is within its bounds, and written again it is the same bytes. */
#include <stdint.h>
#include <string.h>

#include "fuzz.h"

#include "gate_frames.h"
#include "page_frames.h"

static struct lbr_frame frame, again;

static void expect_same(enum lbr_error error)
{
	fuzz_expect(error == LBR_OK && again.len == frame.len && memcmp(again.bytes, frame.bytes, frame.len) == 0, "two forms of one frame");
}

static void try_page(void)
{
	static struct lbr_page_ask ask;
	static const struct lbr_page_ask empty;

	if (lbr_page_ask_get(&frame, &ask) != LBR_OK) {
		fuzz_expect(memcmp(&ask, &empty, sizeof(ask)) == 0, "a refused frame left something");
		return;
	}
	fuzz_expect((unsigned)ask.method <= LBR_METHOD_POST && (unsigned)ask.fetch_site <= LBR_FETCH_SITE_OTHER, "a choice");
	fuzz_expect(ask.form.back[0] == '\0' || lbr_return_path_is_sound(ask.form.back), "an unsound path");
	fuzz_expect(ask.query.back[0] == '\0' || lbr_return_path_is_sound(ask.query.back), "an unsound path");
	expect_same(lbr_page_ask_put(&again, &ask));
}

/* The keeper's frames are not hostile; a page that reads them must hold all the same. */
static void try_tell(void)
{
	static char bytes[LBR_PAGE_BYTES];
	static struct lbr_page_tell tell;
	struct lbr_html html;
	struct lbr_look look;
	struct lbr_page page;

	if (lbr_page_tell_get(&frame, &tell) != LBR_OK)
		return;
	expect_same(lbr_page_tell_put(&again, &tell));
	lbr_page_of_tell(&tell, &look, &page);
	if (lbr_page_write(&page, &html, bytes, sizeof(bytes)) == LBR_OK)
		fuzz_expect(strstr(bytes, "<script") == NULL && strlen(bytes) == html.len, "a page");
	else
		fuzz_expect(bytes[0] == '\0', "half a page");
}

static void try_gate(void)
{
	static struct lbr_gate_ask ask;
	static struct lbr_gate_tell tell;
	struct lbr_gate_leave leave;
	char user[LBR_REMOTE_USER_MAX];

	if (lbr_gate_ask_get(&frame, &ask) == LBR_OK)
		expect_same(lbr_gate_ask_put(&again, &ask));
	if (lbr_gate_leave_get(&frame, &leave) == LBR_OK)
		expect_same(lbr_gate_leave_put(&again, &leave));
	if (lbr_gate_tell_get(&frame, &tell) != LBR_OK)
		return;
	expect_same(lbr_gate_tell_put(&again, &tell));
	fuzz_expect((tell.verdict == LBR_GATE_YES) == (tell.user[0] != '\0'), "a name without a yes");
	lbr_remote_user(tell.user, user);
	fuzz_expect(strpbrk(user, "\r\n\t ") == NULL, "a header's value");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0 || size > LBR_FRAME_MAX)
		return 0;
	frame.len = size;
	memcpy(frame.bytes, data, size);
	try_page();
	try_tell();
	try_gate();
	return 0;
}
