/* Which database a greeting speaks of. Pure. */
#ifndef BROKER_DB_LINE_H
#define BROKER_DB_LINE_H

#include <stdbool.h>
#include <stdint.h>

#define LBR_LINE_TEXT_MAX 80 /* with the 0 */

/* "CLUSTER/TIMELINE/DATABASE.TABLE/START": numbers, and the moment when the server was started, in hexadecimal like the timeline.
 * What follows the timeline is for the log alone, and may be written in another way by the schema of another release. */
struct lbr_line_parts {
	char     cluster[24]; /* the system identifier, in decimal */
	uint64_t timeline;
	bool     has_place;   /* false: what follows is not understood, and 0 */
	uint64_t database, table;
	uint64_t start;       /* since 1970, in us */
};

/* What makes a line another one. */
enum lbr_line_change {
	LBR_LINE_SAME,
	LBR_LINE_UPGRADED,  /* one of them is another release's */
	LBR_LINE_RESTARTED, /* the same database at another start: a backup of it that was put back looks the same */
	LBR_LINE_REPLACED   /* promoted, restored, read from a dump, or copied from a template */
};

/* Takes a line to pieces. False: it is none. */
bool lbr_line_read(const char *text, struct lbr_line_parts *ret);

/* Compares the line that was adopted with the server's own. What is no line counts as REPLACED. */
enum lbr_line_change lbr_line_compare(const char *adopted, const char *current);

#endif
