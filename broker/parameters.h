/* The parameters of a statement, in the binary format: they point to what the caller has. */
#ifndef BROKER_PARAMETERS_H
#define BROKER_PARAMETERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LBR_PARAMETERS_MAX 16

struct lbr_parameters {
	int           count;
	const char   *values[LBR_PARAMETERS_MAX]; /* NULL: SQL's null */
	int           lengths[LBR_PARAMETERS_MAX], formats[LBR_PARAMETERS_MAX];
	unsigned char numbers[LBR_PARAMETERS_MAX][8];
};

void lbr_parameter_text(struct lbr_parameters *parameters, const char *text);
void lbr_parameter_number(struct lbr_parameters *parameters, uint64_t number); /* bigint */
void lbr_parameter_flag(struct lbr_parameters *parameters, bool flag);         /* boolean */
void lbr_parameter_bytes(struct lbr_parameters *parameters, const void *bytes, size_t len); /* bytea; of length 0: null */

#endif
