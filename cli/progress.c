/* The progress of a long run. */
#include "progress.h"

#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#define BAR_WIDTH 40

static bool drawn;

void cli_progress_draw(size_t done, size_t total)
{
	size_t filled, at;

	if (total < 2 || !isatty(STDERR_FILENO))
		return;
	filled = done * BAR_WIDTH / total;
	fputs("\r[", stderr);
	for (at = 0; at < BAR_WIDTH; at++)
		fputc(at < filled ? '#' : '.', stderr);
	fprintf(stderr, "] %zu/%zu", done, total);
	fflush(stderr);
	drawn = true;
}

void cli_progress_clear(void)
{
	if (!drawn)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	drawn = false;
}
