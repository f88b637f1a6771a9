/* Many hosts at once with one code, round after round, without a process that tells each when to begin. Read asker.h first. */
#include "store/asker.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Refusals are written in one round out of so many. They come after the yes, and are half of what a round costs. */
#define COUNTED 9

/* What the answers of a round were. The next round counts in another one, while this one is judged. */
struct answers {
	atomic_uint yes, used, busy, away;
};

/* What the programs of all hosts share: a file. */
struct board {
	pthread_barrier_t turn, loaded;
	unsigned          hosts, rounds;
	struct answers    now[2];
	unsigned          one, none, wrong; /* rounds by how many were let in: one, none since not all had an answer, any other number */
	unsigned          busy, away;       /* answers in all */
	atomic_uint       hoped;            /* those that were a yes by what was loaded */
};

static struct board *map(const char *path, int flags)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | flags, 0600);
	struct board *board;

	if (fd < 0 || ftruncate(fd, sizeof(*board)) != 0)
		exit(2);
	board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (board == MAP_FAILED)
		exit(2);
	return board;
}

void asker_board(char **fields)
{
	struct board *board = map(fields[1], O_CREAT | O_EXCL);
	pthread_barrierattr_t shared;

	board->hosts = (unsigned)asker_number(fields[2]);
	board->rounds = (unsigned)asker_number(fields[3]);
	if (pthread_barrierattr_init(&shared) != 0 || pthread_barrierattr_setpshared(&shared, PTHREAD_PROCESS_SHARED) != 0 ||
	    pthread_barrier_init(&board->turn, &shared, board->hosts) != 0 || pthread_barrier_init(&board->loaded, &shared, board->hosts) != 0)
		exit(2);
	(void)munmap(board, sizeof(*board));
	asker_say_done(LBR_OK, NULL);
}

static void count(struct answers *now, const char *said, enum lbr_error error)
{
	if (error == LBR_OK && strcmp(said, "yes") == 0)
		(void)atomic_fetch_add(&now->yes, 1);
	else if (error == LBR_OK && strcmp(said, "used") == 0)
		(void)atomic_fetch_add(&now->used, 1);
	else if (error == LBR_ERR_BUSY)
		(void)atomic_fetch_add(&now->busy, 1);
	else
		(void)atomic_fetch_add(&now->away, 1);
}

/* A yes whose answer was lost is no yes for anybody: that alone makes a round without one. */
static void judge(struct board *board, struct answers *now)
{
	if (now->yes == 1)
		board->one++;
	else if (now->yes == 0 && now->busy + now->away > 0)
		board->none++;
	else
		board->wrong++;
	board->busy += now->busy;
	board->away += now->away;
	memset(now, 0, sizeof(*now));
}

/* In every other round all of them have loaded the account before the first one is stored. */
static const char *use_in(struct board *board, unsigned round, const char *name, int64_t step, enum lbr_error *ret_error)
{
	struct asker_race race = {.counts = round % COUNTED == 0, .loaded = round % 2 == 0 ? &board->loaded : NULL};
	struct lbr_reason reason = {.text = ""};
	char number[24];
	const char *said;

	(void)snprintf(number, sizeof(number), "%lld", (long long)step);
	said = asker_use_once(name, number, &race, ret_error, &reason);
	(void)atomic_fetch_add(&board->hoped, race.hoped);
	return said;
}

void asker_rush(char **fields)
{
	struct board *board = map(fields[3], 0);
	int64_t step = asker_number(fields[2]);
	unsigned round;

	for (round = 0; round < board->rounds; round++) {
		struct answers *now = &board->now[round % 2];
		enum lbr_error error;
		const char *said = use_in(board, round, fields[1], step + round, &error);

		count(now, said, error);
		if (pthread_barrier_wait(&board->turn) == PTHREAD_BARRIER_SERIAL_THREAD)
			judge(board, now);
	}
	(void)pthread_barrier_wait(&board->turn);
	printf("%u\t%u\t%u\t%u\t%u\t%u\n", board->one, board->none, board->wrong, board->busy, board->away, board->hoped);
	fflush(stdout);
	(void)munmap(board, sizeof(*board));
}
