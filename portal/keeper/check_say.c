/* What a check says. */
#include "check_say.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "reason.h"

void lbr_check_say(enum lbr_language language, const struct lbr_reason *reason, enum lbr_clause repair, const char *english)
{
	bool french = language == LBR_LANGUAGE_FR;
	char said[CLI_REASON_MAX];

	(void)fprintf(stderr, "liberations-portal%s: %s", french ? " " : "", cli_reason(language, reason, said));
	if (repair < LBR_REASONS)
		(void)fprintf(stderr, "; %s", french ? cli_reason_french(repair) : english);
	(void)fputs("\n", stderr);
}

void lbr_check_say_well(enum lbr_language language, const char *config, unsigned sites)
{
	char said[CLI_REASON_MAX], line[CLI_REASON_MAX + 64];
	struct lbr_reason well;
	ssize_t written;

	if (sites == 1)
		lbr_fail_at(&well, LBR_OK, config, LBR_WHY(PORTAL_ALL_WELL_ONE));
	else
		lbr_fail_at(&well, LBR_OK, config, LBR_WHY(PORTAL_ALL_WELL), sites);
	(void)snprintf(line, sizeof(line), "%s\n", cli_reason(language, &well, said));
	written = write(STDOUT_FILENO, line, strlen(line));
	(void)written;
}
