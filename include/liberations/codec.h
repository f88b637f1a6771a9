/* Records as bytes: what a store keeps for an account, each record ending with a MAC.
 *
 * Account, history and notice are text, described in liberations-account(5). A counters file is two slots of
 * LBR_SLOT_LEN bytes, LBR_SLOT_STRIDE apart; lib/store/slot.c describes their layout.
 */
#ifndef LIBERATIONS_CODEC_H
#define LIBERATIONS_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <liberations/account.h>
#include <liberations/counters.h>
#include <liberations/history.h>
#include <liberations/notice.h>

#define LBR_ACCOUNT_TEXT_MAX 4096
#define LBR_HISTORY_TEXT_MAX 8192
#define LBR_NOTICE_TEXT_MAX 1024
#define LBR_SLOT_LEN 640
#define LBR_SLOT_STRIDE 4096
#define LBR_COUNTERS_FILE_LEN (2 * LBR_SLOT_STRIDE)

/* Writes the record, with its MAC under the key in force, into `text`: `*ret_len` bytes without the closing NUL.
 * LBR_ERR_SYNTAX: a field that cannot be written (control character, bad name, empty hash). `text` is wiped on failure. */
enum lbr_error lbr_account_encode(const struct lbr_account *account, const struct lbr_keyring *keyring,
                                  char text[LBR_ACCOUNT_TEXT_MAX], size_t *ret_len, struct lbr_reason *reason);

/* Reads it back and checks every byte: MAC, grammar, ranges, name. `name` is the account that the file's location implies.
 * LBR_ERR_DAMAGED: any check fails. LBR_ERR_NEWER: a later release wrote it. `account` is wiped on failure. */
enum lbr_error lbr_account_decode(const char *text, size_t len, const char *name, const struct lbr_keyring *keyring,
                                  struct lbr_account *account, struct lbr_reason *reason);

/* Writes the history as text with its MAC, as lbr_account_encode. */
enum lbr_error lbr_history_encode(const struct lbr_history *history, const char *name, const struct lbr_keyring *keyring,
                                  char text[LBR_HISTORY_TEXT_MAX], size_t *ret_len, struct lbr_reason *reason);

/* Reads it back, as lbr_account_decode. */
enum lbr_error lbr_history_decode(const char *text, size_t len, const char *name, const struct lbr_keyring *keyring,
                                  struct lbr_history *history, struct lbr_reason *reason);

/* Encodes one slot, in LBR_COUNTERS_VERSION, under the key in force. `sequence` (1 or more) orders the slots: the highest one that
 * verifies is in force. LBR_ERR_RANGE: a negative time or step, a bit beyond the recovery codes, or a notice whose texts are not
 * clean; `ret` is then zero. */
enum lbr_error lbr_slot_encode(const struct lbr_counters *counters, uint64_t sequence, const char *kind, const char *name,
                               const struct lbr_keyring *keyring, unsigned char ret[LBR_SLOT_LEN]);

/* Decodes one slot of version 1, 2 or 3. `*ret_charged`: of version 1, and only charged, so the other slot holds the last commit
 * and this one must be written next. LBR_ERR_DAMAGED: wrong MAC, or a value out of range. LBR_ERR_NEWER: genuine, but of a later
 * version. On failure the outputs are zero. */
enum lbr_error lbr_slot_decode(const unsigned char bytes[LBR_SLOT_LEN], const char *kind, const char *name,
                               const struct lbr_keyring *keyring, struct lbr_counters *counters, uint64_t *ret_sequence,
                               bool *ret_charged);

/* Write one notice as text with its MAC, and read it back. LBR_ERR_SYNTAX: a field cannot be written.
 * LBR_ERR_DAMAGED: any check fails, or the notice is another account's or of another kind. LBR_ERR_NEWER. On failure the output is
 * zero. */
enum lbr_error lbr_notice_encode(const struct lbr_notice *notice, const struct lbr_keyring *keyring,
                                 char text[LBR_NOTICE_TEXT_MAX], size_t *ret_len, struct lbr_reason *reason);
enum lbr_error lbr_notice_decode(const char *text, size_t len, const char *name, enum lbr_notice_kind kind,
                                 const struct lbr_keyring *keyring, struct lbr_notice *notice, struct lbr_reason *reason);

#endif
