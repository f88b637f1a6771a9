/* The blocks of a plan. */
#ifndef CLI_PLAN_BLOCK_H
#define CLI_PLAN_BLOCK_H

#include "plan.h"

struct planning {
	const struct form       *form;
	const char              *service;
	const struct plan_lines *lines;
	int                      places[PAM_TYPES]; /* of the Unix lines; -1: none */
	FILE                    *to;
};

enum form_way cli_form_way(const struct form *form, enum pam_type type);

/* Writes the block of a type in which `line` asks Unix, and what stays of that line. */
void cli_plan_put_block(const struct planning *on, enum pam_type type, const struct plan_line *line);

/* The same at the end of a file that lacks the type: it would come from `other`, so the block brings the Unix line of the same
 * family. */
void cli_plan_put_absent(const struct planning *on, enum pam_type type);

#endif
