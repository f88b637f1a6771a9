/* What `import` says of each thing that it found. */
#ifndef CLI_IMPORT_REPORT_H
#define CLI_IMPORT_REPORT_H

#include "apply.h"

struct import_sum {
	unsigned taken, already, skipped;
};

/* Says it in one line, with its notes below, or as one JSON object, and counts it. */
void cli_import_report(const struct cli *cli, const char *path, const struct import_found *found,
                       const struct import_result *result, struct import_sum *sum);

/* Says the sum. */
void cli_import_report_sum(const struct cli *cli, const struct import_sum *sum);

#endif
