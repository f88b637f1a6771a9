/* What hosts did with the accounts of one person, at once, and what each was told. */
#ifndef TESTS_HISTORY_H
#define TESTS_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/attempt.h>

#define NAMES 2         /* of each person: `create` and `rename` go from one to the other */
#define PASSWORDS 6
#define KEYS 3          /* of tokens */
#define PLACES 2
#define OPS_MAX 64      /* of one person: a bit each */
#define HISTORY_KEPT 10

enum kind { TRY, CHANGE, DISABLE, ENABLE, UNLOCK, REMOVE, CREATE, RENAME, READ, FLOOR, KINDS };

/* What became of one: it was done as answered; certainly nothing was done; perhaps. */
enum fate { FATE_DONE, FATE_NOTHING, FATE_PERHAPS };

/* What READ found. */
struct found {
	struct lbr_account  account;
	struct lbr_counters counters;
	struct lbr_history  history;
};

struct op {
	/* the question */
	enum kind kind;
	uint8_t   name, password, key, place;
	char      code[8];
	uint64_t  generation;  /* CHANGE: that was verified */
	int64_t   step;        /* FLOOR */
	/* when: CLOCK_MONOTONIC of this machine, and by the store's clock */
	int64_t   asked_ns, told_ns;
	int64_t   now_s;       /* as the edit saw it last; 0: there was none */
	int64_t   matched_step; /* TRY: of the moment when its account was loaded, before the hash */
	/* the answer */
	enum fate      fate;
	enum lbr_error error;
	bool           absent, changed;
	uint64_t       became;      /* CHANGE, DISABLE, ENABLE: the generation */
	enum lbr_verdict   verdict;
	enum lbr_uncounted uncounted;
	bool           code_fresh;
	int64_t        last_sign_in_s, next_try_s;
	struct found  *found;
	uint8_t        worker;
};

/* One person's. `ops` need not be in any order. */
struct history {
	char                       names[NAMES][LBR_NAME_MAX + 1];
	const struct lbr_keyring  *keyring;
	const struct lbr_settings *settings;
	unsigned char              keys[KEYS][LBR_TOKEN_KEY_LEN];
	unsigned                   count;
	struct op                  ops[OPS_MAX];
};

/* The passwords and their hashes: the driver computes none. */
extern const char *const password_words[PASSWORDS];
void write_hash(unsigned password, char ret[LBR_HASH_MAX]);
unsigned password_of(const char *hash); /* PASSWORDS: none of them */

extern const char *const places[PLACES];

/* A new account, but for its token. */
void make_account(const char *name, unsigned password, int64_t now_s, struct lbr_account *ret);

#endif
