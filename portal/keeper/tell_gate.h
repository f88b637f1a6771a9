/* Answers to the gate leave the keeper here. */
#ifndef PORTAL_TELL_GATE_H
#define PORTAL_TELL_GATE_H

#include "gate_frames.h"
#include "keeper.h"

/* Each answers question number `serial`. A gate that does not take its answers is shut down; the loop closes it then. */
void lbr_tell_gate(struct lbr_keeper *keeper, uint64_t serial, enum lbr_gate_verdict verdict); /* TROUBLE or UNREADABLE */
void lbr_tell_gate_yes(struct lbr_keeper *keeper, uint64_t serial, const char *user);
void lbr_tell_gate_no(struct lbr_keeper *keeper, uint64_t serial, const struct lbr_site *site);

#endif
