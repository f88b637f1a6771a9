/* Starts a process that reads HTTP. */
#ifndef PORTAL_START_READER_H
#define PORTAL_START_READER_H

#include <stdbool.h>

#define LBR_READER_PAGE "liberations-portal-page"
#define LBR_READER_GATE "liberations-portal-gate"
#define LBR_READER_PATH_MAX 512

/* Joins the directory and the name of such a program. False: too long. */
bool lbr_reader_path(const char *directory, const char *name, char ret[LBR_READER_PATH_MAX]);

/* Starts `program` with an empty environment; it gets `given`, which stays the caller's, as descriptor 3 unless it is -1, and one
 * end of a socket that keeps packets apart as 4. `*ret` is our end: non-blocking, closed on exec. The caller reaps the process,
 * and knows of its end by the socket. Returns 0 or an errno; `*ret` is -1 then. */
int lbr_start_reader(const char *program, int given, int *ret);

#endif
