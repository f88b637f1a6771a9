/* Starts a process that reads HTTP. */
#ifndef PORTAL_START_READER_H
#define PORTAL_START_READER_H

/* Starts `program` with an empty environment; it gets `given`, which stays the caller's, as descriptor 3, and one end of a
 * socket that keeps packets apart as 4. `*ret` is our end: non-blocking, closed on exec. Nobody waits for the process: the
 * caller ignores SIGCHLD, and knows by its end of the socket. Returns 0 or an errno; `*ret` is -1 then. */
int lbr_start_reader(const char *program, int given, int *ret);

#endif
