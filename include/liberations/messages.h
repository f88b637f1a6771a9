/* The spool of what `liberations message` and `liberations notify` send: the directory `spool` beside the accounts, one file for
 * each message, with the account's name and the text, and neither number nor address. The messages of one run count only once its
 * last file is there, so a run that was killed before has sent nothing. A notice counts from the start: its name comes from what it
 * tells, so the same notice is one file, however often its sender died. What was being handed over then is never sent again.
 */
#ifndef LIBERATIONS_MESSAGES_H
#define LIBERATIONS_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <liberations/keyring.h>
#include <liberations/name.h>
#include <liberations/notice.h>

#define LBR_RUN_MAX 28        /* "1764400000-0123456789abcdef" with the NUL */
#define LBR_MESSAGE_ID_MAX 40 /* a run's name, '.' and eight digits or "notice", with the NUL */
#define LBR_NOTICE_RUNS "000000000" /* how the names of notices begin: they sort before all messages */
#define LBR_MESSAGE_MAX 4096  /* bytes of a text with its NUL */

enum lbr_message_state {
	LBR_MESSAGE_HELD = 0, /* a notice that may still wait in the account's counters too */
	LBR_MESSAGE_WAITING,
	LBR_MESSAGE_TRYING,   /* written before it is handed over */
};

struct lbr_message {
	char                   id[LBR_MESSAGE_ID_MAX];
	char                   name[LBR_NAME_MAX + 1];
	enum lbr_message_state state;
	int64_t                first_s, next_s; /* the first try, 0: none yet; no try before next_s */
	unsigned               tries;
	char                   key_id[LBR_KEY_ID_LEN + 1]; /* of a message that was read: the key of its MAC */
	char                   text[LBR_MESSAGE_MAX]; /* one line, not empty, without control characters */
	enum lbr_notice_kind   kind;            /* LBR_NOTICE_KINDS: no notice, and the rest is 0; else as in struct lbr_notice */
	int64_t                raised_s, password_set_s;
	unsigned               stage;
};

struct lbr_spool; /* the spool, and the turn of its one sender; opaque */

/* Makes the spool if it is missing, opens it and becomes its one sender. `*ret` is NULL on failure. LBR_ERR_BUSY: another process
 * is sending. LBR_ERR_ABSENT, _UNSAFE, _SYSTEM, _MEMORY. */
enum lbr_error lbr_messages_open(const char *state_dir, const struct lbr_keyring *keyring, struct lbr_spool **ret,
                                 struct lbr_reason *reason);

/* Opens the spool only to read it, without a turn; nothing is made or removed, now or by lbr_messages_list. LBR_ERR_BUSY: a process
 * is sending. LBR_ERR_ABSENT: there is no spool yet. LBR_ERR_UNSAFE, _SYSTEM, _MEMORY. */
enum lbr_error lbr_messages_look(const char *state_dir, const struct lbr_keyring *keyring, struct lbr_spool **ret,
                                 struct lbr_reason *reason);

/* Opens the spool to drop messages from it, even while a process is sending, which puts none of them back (lbr_message_rewrite).
 * LBR_ERR_ABSENT: there is no spool yet. LBR_ERR_UNSAFE, _SYSTEM, _MEMORY. */
enum lbr_error lbr_messages_open_to_drop(const char *state_dir, const struct lbr_keyring *keyring, struct lbr_spool **ret,
                                         struct lbr_reason *reason);

/* NULL is allowed. */
void lbr_messages_close(struct lbr_spool *messages);

/* Writes a new message, durable on LBR_OK. LBR_ERR_SYNTAX: a field that cannot be written. LBR_ERR_SYSTEM (ENOSPC ...). */
enum lbr_error lbr_message_put(struct lbr_spool *messages, const struct lbr_message *message, struct lbr_reason *reason);

/* Writes one that was read, with what has changed. LBR_ERR_ABSENT: it was dropped meanwhile, and stays so. Other errors as
 * lbr_message_put. */
enum lbr_error lbr_message_rewrite(struct lbr_spool *messages, const struct lbr_message *message, struct lbr_reason *reason);

/* Makes the messages of a run count. */
enum lbr_error lbr_messages_release(struct lbr_spool *messages, const char *run, struct lbr_reason *reason);

/* LBR_ERR_DAMAGED, _ABSENT, _UNSAFE, _SYSTEM; `message` is then zero. */
enum lbr_error lbr_message_read(struct lbr_spool *messages, const char *id, struct lbr_message *message, struct lbr_reason *reason);

enum lbr_error lbr_message_drop(struct lbr_spool *messages, const char *id, struct lbr_reason *reason);

/* Names the message that brings this notice: its file, and what its mark will record. The rest of `ret` is 0. */
void lbr_message_of_notice(const struct lbr_notice *notice, struct lbr_message *ret);

/* How many messages were handed over for that person on that day; days are counted from 1970 in UTC. Another day than the one
 * before forgets that one. */
enum lbr_error lbr_messages_count(struct lbr_spool *messages, const char *name, int64_t day, unsigned *ret,
                                  struct lbr_reason *reason);

/* Counts one more, durable on LBR_OK. */
enum lbr_error lbr_messages_note(struct lbr_spool *messages, const char *name, int64_t day, struct lbr_reason *reason);

/* Lists the messages that count, notices first, those about security before the others, then the oldest first,
 * and removes what a killed run left. The caller frees `*ret`. */
enum lbr_error lbr_messages_list(struct lbr_spool *messages, char (**ret)[LBR_MESSAGE_ID_MAX], size_t *ret_count,
                                 struct lbr_reason *reason);

/* Write a message as text with its MAC, and read it back, as lbr_notice_encode and lbr_notice_decode. */
#define LBR_MESSAGE_TEXT_MAX (LBR_MESSAGE_MAX + 512)
enum lbr_error lbr_message_encode(const struct lbr_message *message, const struct lbr_keyring *keyring,
                                  char text[LBR_MESSAGE_TEXT_MAX], size_t *ret_len, struct lbr_reason *reason);
enum lbr_error lbr_message_decode(const char *text, size_t len, const char *id, const struct lbr_keyring *keyring,
                                  struct lbr_message *message, struct lbr_reason *reason);

#endif
