/* One dialogue: what the agent knows about its peer, and what it keeps until the connection ends. */
#ifndef AGENT_SESSION_H
#define AGENT_SESSION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <liberations/admission.h>
#include <liberations/attempt.h>
#include <liberations/monotonic.h>
#include <liberations/settings.h>
#include <liberations/store.h>
#include <liberations/texts.h>
#include <liberations/turns.h>
#include <liberations/wire.h>

#include "local_names.h"

#define LBR_VERIFIED_MS 600000 /* how long a verification is remembered */
#define LBR_DIALOGUE_MS 3600000 /* no more requests after this, and the time that a person asked for besides: a peer that never
                                 * disconnects would keep its place for ever */
#define LBR_TRIES 3            /* new passwords, first codes */

/* The accounts about which an ordinary peer may ask; the socket to which it connected decides. */
enum lbr_scope {
	LBR_SCOPE_OWN = 0, /* the account with the peer's uid, as the kernel reports it */
	LBR_SCOPE_ANY = 1, /* any account: the socket's group controls access */
	LBR_SCOPES = 2,    /* those with a socket */
	LBR_SCOPE_OWN_QUIET = 3 /* as OWN, and refusals of this peer are counted instead of logged: there were many */
};

struct lbr_verified {
	bool     yes;
	bool     whole; /* this agent verified both password and code: enough for a change of password */
	char     user[LBR_WIRE_USER_MAX];
	uint64_t generation;
	bool     outdated; /* its hash is behind the policy */
	int64_t  at_ms; /* monotonic */
	enum lbr_language language; /* in which the person was spoken to */
	struct lbr_secret password; /* as typed, verified as the current one; empty: not verified here, or no longer current */
};

struct lbr_session {
	int                        fd;
	uid_t                      peer_uid;
	pid_t                      peer_pid;
	enum lbr_scope             scope;
	struct lbr_local_names     local_names; /* of the peer's uid */
	bool                       trusted; /* root, or this store's owner: may set options and ask about any account */
	bool                       own_account;  /* the request is about the account with the peer's uid */
	bool                       overruled;    /* an untrusted peer's service asks for one part only, and both are judged */
	bool                       expired_in_auth; /* an untrusted peer asked for this stricter rule: it applies too */
	const struct lbr_settings *settings;
	const struct lbr_keyring     *keyring;
	struct lbr_store          *store;
	struct lbr_turns          *turns;     /* NULL: hashes at once are not bounded */
	struct lbr_admission       admission;  /* the way to them */
	struct lbr_hello           hello;
	struct lbr_request         request;
	enum lbr_factors           factors;    /* what the current attempt asks for: the service's, or both */
	bool                       proven;     /* an attempt succeeded, and the peer was told: now the agent waits for a person. Set
	                                        * after each refusal that looks like any other: how long it waits would tell */
	int64_t                    started_ms; /* when the dialogue began; monotonic */
	int64_t                    arrived_ms; /* when the answers arrived; monotonic */
	struct lbr_deadline        deadline;   /* for judging them, counted from then */
	bool                       outage_told; /* in the log, for this dialogue's questions about standings */
	unsigned                   later;      /* how often the person has asked for more time */
	int64_t                    last_sign_in_s; /* the one before the last attempt of this dialogue; 0: none */
	enum lbr_language          language;   /* the service's; the account's own once its password was right */
	struct lbr_verified        verified;
	struct lbr_reply           reply;      /* DENY until the last line of a request */
};

/* serve.c: answers hello, then requests until the peer closes. */
void lbr_serve(struct lbr_session *session);

/* serve.c: returns how long to wait for the peer's next frame: for a person who has proven something LBR_PERSON_WAIT_MS, else
 * `unproven_ms`, but no longer than LBR_UNPROVEN_MS after the dialogue began. */
int lbr_patience_ms(const struct lbr_session *session, int unproven_ms);

/* One function per kind of request; each sets session->reply. */
void lbr_serve_authenticate(struct lbr_session *session);
void lbr_serve_account(struct lbr_session *session);
void lbr_serve_change(struct lbr_session *session);
void lbr_serve_replace(struct lbr_session *session);
void lbr_serve_standing(struct lbr_session *session);

/* standing_request.c: this is such a request, and the seal key was replaced since this agent read it: it must end. */
bool lbr_standing_is_outdated(const struct lbr_session *session);

/* account_facts.c: adds to an ALLOW what a structured client shows about the account, if this dialogue verified its owner and it
 * has not changed since. */
void lbr_add_facts(struct lbr_session *session);

/* change_password.c: judges old password and code whatever the service's factors, and remembers a right answer. They came with the
 * request, or are asked for if something was proven in this dialogue. ASK_FIRST: neither. */
enum lbr_status lbr_verify_person(struct lbr_session *session);

/* first_sign_in.c: returns why a right temporary password cannot be used in this service, for the log; NULL if it can. */
const char *lbr_why_not_here(const struct lbr_session *session);

/* first_sign_in.c: returns true if it cannot, logged and delayed as a refusal. */
bool lbr_refuse_first_sign_in(struct lbr_session *session);

/* first_sign_in.c: completes what is missing after a right temporary password. After ALLOW outcome->account.generation is the
 * new one. */
