/* A program that asks the shared store: what its words share. */
#ifndef TESTS_STORE_ASKER_H
#define TESTS_STORE_ASKER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include <liberations/store.h>

#define ASKER_PASSWORD "trois petits chats bleus 41"

struct asker {
	struct lbr_keyring *keyring;
	struct lbr_store   *store;
	struct lbr_settings settings;
	struct lbr_account  model; /* what everybody's account is like */
};

extern struct asker asker;
extern const unsigned char asker_token_key[LBR_TOKEN_KEY_LEN]; /* everybody's */

/* Opens the store through a broker's socket, or the connection `fd`. Does not return without one. */
struct lbr_store *asker_open(const char *socket, int fd);

/* Writes the line of an answer. */
void asker_say(const char *word, enum lbr_error error, const struct lbr_reason *reason);
void asker_say_done(enum lbr_error error, const struct lbr_reason *reason);

int64_t asker_number(const char *field);

/* asker_attempt.c */

/* sign NAME STEP [PASSWORD]: a whole attempt with the code of that step. */
void asker_sign(char **fields);

/* use NAME STEP: the same without a hash, a code of any time, judged by lbr_decide at its commit. */
void asker_use(char **fields);

/* How an attempt is one of many at once. */
struct asker_race {
	bool               counts; /* a refusal is written too; nothing depends on it any more */
	pthread_barrier_t *loaded; /* who has loaded waits here for the others; or NULL */
	bool               hoped;  /* by what was loaded it was a yes */
};

/* That without its line: its word. */
const char *asker_use_once(const char *name, const char *step, struct asker_race *race, enum lbr_error *ret_error,
                           struct lbr_reason *reason);

/* late NAME STEP SOCKET: somebody is faster twice, through another broker; then it is committed alone. */
void asker_late(char **fields);

/* asker_rush.c */

/* board FILE HOSTS ROUNDS: what so many programs share for so many rounds, in a new file. */
void asker_board(char **fields);

/* rush NAME STEP FILE: uses a code in each round, at once with the others, that step and those after it. Its line: the rounds in
 * which one was let in; in which none was, since not all had an answer; any other ones; the answers that were busy; and away; and
 * how often a host had loaded an account whose code was good. */
void asker_rush(char **fields);

/* asker_whole.c */

void asker_found(char **fields);

/* enroll NAME: creates a person with that password and that token. */
void asker_enroll(char **fields);
void asker_disable(char **fields);
void asker_load(char **fields);
void asker_remove(char **fields);
void asker_rename(char **fields);
void asker_rebuild(char **fields);

/* page NAME COUNT: those after it; how many is the reason. */
void asker_page(char **fields);

#endif
