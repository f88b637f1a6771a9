/* The keeper's loop. */
#include "keeper_loop.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <liberations/monotonic.h>

#include "drain.h"
#include "judge_gate.h"
#include "reap.h"
#include "recheck.h"
#include "sessions_over.h"
#include "start_reader.h"
#include "talk.h"
#include "visit.h"

#define GATE_AGAIN_MS 1000
#define GATE_AT_ONCE 64 /* questions: more wait for the next turn, or a busy gate stops clocks, pages and the end */
#define PAUSE_KEEPER_MS 1000
#define PAUSE_AT_THE_END_MS 10

/* Where they stand among what is waited for; the talks come after the pages. */
enum { PAGES_SOCKET, GATE, STANDINGS, SPARES, PAGES = SPARES + LBR_SPARE_PAGES };

static void look_at_clocks(struct lbr_keeper *keeper)
{
	struct timespec now;

	keeper->now_ms = lbr_monotonic_ms();
	keeper->now_s = clock_gettime(CLOCK_REALTIME, &now) == 0 ? now.tv_sec : 0;
}

/* A gate that ends is started again, but not without a pause. */
static void keep_gate(struct lbr_keeper *keeper)
{
	if (keeper->gate >= 0 || keeper->now_ms < keeper->gate_again_ms)
		return;
	(void)lbr_start_reader(keeper->gate_program, keeper->gate_socket, &keeper->gate);
	keeper->gate_again_ms = keeper->now_ms + GATE_AGAIN_MS;
}

static struct lbr_keeper_page *free_page(struct lbr_keeper *keeper)
{
	unsigned at;

	for (at = 0; at < keeper->settings->requests; at++)
		if (keeper->pages[at].fd < 0)
			return &keeper->pages[at];
	return NULL;
}

static unsigned count_free_pages(const struct lbr_keeper *keeper)
{
	unsigned at, count = 0;

	for (at = 0; at < keeper->settings->requests; at++)
		count += keeper->pages[at].fd < 0;
	return count;
}

static void close_page(struct lbr_keeper_page *page)
{
	close(page->fd);
	*page = (struct lbr_keeper_page){ .fd = -1, .form = LBR_FORM_NONE };
}

/* One connection, one process. A connection that finds no place waits on the doorstep. */
static void serve_doorstep(struct lbr_keeper *keeper)
{
	struct lbr_keeper_page *page;
	int client;

	while (keeper->doorstep.count > 0 && (page = free_page(keeper)) != NULL) {
		client = lbr_doorstep_next(&keeper->doorstep);
		*page = (struct lbr_keeper_page){
			.until_ms = keeper->now_ms + LBR_KEEPER_PAGE_MS, .serial = ++keeper->page_serial, .form = LBR_FORM_NONE,
		};
		page->fd = lbr_spare_pages_give(&keeper->spares, keeper->page_program, client, keeper->now_ms);
		if (page->fd >= 0)
			close(client);
		else
			lbr_doorstep_turn_away(&keeper->doorstep, client, keeper->now_ms);
	}
}

/* One packet. False: there was none, or the other side is gone. */
static bool receive(int fd, struct lbr_frame *frame, bool *ret_gone)
{
	ssize_t got = recv(fd, frame->bytes, sizeof(frame->bytes), MSG_DONTWAIT);

	frame->len = got > 0 ? (size_t)got : 0;
	*ret_gone = got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
	return got > 0;
}

/* A page asks once. One that waits for an answer and goes away, or says more, is closed; what was begun for it goes on. */
static void serve_page(struct lbr_keeper *keeper, unsigned at)
{
	struct lbr_keeper_page *page = &keeper->pages[at];
	struct lbr_frame question;
	bool gone;

	if (receive(page->fd, &question, &gone)) {
		gone = page->asked || !lbr_visit_begin(keeper, at, &question);
		page->asked = true;
	}
	lbr_frame_wipe(&question);
	if (gone && page->fd >= 0)
		close_page(page);
}

/* An answer that does not fit into the gate's socket, or a question that breaks the rules, ends the gate. */
static void serve_gate(struct lbr_keeper *keeper)
{
	struct lbr_frame question;
	bool gone = false;
	unsigned left;

	for (left = GATE_AT_ONCE; left > 0 && !gone && receive(keeper->gate, &question, &gone); left--)
		gone = !lbr_judge_gate(keeper, &question);
	if (!gone)
		return;
	lbr_recheck_forget_gate(keeper);
	close(keeper->gate);
	keeper->gate = -1;
}

static void serve_talks(struct lbr_keeper *keeper, const struct pollfd *ready, unsigned count)
{
	unsigned at;

	for (at = 0; at < keeper->talks_high; at++) {
		struct lbr_talk *talk = &keeper->talks[at];

		if (at < count && talk->used && ready[at].fd == talk->steps.fd && ready[at].revents != 0)
			lbr_talk_hear(keeper, talk);
		lbr_talk_look_at_time(keeper, talk);
	}
}

