/* JSON, one object per line, built and written with jansson. */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "recorded.h"

/* Makes jansson wipe all memory before freeing it. Call it before any other use. */
void cli_json_prepare(void);

/* Writes the object and a newline to standard output, flushes, and releases the object. False: out of memory (`object` is then
 * NULL, which is allowed), or the output failed. */
bool cli_json_line(json_t *object);

/* Returns true once a line could not be built: the whole command has then failed, whatever its verb returns. */
bool cli_json_lost(void);

/* Returns a time for programs, or null for 0 and INT64_MAX. */
json_t *cli_json_time(int64_t time_s);

/* Returns a uid, or null if there is none. */
json_t *cli_json_uid(bool has_uid, uint32_t uid);

/* Returns whether the system's uid is not the recorded one, or null if the name service did not answer. */
json_t *cli_json_differs(const struct recorded *recorded);

#endif
