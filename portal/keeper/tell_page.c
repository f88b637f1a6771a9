/* Answers leave the keeper here. */
#include "tell_page.h"

#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void lbr_tell_frame(struct lbr_keeper_page *page, const void *bytes, size_t len)
{
	if (len > 0)
		(void)send(page->fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);
	close(page->fd);
	*page = (struct lbr_keeper_page){ .fd = -1, .form = LBR_FORM_NONE };
}

/* The page gets a descriptor of its own; what it leads to is sealed. */
static void send_with_file(struct lbr_keeper_page *page, const struct lbr_frame *frame, int file)
{
	union { char bytes[CMSG_SPACE(sizeof(int))]; struct cmsghdr align; } control = { .bytes = { 0 } };
	struct iovec bytes = { .iov_base = (void *)(uintptr_t)frame->bytes, .iov_len = frame->len };
	struct msghdr message = { .msg_iov = &bytes, .msg_iovlen = 1, .msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	*header = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS };
	memcpy(CMSG_DATA(header), &file, sizeof(file));
	if (frame->len > 0)
		(void)sendmsg(page->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	lbr_tell_frame(page, NULL, 0);
}

void lbr_tell_page(struct lbr_keeper *keeper, unsigned page, uint64_t serial, const struct lbr_page_tell *tell)
{
	struct lbr_frame frame;

	if (page >= LBR_KEEPER_PAGES_MAX || keeper->pages[page].fd < 0 || keeper->pages[page].serial != serial)
		return;
	(void)lbr_page_tell_put(&frame, tell);
	if (tell->file > 0)
		send_with_file(&keeper->pages[page], &frame, tell->file);
	else
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
