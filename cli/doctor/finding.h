/* What `doctor` finds: kept until all is known, since the first line tells the worst. */
#ifndef CLI_FINDING_H
#define CLI_FINDING_H

#include <liberations/error.h>
#include <liberations/language.h>

#include "cli.h"
#include "json.h"

#define FINDING_PATH 512

/* A monitor's numbers; a note counts as sound. */
enum finding_level { FINDING_OK = 0, FINDING_WARNING = 1, FINDING_CRITICAL = 2, FINDING_UNKNOWN = 3, FINDING_NOTE = 4 };

struct doctor_finding {
	enum finding_level level;
	const char        *check; /* a stable word for programs: "pam", "sshd", "clock" ... */
	char               where[FINDING_PATH]; /* a file, a service, or "" */
	unsigned           line;  /* in that file; 0: none */
	char              *text, *fix; /* fix: the command, or "" */
};

struct findings {
	enum lbr_language language;
	unsigned          count, room;
	struct doctor_finding **list; /* in the order in which they were found */
	void             *seen; /* the same, for tsearch(3) */
	bool              lost; /* no memory for one of them */
};

/* Adds a finding. `fix`: the command that repairs it, or "". The words of the text are strings, ending with NULL. */
void cli_finding_add(struct findings *to, enum finding_level level, const char *check, const char *where, unsigned line,
                     const char *fix, enum cli_text text, ...) __attribute__((sentinel));
void cli_finding_add_reason(struct findings *to, enum finding_level level, const char *check, const char *where, const char *fix,
                            const struct lbr_reason *reason);

/* As an object of `doctor --json`; NULL: no memory. */
json_t *cli_finding_json(const struct doctor_finding *one);

/* The worst of them: OK, WARNING, CRITICAL or UNKNOWN. */
enum finding_level cli_findings_worst(const struct findings *found);

/* Whether there is a critical one behind the first `from`. */
bool cli_findings_any_critical(const struct findings *found, unsigned from);

void cli_findings_print(const struct cli *cli, const struct findings *found);
void cli_findings_free(struct findings *found);

#endif
