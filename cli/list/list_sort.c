/* Sorting in bounded memory: runs of rows, sorted and put aside, and merged at the end. The files lie in /var/tmp, not in /tmp,
 * which is memory on many hosts, and have no name: nobody else opens them, and nothing of them stays. */
#include "list.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define PLACE "/var/tmp"
#define RUNS_MAX 32    /* put aside; then all of them become one */

struct list_sorter {
	list_compare       *compare;
	size_t              count;
	unsigned            run_count;
	FILE               *runs[RUNS_MAX];
	struct account_row  heads[RUNS_MAX]; /* the next row of each run */
	bool                open[RUNS_MAX];  /* it has one */
	size_t              room; /* for rows */
	struct account_row  rows[];
};

struct list_sorter *cli_list_sorter_begin(list_compare *compare, size_t room)
{
	struct list_sorter *sorter = calloc(1, sizeof(*sorter) + room * sizeof(sorter->rows[0]));

	if (sorter == NULL)
		return NULL;
	sorter->compare = compare;
	sorter->room = room;
	return sorter;
}

/* Not every file system has files without a name. */
static int open_nameless(void)
{
	char path[] = PLACE "/liberations.XXXXXX";
	int fd = open(PLACE, O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
		return fd;
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		(void)unlink(path);
	return fd;
}

static FILE *open_run(void)
{
	int fd = open_nameless();
	FILE *file = fd >= 0 ? fdopen(fd, "w+") : NULL;

	if (file == NULL && fd >= 0)
		(void)close(fd);
	return file;
}

static bool write_row(void *context, const struct account_row *row)
{
	return cli_account_row_write(context, row);
}

static bool next(struct list_sorter *sorter, unsigned run)
{
	sorter->open[run] = cli_account_row_read(sorter->runs[run], &sorter->heads[run]);
	return sorter->open[run];
}

static int merge(struct list_sorter *sorter, bool (*each)(void *context, const struct account_row *row), void *context)
{
	unsigned run, least;

	for (run = 0; run < sorter->run_count; run++) {
		rewind(sorter->runs[run]);
		(void)next(sorter, run);
	}
	for (;;) {
		least = RUNS_MAX;
		for (run = 0; run < sorter->run_count; run++)
			if (sorter->open[run] &&
			    (least == RUNS_MAX || sorter->compare(&sorter->heads[run], &sorter->heads[least]) < 0))
				least = run;
		if (least == RUNS_MAX || !each(context, &sorter->heads[least]))
			return 0;
		if (!next(sorter, least) && ferror(sorter->runs[least]))
			return EIO;
	}
}

static void close_runs(struct list_sorter *sorter)
{
	while (sorter->run_count > 0)
		(void)fclose(sorter->runs[--sorter->run_count]);
}

/* Writes a run, by `fill`, and makes it the last one. */
static int put_aside(struct list_sorter *sorter, FILE *run)
{
	if (fflush(run) != 0 || ferror(run)) {
		int error = errno != 0 ? errno : EIO;

		(void)fclose(run);
		return error;
	}
	sorter->runs[sorter->run_count++] = run;
	return 0;
}

static int join_runs(struct list_sorter *sorter)
{
	FILE *run = open_run();
	int error;

	if (run == NULL)
		return errno;
	error = merge(sorter, write_row, run);
	close_runs(sorter);
	if (error == 0)
		return put_aside(sorter, run);
	(void)fclose(run);
	return error;
}

static int spill(struct list_sorter *sorter)
{
	int error = sorter->run_count == RUNS_MAX ? join_runs(sorter) : 0;
	FILE *run = error == 0 ? open_run() : NULL;
	size_t at;

	if (run == NULL)
		return error != 0 ? error : errno;
	qsort(sorter->rows, sorter->count, sizeof(sorter->rows[0]), sorter->compare);
	errno = 0;
	for (at = 0; at < sorter->count && write_row(run, &sorter->rows[at]); at++)
		;
	sorter->count = 0;
	return put_aside(sorter, run);
}

int cli_list_sorter_add(struct list_sorter *sorter, const struct account_row *row)
{
	int error = sorter->count == sorter->room ? spill(sorter) : 0;

	if (error == 0)
		sorter->rows[sorter->count++] = *row;
	return error;
}

int cli_list_sorter_give(struct list_sorter *sorter, bool (*each)(void *context, const struct account_row *row), void *context)
{
	size_t at;
	int error;

	if (sorter->run_count > 0) {
		error = spill(sorter);
		return error == 0 ? merge(sorter, each, context) : error;
	}
	qsort(sorter->rows, sorter->count, sizeof(sorter->rows[0]), sorter->compare);
	for (at = 0; at < sorter->count && each(context, &sorter->rows[at]); at++)
		;
	return 0;
}

void cli_list_sorter_end(struct list_sorter *sorter)
{
	if (sorter == NULL)
		return;
	close_runs(sorter);
	free(sorter);
}