enum lbr_status lbr_finish_first_sign_in(struct lbr_session *session, struct lbr_outcome *outcome);

/* confirm_token.c: shows a token's QR code and asks for its first code, up to LBR_TRIES times. ALLOW: the code was right, for step
 * `*ret_step`; nothing is committed. CONVERSATION: no answer. DENY: no right code. */
enum lbr_status lbr_confirm_token(struct lbr_session *session, const unsigned char key[LBR_TOKEN_KEY_LEN],
                                  int64_t *ret_step);

/* hand_out_codes.c: creates the ten codes, shows them once and waits for Enter. The account is already complete, so the sign-in is
 * valid whatever happens here. Updates `*generation`. */
void lbr_hand_out_recovery_codes(struct lbr_session *session, uint64_t *generation);

/* hand_out_codes.c: after a sign-in with a recovery code, tells the person how many are left if they run low. */
void lbr_warn_of_recovery_codes(struct lbr_session *session, const struct lbr_outcome *outcome);

/* choose_password.c: has the person choose a new password: explains the rules, asks twice, judges, commits. */
struct lbr_choice {
	uint64_t generation;   /* of the account that was verified; after ALLOW the new one */
	int64_t  confirm_step; /* as lbr_change */
	bool     is_sign_in;
	enum lbr_lane lane;    /* of a sign-in, as the next one */
	uint64_t origin;
};
enum lbr_status lbr_choose_password(struct lbr_session *session, struct lbr_choice *choice);

/* judge_attempt.c: returns whose name it is in the system, as the greeting says. */
struct lbr_name_owner lbr_name_owner_of(const struct lbr_hello *hello);

/* judge_attempt.c: judges and logs one attempt with what was typed; delays a refusal before returning. The caller wipes
 * `outcome`. */
enum lbr_verdict lbr_attempt_judge(struct lbr_session *session, const struct lbr_secret *password, const struct lbr_secret *code,
                           bool unreadable, struct lbr_outcome *outcome);

/* judge_attempt.c: returns the text for a code that was already accepted: wait for the next one, or use another. */
enum lbr_text lbr_text_of_used(const struct lbr_outcome *outcome);

/* judge_attempt.c: tells a person who typed both parts right why the sign-in is still refused. */
void lbr_refusal_explain(struct lbr_session *session, const struct lbr_outcome *outcome);

/* may_ask.c: root may ask about anyone, and so may a peer on the verifiers' socket. Any other peer may ask only about the account
 * with its own uid: LBR_STATUS_ALLOW. LBR_STATUS_REFUSED takes the same time and work, whether the account exists or not.
 * LBR_STATUS_UNAVAILABLE: the store answers about nobody. */
enum lbr_status lbr_may_ask(struct lbr_session *session);

/* remembered.c: what was verified in this session. `password` is the verified current password, or NULL. */
void lbr_remember(struct lbr_session *session, const struct lbr_account *account, bool whole, const struct lbr_secret *password);
void lbr_forget(struct lbr_session *session);
bool lbr_is_verified(const struct lbr_session *session, const char *user);

/* rehash.c: rehashes the verified password if its hash is behind the policy. Called once the peer has closed, so that it need
 * not wait. */
void lbr_rehash_if_due(struct lbr_session *session);

/* ignore_unknown.c: for a request whose name has no account. Returns true if the service may ignore that user; false, with a log
 * line, if the name resembles an account's. */
bool lbr_may_be_ignored(struct lbr_session *session);

/* clock.c: returns the seconds since 1970. */
int64_t lbr_now_s(void);

/* deadline.c: begin, when a request or an answer has arrived: from then on all waits of the store end together, before the module
 * gives up, and nothing is committed once it has left. End: the peer no longer waits, and the remaining work may take its time. */
void lbr_deadline_begin(struct lbr_session *session);
void lbr_deadline_end(struct lbr_session *session);

/* take_turns.c: opens the turns that all agents of this machine share, before the process is confined. Without a page there is no
 * bound, and the log says so; LBR_ERR_UNSAFE: somebody else could write it. */
enum lbr_error lbr_admission_begin(struct lbr_session *session, struct lbr_reason *reason);
void lbr_admission_end(struct lbr_session *session);

/* refusal_delay.c: sleeps until the next multiple of 250 ms after `arrived_ms`, so that timing does not tell refusals apart. */
void lbr_delay_refusal(int64_t arrived_ms);

/* The processor time that this thread has spent, in microseconds. */
int64_t lbr_work_us(void);

/* Goes on working until a millisecond was spent since `since_us`, for a refusal that computes no hash: what it read then does not
 * show. */
void lbr_level_refusal(int64_t since_us);

/* lane.c: returns true only for root's own sign-in at the console: no remote host, and no setuid program that a person runs. */
bool lbr_is_at_console(const struct lbr_session *session);

/* lane.c: writes the place from which the request's account is asked for, in words; "": none that could be told. */
#define LBR_PLACE_MAX (sizeof("uid 18446744073709551615 rhost ") + LBR_WIRE_CLAIM_MAX)
void lbr_place_of_session(const struct lbr_session *session, char place[LBR_PLACE_MAX]);

/* lane.c: returns that place, as lbr_origin_of. */
uint64_t lbr_origin_of_session(const struct lbr_session *session, const struct lbr_account *account);

#endif
