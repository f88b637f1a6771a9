/* What the gate answers, as Apache's helper reads it: whose session, or nothing. */
#ifndef PORTAL_GATE_ANSWER_H
#define PORTAL_GATE_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#define LBR_GATE_ANSWER_MAX 4096 /* bytes of a head; the gate's has a few hundred */
#define LBR_GATE_NAME_MAX 256    /* bytes of a name as the gate writes it, with the NUL */

/* Reads a whole head, up to its empty line, of `len` bytes without a NUL behind it. Writes the name of a "200" that bears exactly
 * one Remote-User and has no body; it holds letters, digits and what the gate leaves as it is. Everything else is "". Apache
 * takes the word NULL, in any case, for no answer: a name of these letters gets its first one percent-encoded. */
void lbr_gate_answer_read(const char *head, size_t len, char ret_name[LBR_GATE_NAME_MAX]);

/* Returns true for a whole "401" without a body: nobody has that session. */
bool lbr_gate_answer_is_no(const char *head, size_t len);

/* Returns true if the connection may be used again. */
bool lbr_gate_answer_keeps(const char *head, size_t len);

#endif
