/* Answers leave the keeper here. */
#include "tell_page.h"

#include <sys/socket.h>
#include <unistd.h>

#include <liberations/descriptor.h>

void lbr_tell_frame(struct lbr_keeper_page *page, const void *bytes, size_t len)
{
	if (len > 0)
		(void)send(page->fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);
	close(page->fd);
	*page = (struct lbr_keeper_page){ .fd = -1, .form = LBR_FORM_NONE };
}

void lbr_tell_page(struct lbr_keeper *keeper, unsigned page, uint64_t serial, const struct lbr_page_tell *tell)
{
	struct lbr_frame frame;

	if (page >= LBR_KEEPER_PAGES_MAX || keeper->pages[page].fd < 0 || keeper->pages[page].serial != serial)
		return;
	(void)lbr_page_tell_put(&frame, tell);
	if (tell->file > 0 && frame.len > 0) { /* the page gets a descriptor of its own; what it leads to is sealed */
		(void)lbr_hand_descriptor(keeper->pages[page].fd, frame.bytes, frame.len, tell->file);
		frame.len = 0;
	}
	lbr_tell_frame(&keeper->pages[page], frame.bytes, frame.len);
	lbr_frame_wipe(&frame);
}

static void tell_all(struct lbr_keeper *keeper, unsigned form, const struct lbr_frame *frame)
{
	unsigned at;

	for (at = 0; at < LBR_KEEPER_PAGES_MAX; at++)
		if (keeper->pages[at].fd >= 0 && keeper->pages[at].form == form)
			lbr_tell_frame(&keeper->pages[at], frame->bytes, frame->len);
}

void lbr_tell_form(struct lbr_keeper *keeper, unsigned form, const struct lbr_page_tell *tell)
{
	struct lbr_frame frame;

	if (form >= LBR_FORM_NONE)
		return;
	(void)lbr_page_tell_put(&frame, tell);
	lbr_form_answers_drop(&keeper->forms, form);
	tell_all(keeper, form, &frame);
	lbr_frame_wipe(&frame);
}

void lbr_tell_judged_form(struct lbr_keeper *keeper, unsigned form, bool earned, const struct lbr_page_tell *tell)
{
	struct lbr_frame frame;

	if (form >= LBR_FORM_NONE || tell->kind == LBR_TELL_FAULT) {
		lbr_tell_form(keeper, form, tell);
		return;
	}
	(void)lbr_page_tell_put(&frame, tell);
	(void)lbr_form_answers_keep(&keeper->forms, form, earned, frame.bytes, frame.len, keeper->now_ms);
	tell_all(keeper, form, &frame);
	lbr_frame_wipe(&frame);
}
