/* May this cookie pass? */
#ifndef PORTAL_JUDGE_GATE_H
#define PORTAL_JUDGE_GATE_H

#include "keeper.h"

/* Judges a question of the gate and answers it, or keeps it until the agent has spoken of the account. False: it breaks the rules,
 * and the gate is to be closed. */
bool lbr_judge_gate(struct lbr_keeper *keeper, const struct lbr_frame *question);

#endif
