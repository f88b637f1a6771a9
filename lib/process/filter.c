#include <liberations/filter.h>

#include <linux/seccomp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SEARCHED_IN_TURN 6 /* a few comparisons cost less than another half */

void lbr_filter_put(struct lbr_filter *filter, uint16_t code, uint32_t k, uint8_t yes, uint8_t no)
{
	if (filter->len < LBR_FILTER_MAX)
		filter->at[filter->len++] = (struct sock_filter){code, yes, no, k};
}

void lbr_filter_load(struct lbr_filter *filter, size_t offset)
{
	lbr_filter_put(filter, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

void lbr_filter_answer(struct lbr_filter *filter, uint32_t action)
{
	lbr_filter_put(filter, BPF_RET | BPF_K, action, 0, 0);
}

void lbr_filter_answer_call(struct lbr_filter *filter, int call, uint32_t action)
{
	lbr_filter_put(filter, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 1);
	lbr_filter_answer(filter, action);
}

static int compare_calls(const void *one, const void *other)
{
	return *(const int *)one - *(const int *)other;
}

/* Allows these calls, which are sorted, and ends the process at any other. */
static void allow_sorted(struct lbr_filter *filter, const int *calls, size_t count)
{
	size_t half = count / 2, i;
	unsigned short branch = filter->len;

	if (count > SEARCHED_IN_TURN) {
		lbr_filter_put(filter, BPF_JMP | BPF_JGE | BPF_K, (uint32_t)calls[half], 0, 0);
		allow_sorted(filter, calls, half);
		if (branch < LBR_FILTER_MAX)
			filter->at[branch].jt = (uint8_t)(filter->len - branch - 1);
		allow_sorted(filter, calls + half, count - half);
		return;
	}
	for (i = 0; i < count; i++)
		lbr_filter_put(filter, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)calls[i], (uint8_t)(count - i), 0);
	lbr_filter_answer(filter, SECCOMP_RET_KILL_PROCESS);
	lbr_filter_answer(filter, SECCOMP_RET_ALLOW);
}

void lbr_filter_allow(struct lbr_filter *filter, const int *calls, size_t count)
{
	int sorted[LBR_FILTER_CALLS_MAX];

	if (count > LBR_FILTER_CALLS_MAX) {
		filter->len = LBR_FILTER_MAX;
		return;
	}
	memcpy(sorted, calls, count * sizeof(sorted[0]));
	qsort(sorted, count, sizeof(sorted[0]), compare_calls);
	allow_sorted(filter, sorted, count);
}

void lbr_filter_load_argument(struct lbr_filter *filter, unsigned index)
{
	size_t offset = offsetof(struct seccomp_data, args) + 8 * index;

	lbr_filter_load(filter, __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? offset + 4 : offset);
}

void lbr_filter_answer_argument(struct lbr_filter *filter, int call, unsigned index, uint16_t test, uint32_t k, uint32_t yes,
                                uint32_t no)
{
	lbr_filter_put(filter, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 4);
	lbr_filter_load_argument(filter, index);
	lbr_filter_put(filter, BPF_JMP | test | BPF_K, k, 0, 1);
	lbr_filter_answer(filter, yes);
	lbr_filter_answer(filter, no);
}
