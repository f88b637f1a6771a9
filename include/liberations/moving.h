/* Accounts on their way between this host's files and the store that many hosts share.
 *
 * From the first account to the last one, and after that, the state directory's file "moving" says so. While it is there, the file
 * store refuses everybody alike, whatever name they give, and every change: an account is judged where it is, or nowhere. Only a
 * store opened by lbr_store_open_moving goes on. So nothing changes in the files while accounts are read there, and no code that a
 * file accepted can be accepted by what was read before.
 *
 * MUST 1. The file is durable, and every change that began before it has ended, before the first account is read.
 * MUST 2. A process that opened the store before refuses too.
 */
#ifndef LIBERATIONS_MOVING_H
#define LIBERATIONS_MOVING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <liberations/keyring.h>
#include <liberations/name.h>
#include <liberations/settings.h>
#include <liberations/store.h>

enum lbr_moving_phase {
	LBR_MOVING_CLEARING,  /* on the way back: what the files still have is old, and goes first */
	LBR_MOVING_UNDER_WAY,
	LBR_MOVING_DONE       /* the accounts are in the shared store */
};

struct lbr_moving {
	enum lbr_store_kind   to;
	enum lbr_moving_phase phase;
	unsigned char         realm[LBR_REALM_LEN];    /* of the shared store */
	int64_t               since_s;                 /* when the files were closed */
	char                  after[LBR_NAME_MAX + 1]; /* up to this name, in the files' own order, all are moved; "": none is */
};

#define LBR_MOVING_TEXT_MAX 512

/* The text of that file. Encoding: LBR_ERR_RANGE. Decoding: LBR_ERR_DAMAGED, and `*ret` means nothing. */
enum lbr_error lbr_moving_encode(const struct lbr_moving *moving, char ret[LBR_MOVING_TEXT_MAX], size_t *ret_len);
enum lbr_error lbr_moving_decode(const char *text, size_t len, struct lbr_moving *ret);

/* Opens the store in `path` as lbr_store_open, and serves while accounts are being moved too: for the program that moves them, and
 * for local people's accounts beside the shared ones. */
enum lbr_error lbr_store_open_moving(const char *path, const struct lbr_keyring *keyring, int64_t (*now_s)(void),
                                     struct lbr_store **ret, struct lbr_reason *reason);

/* Reads what the file says. `files`, here and below: a store of lbr_store_open_moving and no other. LBR_ERR_ABSENT: there is no
 * such file. LBR_ERR_DAMAGED, _UNSAFE, _SYSTEM. After an error `*ret` means nothing. */
enum lbr_error lbr_moving_read(const struct lbr_store *files, struct lbr_moving *ret, struct lbr_reason *reason);

/* Writes it, durably, and waits for accounts that are just being made or removed. An account is then to be read in a commit, which
 * waits for that account's other ones. LBR_ERR_SYSTEM (ENOSPC ...), _BUSY. */
enum lbr_error lbr_moving_write(struct lbr_store *files, const struct lbr_moving *moving, struct lbr_reason *reason);

/* Writes it again, durably, once lbr_moving_write has waited: nobody makes or removes accounts any more. Errors as above. */
enum lbr_error lbr_moving_rewrite(struct lbr_store *files, const struct lbr_moving *moving, struct lbr_reason *reason);

/* Removes it: the files are in force again. */
enum lbr_error lbr_moving_end(struct lbr_store *files, struct lbr_reason *reason);

/* Which set of accounts the shared store has; `shared` is of lbr_store_open_shared. Errors as lbr_store_load; `ret` is then as it
 * was. */
enum lbr_error lbr_store_realm(struct lbr_store *shared, unsigned char ret[LBR_REALM_LEN], struct lbr_reason *reason);

/* Removes an account from the shared store, if it is still as `view` was just loaded: nothing else may have been asked of that
 * store since. LBR_ERR_STALE: it was changed or removed. LBR_ERR_UNKNOWN: perhaps removed. */
enum lbr_error lbr_store_take_out(struct lbr_view *view, struct lbr_reason *reason);

#endif
