/* The line for a monitor: its word, the problems before the facts, then the numbers behind a bar. */
#include "status.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/timex.h>

#include <liberations/texts.h>

#include "json.h"
#include "reason.h"

static const char *const words[] = {
	[MONITOR_OK] = "OK", [MONITOR_WARNING] = "WARNING", [MONITOR_CRITICAL] = "CRITICAL", [MONITOR_UNKNOWN] = "UNKNOWN",
};

/* UNKNOWN counts for less than CRITICAL, for more than WARNING. */
static bool is_worse(enum monitor_level level, enum monitor_level than)
{
	static const int weights[] = {
		[MONITOR_OK] = 0, [MONITOR_WARNING] = 1, [MONITOR_UNKNOWN] = 2, [MONITOR_CRITICAL] = 3,
	};

	return weights[level] > weights[than];
}

/* The bar begins the numbers, and the line is one. What was cut ends in no half of a character. */
static void clean(char *text)
{
	char *at;

	for (at = text; *at != '\0'; at++)
		if (*at == '|' || *at == '\n')
			*at = ' ';
	lbr_text_sanitise(text, false);
}

static void add(struct monitored *on, enum monitor_level level, const char *text)
{
	char *to = level == MONITOR_OK ? on->facts : on->problems;
	size_t len = strlen(to), room = sizeof(on->facts) - len;

	snprintf(to + len, room, "%s%s", len > 0 ? ", " : "", text);
	clean(to + len);
	if (is_worse(level, on->level))
		on->level = level;
}

void cli_monitor_say(struct monitored *on, enum monitor_level level, enum cli_text text, ...)
{
	char said[512] = "";
	FILE *file = fmemopen(said, sizeof(said) - 1, "w");
	va_list list;

	if (file != NULL) {
		va_start(list, text);
		cli_write_list(file, on->cli->language, 0, text, list);
		va_end(list);
		fclose(file);
	}
	add(on, level, said);
}

void cli_monitor_say_reason(struct monitored *on, enum monitor_level level, const struct lbr_reason *reason)
{
	char said[CLI_REASON_MAX];

	add(on, level, cli_reason(on->cli->language, reason, said));
}

/* 1: a time service keeps the kernel's clock right; 0: none says so, which some hosts' guests never do. */
static int is_synchronised(void)
{
	struct timex clock = { .modes = 0 };

	return adjtimex(&clock) != TIME_ERROR && (clock.status & STA_UNSYNC) == 0;
}

static void print_json(const struct monitored *on)
{
	cli_json_line(json_pack("{s:s, s:s, s:s, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:o, s:b}", "status", words[on->level],
	                        "problems", on->problems, "facts", on->facts, "accounts", (int)on->accounts,
	                        "invited", (int)on->invited, "waiting", (int)on->waiting, "locked", (int)on->locked.count,
	                        "disabled", (int)on->disabled.count, "expired", (int)on->expired.count,
	                        "damaged", (int)on->damaged.count, "answer_ms", (int)on->answer_ms,
	                        "free_mb", on->measured ? json_integer((json_int_t)on->free_mb) : json_null(),
	                        "clock_synchronised", is_synchronised()));
}

static void print_numbers(const struct monitored *on)
{
	printf(" |");
	if (on->counted)
		printf(" accounts=%u invited=%u waiting=%u locked=%u;0 disabled=%u expired=%u damaged=%u;;0", on->accounts,
		       on->invited, on->waiting, on->locked.count, on->disabled.count, on->expired.count, on->damaged.count);
	if (on->measured)
		printf(" free=%lluMB;100:;10:", on->free_mb);
	printf(" answer=%ums synchronised=%d", on->answer_ms, is_synchronised());
}

void cli_monitor_print(const struct monitored *on)
{
	bool both = on->problems[0] != '\0' && on->facts[0] != '\0';

	if (cli_has(on->cli, CLI_JSON)) {
		print_json(on);
		return;
	}
	printf("LIBERATIONS %s: %s%s%s", words[on->level], on->problems, both ? ", " : "", on->facts);
	if (on->level != MONITOR_UNKNOWN)
		print_numbers(on);
	putchar('\n');
}
