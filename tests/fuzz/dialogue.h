/* The parts of the dialogue's harness. */
#ifndef TESTS_FUZZ_DIALOGUE_H
#define TESTS_FUZZ_DIALOGUE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "fuzz.h"

#include "agent/session.h"
#include "pam/world.h"

#define ALICE_UID 5001
#define NEW_PASSWORD "eine ganz neue Phrase"
#define STREAM_MAX 65536

/* What the peer of this input says, and who it is. */
struct peer {
	unsigned char  stream[STREAM_MAX];
	size_t         len, at; /* `at`: how much of it the agent has heard */
	uid_t          uid;
	enum lbr_scope scope;
};

extern struct peer peer;
extern char codes[3][LBR_CODE_DIGITS + 1]; /* of the steps around now; everybody has the same key */
extern int64_t fixed_now_s;

#define USERS_THERE 4 /* the first of these have an account */
#define USERS 8
extern const char *const users[USERS];

/* dialogue_peer.c: fills `peer` from an input. */
void build_peer(const uint8_t *data, size_t size);

/* dialogue_judge.c: once before each input; the rest happens as the agent reads and answers. */
void judge_anew(void);

/* dialogue_store.c: remembers the files of everybody's account, and puts them back. */
void keep_store(const char *state);
void restore_store(const char *state);

#endif
