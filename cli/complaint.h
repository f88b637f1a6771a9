/* What is tried again and again, and fails each time, is told when it fails first, when the reason becomes another one, and each
 * hour. Pure. */
#ifndef CLI_COMPLAINT_H
#define CLI_COMPLAINT_H

#include <stdbool.h>
#include <stdint.h>

#define COMPLAINT_MAX 400
#define COMPLAINT_AGAIN_S 3600

struct complaint { /* all zero: nothing was told yet */
	char    reason[COMPLAINT_MAX];
	int64_t told_s;
};

/* True: it is to be told now, by any clock that is not set, and `last` remembers it. */
bool cli_complaint_is_news(struct complaint *last, const char *reason, int64_t now_s);

#endif
