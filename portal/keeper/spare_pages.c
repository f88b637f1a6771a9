#include "spare_pages.h"

#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#include <liberations/descriptor.h>
#include <liberations/same_file.h>

#include "start_reader.h"

#define ANSWER_LEAVES_MS 5 /* the answer is still on its way through page and proxy when the keeper has given it */
#define LATE_MS 100
#define AGAIN_MS 1000

static void let_go(struct lbr_spare_pages *spares, unsigned at)
{
	close(spares->fds[at]);
	spares->fds[at] = -1;
}

void lbr_spare_pages_begin(struct lbr_spare_pages *spares)
{
	unsigned at;

	*spares = (struct lbr_spare_pages){ .busy_ms = 0 };
	for (at = 0; at < LBR_SPARE_PAGES; at++)
		spares->fds[at] = -1;
}

void lbr_spare_pages_end(struct lbr_spare_pages *spares)
{
	unsigned at;

	for (at = 0; at < LBR_SPARE_PAGES; at++)
		if (spares->fds[at] >= 0)
			let_go(spares, at);
}

static bool is_missing(const struct lbr_spare_pages *spares)
{
	unsigned at;

	for (at = 0; at < LBR_SPARE_PAGES; at++)
		if (spares->fds[at] < 0)
			return true;
	return false;
}

static int64_t due_ms(const struct lbr_spare_pages *spares)
{
	int64_t quiet_ms = spares->busy_ms + ANSWER_LEAVES_MS, due = quiet_ms < spares->late_ms ? quiet_ms : spares->late_ms;

	return due > spares->again_ms ? due : spares->again_ms;
}

/* Those of an older program do not wait beside newer ones, whose program would count as theirs. */
static bool look_at_program(struct lbr_spare_pages *spares, const char *program)
{
	struct stat now;
	unsigned at;

	if (stat(program, &now) != 0)
		return false;
	for (at = 0; at < LBR_SPARE_PAGES; at++)
		if (spares->fds[at] >= 0 && !lbr_same_file(&now, &spares->program))
			let_go(spares, at);
	spares->program = now;
	return true;
}

void lbr_spare_pages_keep(struct lbr_spare_pages *spares, const char *program, int64_t now_ms)
{
	unsigned at;

	if (!is_missing(spares) || now_ms < due_ms(spares))
		return;
	if (!look_at_program(spares, program)) {
		spares->again_ms = now_ms + AGAIN_MS;
		return;
	}
	for (at = 0; at < LBR_SPARE_PAGES; at++)
		if (spares->fds[at] < 0 && lbr_start_reader(program, -1, &spares->fds[at]) != 0)
			spares->again_ms = now_ms + AGAIN_MS;
}

int lbr_spare_pages_pause_ms(const struct lbr_spare_pages *spares, int64_t now_ms, int most_ms)
{
	int64_t left = due_ms(spares) - now_ms;

	if (!is_missing(spares) || left >= most_ms)
		return most_ms;
	return left > 0 ? (int)left : 0;
}

void lbr_spare_pages_hear(struct lbr_spare_pages *spares, const struct pollfd ready[LBR_SPARE_PAGES], int64_t now_ms)
{
	unsigned at;

	for (at = 0; at < LBR_SPARE_PAGES; at++) {
		if (spares->fds[at] < 0 || ready[at].fd != spares->fds[at] || ready[at].revents == 0)
			continue;
		let_go(spares, at);
		spares->again_ms = now_ms + AGAIN_MS;
	}
}

/* The packet says nothing: it is there because a packet without bytes looks like the end. */
static bool hand_over(int page, int connection)
{
	return lbr_hand_descriptor(page, "", 1, connection);
}

/* -1: there is none, or none of the program as it is now. */
static int take(struct lbr_spare_pages *spares, const char *program, int64_t now_ms)
{
	struct stat now;
	bool same = stat(program, &now) == 0 && lbr_same_file(&now, &spares->program);
	unsigned at;
	int page = -1;

	for (at = 0; at < LBR_SPARE_PAGES && page < 0; at++) {
		if (spares->fds[at] < 0)
			continue;
		if (!is_missing(spares))
			spares->late_ms = now_ms + LATE_MS;
		if (same)
			page = spares->fds[at];
		else
			close(spares->fds[at]);
		spares->fds[at] = -1;
	}
	return page;
}

int lbr_spare_pages_give(struct lbr_spare_pages *spares, const char *program, int connection, int64_t now_ms)
{
	int page;

	spares->busy_ms = now_ms; /* before the answer, no start is in its way */
	while ((page = take(spares, program, now_ms)) >= 0) {
		if (hand_over(page, connection))
			return page;
		close(page);
	}
	if (lbr_start_reader(program, -1, &page) != 0)
		return -1;
	if (hand_over(page, connection))
		return page;
	close(page);
	return -1;
}
