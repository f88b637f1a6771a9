/* Admission: the turn that a caller takes before a password is hashed, so that hashes at once are bounded for the whole machine.
 *
 * One turn covers the hashes that one thread computes in a row. It is taken before the account is read and given back as soon as
 * the last hash is done, so nobody holds one while waiting for a lock, a disk or a person. An implementation must know nothing
 * of the account: a wait that depended on it would tell which names exist.
 */
#ifndef LIBERATIONS_ADMISSION_H
#define LIBERATIONS_ADMISSION_H

#include <liberations/error.h>

struct lbr_admission {
	/* Waits for a turn. NULL: nobody waits. LBR_ERR_BUSY: none came in time; `reason` says so. */
	enum lbr_error (*enter)(void *context, struct lbr_reason *reason);
	/* Gives back the turn of the calling thread. Called exactly once after each successful enter, by the same thread. */
	void (*leave)(void *context);
	void  *context;
};

/* Both do nothing where `admission` is NULL, or has no `enter`. */
enum lbr_error lbr_admission_enter(const struct lbr_admission *admission, struct lbr_reason *reason);
void lbr_admission_leave(const struct lbr_admission *admission);

#endif