static void serve(struct lbr_keeper *keeper, const struct pollfd *ready, unsigned talks)
{
	unsigned at;

	if (keeper->gate >= 0 && ready[GATE].revents != 0)
		serve_gate(keeper);
	for (at = 0; at < keeper->settings->requests; at++) {
		struct lbr_keeper_page *page = &keeper->pages[at];

		if (page->fd >= 0 && ready[PAGES + at].fd == page->fd && ready[PAGES + at].revents != 0)
			serve_page(keeper, at);
		if (page->fd >= 0 && keeper->now_ms >= page->until_ms)
			close_page(page);
	}
	serve_talks(keeper, ready + PAGES + keeper->settings->requests, talks);
	lbr_recheck_turn(keeper);
	lbr_sessions_over_turn(keeper);
	lbr_table_file_settle(&keeper->table, keeper->now_ms);
	lbr_spare_pages_hear(&keeper->spares, ready + SPARES, keeper->now_ms);
	if (ready[PAGES_SOCKET].revents != 0 || (keeper->ends_by_ms != 0 && keeper->own_sockets))
		lbr_doorstep_take(&keeper->doorstep, keeper->pages_socket, keeper->settings->waiting + count_free_pages(keeper),
		                  keeper->now_ms);
	serve_doorstep(keeper);
	lbr_doorstep_tidy(&keeper->doorstep, keeper->now_ms);
}

static struct pollfd want(int fd)
{
	return (struct pollfd){ .fd = fd, .events = POLLIN };
}

static bool is_open(const struct lbr_keeper *keeper)
{
	return keeper->ends_by_ms == 0 && lbr_doorstep_is_open(&keeper->doorstep, keeper->now_ms);
}

/* Everything that may speak, in a fixed order; returns how many. */
static unsigned list_wanted(struct lbr_keeper *keeper, struct pollfd *wanted)
{
	unsigned at, count = PAGES;

	wanted[PAGES_SOCKET] = want(is_open(keeper) ? keeper->pages_socket : -1);
	wanted[GATE] = want(keeper->gate);
	wanted[STANDINGS] = want(keeper->recheck.line.steps.fd);
	for (at = 0; at < LBR_SPARE_PAGES; at++)
		wanted[SPARES + at] = want(keeper->spares.fds[at]);
	for (at = 0; at < keeper->settings->requests; at++)
		wanted[count++] = want(keeper->pages[at].fd);
	while (keeper->talks_high > 0 && !keeper->talks[keeper->talks_high - 1].used)
		keeper->talks_high--;
	for (at = 0; at < keeper->talks_high; at++)
		wanted[count++] = want(keeper->talks[at].used ? keeper->talks[at].steps.fd : -1);
	return count;
}

static void keep_spares(struct lbr_keeper *keeper)
{
	lbr_spare_pages_keep(&keeper->spares, keeper->page_program, keeper->now_ms);
	if (count_free_pages(keeper) < keeper->settings->requests)
		keeper->spares.busy_ms = keeper->now_ms;
}

/* One that is told to end before its first turn, or while its gate is missing, needs a gate for what is in the queue. */
static void keep_readers(struct lbr_keeper *keeper, bool stay)
{
	if (stay || keeper->ends_by_ms == 0)
		keep_gate(keeper);
	if (stay)
		keep_spares(keeper);
	else
		lbr_drain_turn(keeper);
}

static int pause_ms(const struct lbr_keeper *keeper)
{
	int most_ms = keeper->doorstep.leaving_count > 0 ? LBR_LEAVING_PAUSE_MS : PAUSE_KEEPER_MS;

	if (keeper->ends_by_ms != 0)
		return PAUSE_AT_THE_END_MS;
	return lbr_recheck_pause_ms(keeper, lbr_spare_pages_pause_ms(&keeper->spares, keeper->now_ms, most_ms));
}

int lbr_keeper_run(struct lbr_keeper *keeper, const volatile sig_atomic_t *signals)
{
	static struct pollfd wanted[PAGES + LBR_KEEPER_PAGES_MAX + LBR_TALKS_MAX];
	unsigned count, talks;

	lbr_reap_begin();
	while (!lbr_drain_is_told_again(keeper, *signals) && !lbr_drain_is_over(keeper)) {
		look_at_clocks(keeper);
		keep_readers(keeper, *signals == 0);
		count = list_wanted(keeper, wanted);
		talks = keeper->talks_high;
		if (poll(wanted, count, pause_ms(keeper)) < 0 && errno != EINTR)
			return 1;
		look_at_clocks(keeper);
		lbr_reap_readers();
		serve(keeper, wanted, talks);
	}
	lbr_drain_tell(keeper);
	return 0;
}
