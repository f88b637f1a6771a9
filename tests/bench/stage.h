/* What the measurements stand on: a store at the default hash cost with as many accounts as wanted, and sign-ins through the
 * real libpam. Every account has the same password and key; each serves for one sign-in with a right code. */
#ifndef TESTS_BENCH_STAGE_H
#define TESTS_BENCH_STAGE_H

#include <stdbool.h>
#include <sys/types.h>

#include <liberations/store.h>

#include "pam/world.h"

#define BENCH_COST 5 /* the default of liberations.conf(5) */
#define BENCH_NAME_MAX 16

/* The services that stage_make writes: the module starts an agent for each sign-in; or a listener does, while stage_listen's runs. */
#define BENCH_ALONE "bench"
#define BENCH_LISTENER "bench-listener"

/* Makes the world with accounts u0000000 to u(count-1), and the services. */
void stage_make(struct world *world, unsigned count);

/* The account of that number, with a hash that all of them share. */
bool stage_account(const struct lbr_keyring *keyring, unsigned number, struct lbr_account *ret);

/* Creates the first `count` of them, without waiting for the disk. */
bool stage_create(struct lbr_store *store, const struct lbr_keyring *keyring, unsigned count, struct lbr_reason *reason);

/* A resident listener of that world; its process. */
pid_t stage_listen(const struct world *world);
void stage_stop(pid_t listener);

/* "u0000042" */
void stage_name(unsigned number, char ret[BENCH_NAME_MAX]);

/* One sign-in: authenticate and account management in a handle of its own. Returns PAM's code, and the seconds it took in
 * `*ret_s` (may be NULL). `code` NULL: the right one. */
int stage_sign_in(const char *services, const char *service, const char *user, const char *password, const char *code,
                  double *ret_s);

/* Seconds of a clock that only goes forward. */
double stage_clock(void);

#endif
