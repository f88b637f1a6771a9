/* A system call filter under construction: lines of the kernel's own small machine language. */
#ifndef LIBERATIONS_FILTER_H
#define LIBERATIONS_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <liberations/error.h>

#define LBR_FILTER_MAX 512       /* lines; a filter that has as many is incomplete */
#define LBR_FILTER_CALLS_MAX 200 /* half of them, searched, stay within the 255 lines that a branch reaches */

struct lbr_filter {
	struct sock_filter at[LBR_FILTER_MAX];
	unsigned short     len;
};

/* The first part: calls of another architecture end the process; then the call's number is loaded. */
void lbr_filter_begin(struct lbr_filter *filter);

/* Adds one line. */
void lbr_filter_put(struct lbr_filter *filter, uint16_t code, uint32_t k, uint8_t yes, uint8_t no);

/* Loads a word of the call's data: where it lies in struct seccomp_data. */
void lbr_filter_load(struct lbr_filter *filter, size_t offset);

/* Loads the lower half of an argument. */
void lbr_filter_load_argument(struct lbr_filter *filter, unsigned index);

/* Ends with this answer. */
void lbr_filter_answer(struct lbr_filter *filter, uint32_t action);

/* These want the call's number loaded, and leave it so for what follows. The first gives calls with this number this answer; the
 * second compares the lower half of an argument with `k` by `test`: then `yes`, else `no`. */
void lbr_filter_answer_call(struct lbr_filter *filter, int call, uint32_t action);
void lbr_filter_answer_argument(struct lbr_filter *filter, int call, unsigned index, uint16_t test, uint32_t k, uint32_t yes,
                                uint32_t no);

/* The last part: allows these calls, at most LBR_FILTER_CALLS_MAX in any order, and ends the process at any other. */
void lbr_filter_allow(struct lbr_filter *filter, const int *calls, size_t count);

/* Puts the filter in force for this thread and those that it starts; needs no_new_privs. LBR_ERR_ABSENT: this kernel or processor
 * filters no system calls. LBR_ERR_INTERNAL: it is incomplete. LBR_ERR_SYSTEM. */
enum lbr_error lbr_filter_set(struct lbr_filter *filter, struct lbr_reason *reason);

/* Returns true if this kernel and processor filter system calls. */
bool lbr_filter_is_known(void);

#endif
