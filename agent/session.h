/* One dialogue: what the agent knows about its peer, and what it remembers until the connection ends. */
#ifndef AGENT_SESSION_H
#define AGENT_SESSION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <liberations/attempt.h>
#include <liberations/monotonic.h>
#include <liberations/notice.h>
#include <liberations/settings.h>
#include <liberations/store.h>
#include <liberations/texts.h>
#include <liberations/wire.h>

#define LBR_VERIFIED_MS 600000 /* how long a verification is remembered */
#define LBR_DIALOGUE_MS 3600000 /* after that no further request: a peer that never hangs up would keep notices from people */
#define LBR_TRIES 3            /* new passwords, first codes */

/* By which socket an ordinary peer came: its kernel-given uid decides what it may ask about there. */
enum lbr_scope {
	LBR_SCOPE_OWN = 0, /* the account that bears the peer's uid */
	LBR_SCOPE_ANY = 1, /* anyone: the socket's group is the permission */
	LBR_SCOPES = 2
};

struct lbr_verified {
	bool     yes;
	bool     whole; /* password and code both, by us: enough for a change of password */
	char     user[LBR_WIRE_USER_MAX];
	uint64_t generation;
	int64_t  at_ms; /* monotonic */
	struct lbr_secret password; /* as it was typed, proven to be the one in force; empty: not by us, or not any more */
};

/* kept_notices.c: what the person is to hear of, until it can be written. */
#define LBR_NOTICES_KEPT (2 * LBR_NOTICE_KINDS)

struct lbr_kept_notice {
	char                 name[LBR_NAME_MAX + 1];
	enum lbr_notice_kind kind;
	int64_t              at_s;
};

struct lbr_kept_notices {
	unsigned               count;
	struct lbr_kept_notice list[LBR_NOTICES_KEPT];
};

struct lbr_session {
	int                        fd;
	uid_t                      peer_uid;
	pid_t                      peer_pid;
	enum lbr_scope             scope;
	bool                       trusted; /* root, or the owner of this store: its options count and it may ask about anyone */
	bool                       own_account;  /* the request is about the account that bears the peer's uid */
	bool                       expired_in_auth; /* a peer that is not believed asked for the stricter rule: it gets it too */
	const struct lbr_settings *settings;
	const struct lbr_keyring     *keyring;
	struct lbr_store          *store;
	struct lbr_hello           hello;
	struct lbr_request         request;
	enum lbr_factors           factors;    /* what the attempt at hand asks: the service's, or both */
	int64_t                    arrived_ms; /* when the answers to be judged were in; monotonic */
	struct lbr_deadline        deadline;   /* of the work on them, counted from there */
	enum lbr_language          language;   /* the service's; the account's own once its password was right */
	struct lbr_verified        verified;
	struct lbr_reply           reply;      /* DENY until the last line of a request */
	struct lbr_kept_notices    notices;
};

/* serve.c: hello, then requests until the peer closes. */
void lbr_serve(struct lbr_session *session);

/* One function a request; each leaves session->reply and returns. */
void lbr_serve_authenticate(struct lbr_session *session);
void lbr_serve_account(struct lbr_session *session);
void lbr_serve_change(struct lbr_session *session);
void lbr_serve_replace(struct lbr_session *session);

/* change_password.c: asks old password and code, both judged whatever the service's factors, and remembers a right answer. */
enum lbr_status lbr_verify_person(struct lbr_session *session);

/* first_sign_in.c: why a right temporary password serves nothing in this service, for the log; NULL if it does. */
const char *lbr_why_not_here(const struct lbr_session *session);

/* first_sign_in.c: what is still missing after a right temporary password. After ALLOW outcome->account.generation is the
 * new one. */
enum lbr_status lbr_finish_first_sign_in(struct lbr_session *session, struct lbr_outcome *outcome);

/* confirm_token.c: shows a token's QR code and asks for its first code, up to LBR_TRIES times. ALLOW: `*ret_step` was
 * proven; nothing is committed. CONVERSATION: nobody answered. DENY: no right code. */
enum lbr_status lbr_confirm_token(struct lbr_session *session, const unsigned char key[LBR_TOKEN_KEY_LEN],
                                  int64_t *ret_step);

/* hand_out_codes.c: makes the ten codes, shows them once, waits for Enter. The account is complete already: whatever happens
 * here, the sign-in stands. `*generation` follows. */
void lbr_hand_out_recovery_codes(struct lbr_session *session, uint64_t *generation);

/* hand_out_codes.c: after a sign-in with a recovery code, says how many are left when they run low. */
void lbr_warn_of_recovery_codes(struct lbr_session *session, const struct lbr_outcome *outcome);

/* choose_password.c: a new password of one's own, told, typed twice, judged, committed. */
struct lbr_choice {
	uint64_t generation;   /* of the account that was verified; after ALLOW the new one */
	int64_t  confirm_step; /* as lbr_change */
	bool     is_sign_in;
};
enum lbr_status lbr_choose_password(struct lbr_session *session, struct lbr_choice *choice);

/* judge_attempt.c: one attempt with what was typed, logged; a refusal is delayed before it returns. `outcome` is the
 * caller's to wipe. */
enum lbr_verdict lbr_attempt_judge(struct lbr_session *session, const struct lbr_secret *password, const struct lbr_secret *code,
                           bool unreadable, struct lbr_outcome *outcome);

/* judge_attempt.c: what to say of a code that was accepted before: there is a next one, or there are others. */
enum lbr_text lbr_text_of_used(const struct lbr_outcome *outcome);

/* judge_attempt.c: tells the one who typed both parts right why there is no entry yet. */
void lbr_refusal_explain(struct lbr_session *session, const struct lbr_outcome *outcome);

/* remembered.c: `password` is what was proven to be the one in force, or NULL. */
void lbr_remember(struct lbr_session *session, const char *user, uint64_t generation, bool whole,
                  const struct lbr_secret *password);
void lbr_forget(struct lbr_session *session);
bool lbr_is_verified(const struct lbr_session *session, const char *user);

/* rehash.c: once the peer has closed, so that nobody waits for it: a hash that is behind the policy is made anew from the
 * password that was verified. */
void lbr_rehash_if_due(struct lbr_session *session);

/* ignore_unknown.c: the name of the request has no account: true if the service may pass it over as nobody's. False, and
 * logged why, if it looks like somebody's. */
bool lbr_may_be_ignored(struct lbr_session *session);

/* clock.c */
int64_t lbr_now_s(void);

/* deadline.c: a request or an answer is in. From here on all that the store waits for ends together, before the module leaves,
 * and nothing is committed once it has left. The end: nobody waits any more, and what is left to do may take its time. */
void lbr_deadline_begin(struct lbr_session *session);
void lbr_deadline_end(struct lbr_session *session);

/* refusal_delay.c: sleeps until the next multiple of 250 ms after `arrived_ms`, so that every refusal takes the same. */
void lbr_delay_refusal(int64_t arrived_ms);

/* lane.c: local only for root or the person, without a remote host, at a terminal. */
enum lbr_lane lbr_lane_of(const struct lbr_session *session);

#endif
