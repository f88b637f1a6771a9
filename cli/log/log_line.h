/* One line that the agent or the desk wrote to the log, taken apart. Pure. */
#ifndef CLI_LOG_LINE_H
#define CLI_LOG_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <liberations/error.h>

#define LOG_TAG_AGENT "liberations-agent"
#define LOG_TAG_DESK  "liberations"
#define LOG_FIELD_MAX 160
#define LOG_DETAIL_MAX (2 * LBR_REASON_MAX)

struct log_line {
	int64_t time_s;
	bool    of_desk;
	bool    is_claim;             /* the peer may have made up the remote host */
	char    event[LOG_FIELD_MAX]; /* "sign-in"; of the desk, the verb */
	char    user[LOG_FIELD_MAX];
	char    detail[LOG_DETAIL_MAX]; /* of the desk, the outcome */
	char    service[LOG_FIELD_MAX], rhost[LOG_FIELD_MAX], tty[LOG_FIELD_MAX], uid[LOG_FIELD_MAX], pid[LOG_FIELD_MAX];
	char    by[LOG_FIELD_MAX], loginuid[LOG_FIELD_MAX];
	char    other[LOG_FIELD_MAX]; /* of a rename, the account's other name */
};

/* Takes apart what a program with this tag wrote. Returns false if it is no line about an account, in exactly the form in which the
 * agent and the desk write it. Leaves the time alone. */
bool cli_log_line_read(const char *tag, const char *message, struct log_line *ret);

/* log_file_line.c: takes the heading off one line of a syslog file, "Nov 29 07:25:35 HOST TAG[PID]: MESSAGE" or with a time as in
 * RFC 3339. The first kind has no year: it is the latest at which the time is not after `now_s`, local time. Changes `line`. */
bool cli_log_file_line_read(char *line, int64_t now_s, int64_t *ret_time_s, const char **ret_tag, const char **ret_message);

/* log_file_line.c: reads "2026-11-29", with " 07:25" or "T07:25" if wanted, local time. */
bool cli_log_date_read(const char *text, int64_t *ret_s);

#endif
