/* How far a time is from now, for people: "in 12 days", "il y a 3 jours". */
#ifndef CLI_RELATIVE_H
#define CLI_RELATIVE_H

#include <stdint.h>

#include "cli.h"

#define CLI_RELATIVE_MAX 64

/* Writes the distance from `now_s` to `time_s`, rounded down to minutes below two hours, to hours below two days, else to days. So
 * every number is 2 or more, and needs no singular. */
const char *cli_relative(enum lbr_language language, int64_t time_s, int64_t now_s, char ret[CLI_RELATIVE_MAX]);

#endif
