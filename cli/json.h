/* JSON, one object a line, built and written by jansson. */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

/* Before any other use: whatever jansson frees is wiped first. */
void cli_json_prepare(void);

/* Writes the object and a newline to standard output, flushes, and lets go of the object. False: no memory (NULL is
 * allowed and means that), or the output failed. */
bool cli_json_line(json_t *object);

/* True once a line could not be built: the whole command has then failed, whatever its verb says. */
bool cli_json_lost(void);

/* A time for programs, or null for 0 and INT64_MAX. */
json_t *cli_json_time(int64_t time_s);

#endif
