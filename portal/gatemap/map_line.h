/* The lines that Apache writes to its RewriteMap program: one Cookie field each. */
#ifndef PORTAL_MAP_LINE_H
#define PORTAL_MAP_LINE_H

#include <stdbool.h>
#include <stddef.h>

#define LBR_MAP_LINE_MAX 32768 /* Apache's own limit of a field is 8190 */

/* All zero is one that has read nothing. */
struct lbr_map_line {
	char   text[LBR_MAP_LINE_MAX]; /* a string */
	size_t len;
	bool   unsound; /* too long, or with a control in it: no cookie */
};

/* Takes one byte. True: the line is whole; its text is "" if it was not sound. The next byte begins another one. */
bool lbr_map_line_take(struct lbr_map_line *line, char byte);

#endif
