/* The end of a switch, as `protect --for` writes it down: when what was not confirmed is taken back, and how much of it.
 *
 * What counts is the time since the boot, suspended or not, by CLOCK_BOOTTIME: a clock that is set moves no end, and another boot
 * is past every end. */
#ifndef CLI_SWITCH_END_H
#define CLI_SWITCH_END_H

#include <stdbool.h>
#include <stdint.h>

#define SWITCH_ROOM "protect" /* where it is written down, beside the configuration, with all else that `protect` keeps */
#define SWITCH_SERVICE_MAX 256
#define SWITCH_LINE_MAX 160
#define SWITCH_MAX_S 86400 /* --for is no longer, so an end that is further off was not written by it */
#define SWITCH_GRACE_S 10 /* after its end, for the timer and the process that it starts */

/* What one run of `protect` did, and its switch takes back. */
enum switch_part { SWITCH_SERVICE = 1, SWITCH_DROP_IN = 2, SWITCH_BOTH = 3 };

struct switch_clock {
	char    boot[64];
	int64_t boot_s; /* since then */
	int64_t now_s;  /* since 1970 */
};

struct switch_end {
	int64_t  left_s;  /* 0 or less: over */
	int64_t  until_s; /* by the clock of now, for people */
	bool     overdue; /* what should have taken it back did not */
	unsigned parts;
};

/* True: in that directory, a file of that name is the switch of the service `ret`. */
bool cli_switch_end_is_of(const char *file, char ret[SWITCH_SERVICE_MAX]);

/* clock.c: reads the clocks. */
void cli_switch_clock(struct switch_clock *ret);

void cli_switch_end_write(const struct switch_clock *clock, unsigned seconds, unsigned parts, char ret[SWITCH_LINE_MAX]);

/* `text`: what was written; NULL, or another text: it cannot be read, and is over, as that of another boot. */
void cli_switch_end_read(const struct switch_clock *clock, const char *text, struct switch_end *ret);

#endif
