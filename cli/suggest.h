/* What somebody meant who mistyped a word. */
#ifndef CLI_SUGGEST_H
#define CLI_SUGGEST_H

#include <liberations/name.h>

struct suggestion {
	const char *typed;
	char        best[LBR_NAME_MAX + 1]; /* "": nothing comes near */
	unsigned    distance;               /* of `best`; at first the least that is too far */
};

void cli_suggest_begin(struct suggestion *suggestion, const char *typed);

/* Keeps `candidate` if it is nearer than what was found: fewer bytes inserted, left out, replaced or swapped with their neighbour,
 * at most two, or one in a word of less than four. Of two that are equally near, the one that sorts first. */
void cli_suggest_try(struct suggestion *suggestion, const char *candidate);

#endif
