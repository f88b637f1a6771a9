/* What the database has confirmed. Read marks.h first. */
#include "marks.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARKS_MAGIC "lbrmark1"

struct lbr_marks_page {
	char     magic[8];
	char     cluster[24];
	uint64_t timeline;
	struct {
		uint64_t seq, at_us; /* the last confirmed commit, and when */
	} connections[LBR_LINKS_MAX];
};

static enum lbr_error map(struct lbr_marks *marks, struct lbr_reason *reason)
{
	struct stat st;

	if (fstat(marks->fd, &st) != 0)
		return lbr_fail_system(reason, errno, "marks: fstat");
	if (!S_ISREG(st.st_mode) || st.st_uid != geteuid() || st.st_nlink != 1 || (st.st_mode & 077) != 0)
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, "marks", LBR_WHY(NOT_OURS));
	if (st.st_size == 0 && ftruncate(marks->fd, sizeof(struct lbr_marks_page)) != 0)
		return lbr_fail_system(reason, errno, "marks: ftruncate");
	if (st.st_size != 0 && st.st_size != sizeof(struct lbr_marks_page))
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, "marks", LBR_WHY(LONGER_THAN_POSSIBLE));
	marks->page = mmap(NULL, sizeof(struct lbr_marks_page), PROT_READ | PROT_WRITE, MAP_SHARED, marks->fd, 0);
	if (marks->page == MAP_FAILED)
		return lbr_fail_system(reason, errno, "marks: mmap");
	if (st.st_size == 0)
		memcpy(marks->page->magic, MARKS_MAGIC, sizeof(marks->page->magic));
	else if (memcmp(marks->page->magic, MARKS_MAGIC, sizeof(marks->page->magic)) != 0)
		return lbr_fail_at(reason, LBR_ERR_UNSAFE, "marks", LBR_WHY(BAD_FIELD));
	return LBR_OK;
}

enum lbr_error lbr_marks_open(const char *state, struct lbr_marks *marks, struct lbr_reason *reason)
{
	int directory = open(state, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int saved_errno = errno;
	enum lbr_error error;

	*marks = (struct lbr_marks){.fd = -1};
	if (directory < 0)
		return lbr_fail_system(reason, saved_errno, "%s", state);
	marks->fd = openat(directory, "marks", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	saved_errno = errno;
	(void)close(directory);
	error = marks->fd >= 0 ? map(marks, reason) : lbr_fail_system(reason, saved_errno, "marks: open");
	if (error != LBR_OK)
		lbr_reason_prefix(reason, state);
	return error;
}

unsigned lbr_marks_take_number(const struct lbr_marks *marks)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
	unsigned number;

	for (number = LBR_LINKS_MAX; number > 1; number--) {
		lock.l_start = (off_t)number;
		if (fcntl(marks->fd, F_OFD_SETLK, &lock) == 0)
			return number;
	}
	return LBR_LINKS_MAX; /* as many commands at once: the database lets one of the two commit */
}

static bool is_same_cluster(const struct lbr_marks_page *page, const struct lbr_line *line)
{
	return strncmp(page->cluster, line->cluster, sizeof(page->cluster)) == 0;
}

/* Counted first: a thread that marks a commit and then finds the old count has marked it before they are read. */
void lbr_marks_copy(struct lbr_marks *marks, struct lbr_marks_told *ret)
{
	unsigned at;

	atomic_fetch_add(&marks->copies, 1);
	for (at = 0; at < LBR_LINKS_MAX; at++) {
		ret->seqs[at] = marks->page->connections[at].seq;
		ret->at_us[at] = marks->page->connections[at].at_us;
	}
}

unsigned lbr_marks_copies(struct lbr_marks *marks)
{
	atomic_thread_fence(memory_order_seq_cst);
	return atomic_load(&marks->copies);
}

enum lbr_line_verdict lbr_marks_judge(const struct lbr_marks *marks, const struct lbr_marks_told *told, const struct lbr_line *line,
                                      unsigned *ret_connection)
{
	const struct lbr_marks_page *page = marks->page;
	unsigned at;

	*ret_connection = 0;
	if (page->cluster[0] == '\0')
		return LBR_LINE_FINE; /* this host has seen none */
	if (is_same_cluster(page, line) && line->timeline < page->timeline)
		return LBR_LINE_BEHIND;
	for (at = 0; at < LBR_LINKS_MAX; at++)
		if (line->seqs[at] < told->seqs[at] && line->accepted_us <= told->at_us[at]) {
			*ret_connection = at;
			return LBR_LINE_FORGOT;
		}
	return LBR_LINE_FINE;
}

bool lbr_marks_read(const struct lbr_marks *marks, unsigned connection, uint64_t *ret_seq, uint64_t *ret_at_us)
{
	*ret_seq = marks->page->connections[connection].seq;
	*ret_at_us = marks->page->connections[connection].at_us;
	return *ret_at_us > 0;
}

bool lbr_marks_latest(const struct lbr_marks *marks, const char **ret_cluster, uint64_t *ret_timeline)
{
	*ret_cluster = marks->page->cluster;
	*ret_timeline = marks->page->timeline;
	return marks->page->cluster[0] != '\0';
}

void lbr_marks_take(struct lbr_marks *marks, unsigned connection, const struct lbr_line *line)
{
	struct lbr_marks_page *page = marks->page;

	memcpy(page->cluster, line->cluster, sizeof(page->cluster));
	page->timeline = line->timeline;
	page->connections[connection].seq = line->seqs[connection];
}

void lbr_marks_confirm(struct lbr_marks *marks, unsigned connection, uint64_t seq, uint64_t now_us)
{
	if (seq <= marks->page->connections[connection].seq)
		return;
	marks->page->connections[connection].seq = seq;
	marks->page->connections[connection].at_us = now_us;
}
