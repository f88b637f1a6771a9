/* A line of the log as a sentence, in the reader's language. */
#ifndef CLI_LOG_SAY_H
#define CLI_LOG_SAY_H

#include "cli.h"
#include "log_line.h"

#define LOG_SENTENCE_MAX (4 * LOG_DETAIL_MAX)

/* Writes the sentence, without a newline. What this release does not know is told as the log has it. */
void cli_log_say(const struct log_line *line, enum lbr_language language, char ret[LOG_SENTENCE_MAX]);

#endif
