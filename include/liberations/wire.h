/* The dialogue between the module and the agent: its only description, and the codec that both sides use.
 *
 * A stream socket carries frames: u32 length of the rest (1 to LBR_FRAME_MAX), u8 type, then fields: u8 tag, u16 length,
 * bytes. All integers are big-endian. A frame is refused, and the connection ends, if a tag is missing, repeated or not
 * defined for its type, if a length exceeds its bound, or if a text contains a NUL.
 *
 *     module                               agent
 *     HELLO   version, options, claims  -->
 *                                     <--  WELCOME  version (the module's; the agent accepts its own and the two before)
 *     REQUEST kind, user, answers ... -->                  (what the person typed before the module connected)
 *                                     <--  SAY      a text to show, no answer
 *                                     <--  ASK      a prompt, with what it is for
 *     ANSWER  what was typed, or
 *             no answer               -->
 *                                     <--  REPLY    the status of that request
 *     REQUEST ...                     -->           (any number; one at a time, but the standings of several accounts)
 *     (close)
 *
 * The agent uses the claims only for its log and to choose the lane. It accepts options only from root and the store's owner; for
 * any other peer it uses the strictest ones. No path is ever sent. Links libc alone.
 *
 * Nothing is held for somebody who has proven nothing: until an attempt of this dialogue succeeded, the agent waits
 * LBR_MACHINE_WAIT_MS for each frame and LBR_UNPROVEN_MS in all, and asks nothing. A request that came without its answers gets
 * ASK_FIRST.
 *
 * Version 1 had no `real_uid`, and its modules let the agent ask for the old password and the code of a change. For them the agent
 * still asks, within the same LBR_UNPROVEN_MS.
 *
 * Version 3 brought clients that show pages. Only they say `structured`, and only to them do WELCOME, SAY, ASK and REPLY bear the
 * group of fields at their end. It says how things are shown, and gives no right.
 */
#ifndef LIBERATIONS_WIRE_H
#define LIBERATIONS_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <liberations/error.h>
#include <liberations/secret.h>
#include <liberations/settings.h>

#ifndef LBR_WIRE_VERSION /* tests build a release with the next version */
#define LBR_WIRE_VERSION 3
#endif
#define LBR_WIRE_VERSION_OLDEST (LBR_WIRE_VERSION > 2 ? LBR_WIRE_VERSION - 2 : 1) /* the agent speaks it too; clients, one less */
#define LBR_WIRE_ANSWERS_FIRST 2 /* from this version on, the module asks before it connects */
#define LBR_WIRE_PAGES 3         /* from this version on, a client may be structured */
#define LBR_FRAME_MAX 16384
#define LBR_MACHINE_WAIT_MS 5000     /* how long one side waits for the other's machine */
#ifndef LBR_PERSON_WAIT_MS /* tests wait less */
#define LBR_PERSON_WAIT_MS 600000    /* how long the agent waits for a person who has proven something */
#endif
#define LBR_UNPROVEN_MS 30000        /* how long a dialogue lasts in which nobody proved anything */
#define LBR_WIRE_TEXT_MAX 12288      /* a prompt with a QR code in it */
#define LBR_WIRE_USER_MAX 256
#define LBR_WIRE_CLAIM_MAX 256
#define LBR_WIRE_WORD_MAX 32
#define LBR_WIRE_URI_MAX 768
#define LBR_WIRE_KEY_MAX 64
#define LBR_WIRE_CODES 10
#define LBR_WIRE_CODE_MAX 24
#define LBR_STANDING_LEN 16

enum lbr_frame_type {
	LBR_FRAME_HELLO = 'H',
	LBR_FRAME_WELCOME = 'W',
	LBR_FRAME_REQUEST = 'R',
	LBR_FRAME_SAY = 'S',
	LBR_FRAME_ASK = 'Q',
	LBR_FRAME_ANSWER = 'A',
	LBR_FRAME_REPLY = 'V',
};

/* An account belongs to a person, not to a name: the name may have gone to somebody else. */
enum lbr_system_user { LBR_SYSTEM_USER_UNTOLD = 0, LBR_SYSTEM_USER_ABSENT, LBR_SYSTEM_USER_THERE };

struct lbr_hello {
	uint64_t          version;
	enum lbr_factors  factors;
	enum lbr_entry    entry;
	enum lbr_password_source password_source;
	enum lbr_unknown  unknown;
	enum lbr_expired  expired;
	enum lbr_qr_style qr;
	enum lbr_messages messages;
	enum lbr_language language; /* already resolved: EN or FR */
	enum lbr_enroll   enroll;
	bool              publickey; /* sshd says that a public key was accepted (SSH_AUTH_INFO_0) */
	enum lbr_system_user system_user; /* has the system a user of the name that this dialogue is about? Only root is believed */
	uint64_t          system_uid; /* of that user. Version 1: 0 */
	uint64_t          real_uid;  /* of the module's process: who called su. Only root is believed. Version 1: 0 */
	bool              structured; /* the client shows pages. Versions 1 and 2: false */
	char              service[LBR_WIRE_CLAIM_MAX], rhost[LBR_WIRE_CLAIM_MAX], tty[LBR_WIRE_CLAIM_MAX];
};

#define LBR_WIRE_SERVES_NOBODY 0 /* the agent's log says why; another agent of this machine would say the same */

/* What the configuration says of passwords, for the texts that tell people. */
struct lbr_password_rules {
	struct lbr_age max_age;
	unsigned       history; /* how many are kept; 0: not known */
};

struct lbr_welcome {
	uint64_t version; /* the hello's, or LBR_WIRE_SERVES_NOBODY */
	bool     structured; /* the rest is sent */
	struct lbr_password_rules rules;
};

enum lbr_request_kind {
	LBR_REQUEST_AUTHENTICATE = 1,
	LBR_REQUEST_ACCOUNT,
	LBR_REQUEST_CHANGE,
	LBR_REQUEST_REPLACE_TOKEN,
	LBR_REQUEST_STANDING, /* never to an agent of version 1 or 2 */
};

struct lbr_request {
	enum lbr_request_kind kind;
	uint64_t              serial;        /* 1, 2, ... within the connection; the reply repeats it */
	char                  user[LBR_WIRE_USER_MAX]; /* "" if PAM's was longer: such an account cannot exist */
	bool                  silent;        /* PAM_SILENT: prompts, but no texts and no enrollment */
	bool                  prelim;        /* CHANGE: PAM_PRELIM_CHECK */
	bool                  only_expired;  /* CHANGE: PAM_CHANGE_EXPIRED_AUTHTOK */
	bool                  answered;      /* the answers below were typed */
	bool                  one_answer;    /* only one answer came, or both are equal, or entry=combined */
	bool                  unreadable;      /* an answer was too long or missing: do the same work, never match */
	struct lbr_secret     password, code;
	unsigned char         standing[LBR_STANDING_LEN]; /* STANDING: the account's, as far as the client knows; else not sent */
};

struct lbr_say {
	bool error; /* PAM_ERROR_MSG, else PAM_TEXT_INFO */
	char text[LBR_WIRE_TEXT_MAX];
	bool structured;              /* the rest is sent */
	char word[LBR_WIRE_WORD_MAX]; /* the text's name in texts.def; an unknown one is only a text */
	unsigned number;              /* in the text; 0: none */
};

enum lbr_ask_purpose {
	LBR_ASK_OLD_PASSWORD = 1,
	LBR_ASK_CODE,
	LBR_ASK_NEW_PASSWORD,
	LBR_ASK_NEW_PASSWORD_AGAIN,
	LBR_ASK_ACKNOWLEDGE,
};

struct lbr_ask {
	enum lbr_ask_purpose purpose;
	bool                 echo;
	char                 text[LBR_WIRE_TEXT_MAX];
	bool                 structured; /* the rest is sent, and `text` is the bare question */
	unsigned             tries_left; /* this one included; 0: not counted */
	char                 uri[LBR_WIRE_URI_MAX], key[LBR_WIRE_KEY_MAX]; /* the token to confirm, or "". Secret */
	unsigned             code_count;
	char                 codes[LBR_WIRE_CODES][LBR_WIRE_CODE_MAX]; /* the sheet of recovery codes. Secret */
};

struct lbr_answer {
	bool              given; /* false: NULL, a conversation error, or too long */
	struct lbr_secret text;
	bool              later; /* no answer: the person needs more time. Only from a structured client, and only if !given */
};

#define LBR_LATER_MAX 6 /* how often in one dialogue */

/* The result of a request. Success is a large number, so that a lost or zeroed byte cannot produce it. */
enum lbr_status {
	LBR_STATUS_DENY = 0,      /* PAM_AUTH_ERR, or the entry point's own refusal */
	LBR_STATUS_UNAVAILABLE,   /* AUTHINFO_UNAVAIL: configuration, store, key */
	LBR_STATUS_UNKNOWN,       /* USER_UNKNOWN; only with unknown=ignore */
	LBR_STATUS_CONVERSATION,  /* CONV_ERR: the person broke off the dialogue */
	LBR_STATUS_EXPIRED,       /* account: NEW_AUTHTOK_REQD */
	LBR_STATUS_DISABLED,      /* account: ACCT_EXPIRED */
	LBR_STATUS_REFUSED,       /* PERM_DENIED */
	LBR_STATUS_OLD_WRONG,     /* change: AUTHTOK_RECOVERY_ERR */
	LBR_STATUS_NOT_READY,     /* change: TRY_AGAIN */
	LBR_STATUS_NOT_CHANGED,   /* change: AUTHTOK_ERR */
	LBR_STATUS_ASK_FIRST,     /* change, replace: send old password and code with the request; never to version 1 */
	LBR_STATUS_PERHAPS,       /* change, replace: perhaps done, AUTHTOK_ERR; never to version 1 */
	LBR_STATUS_ALLOW = 0x6c627259
};

/* What a page about an account shows, as of one state of it. */
struct lbr_account_facts {
	unsigned char     standing[LBR_STANDING_LEN]; /* changes with the account, and differs for one of the same name made anew */
	int64_t           expires_s;      /* the password; 0: never */
	int64_t           changeable_s;   /* from when on */
	int64_t           last_sign_in_s; /* the one before; 0: none */
	unsigned          recovery_left;  /* unused codes */
	enum lbr_language language;       /* the account's own */
};

struct lbr_reply {
	enum lbr_status status;
	uint64_t        serial;
	uint64_t        password_len; /* one_answer: how many of its bytes are the password; else 0 */
	bool            changed;      /* the last NEW_PASSWORD answer is now the current password */
	struct lbr_secret old_password; /* CHANGE, changed: the old password that this dialogue verified; else empty */
	bool            has_facts;    /* ALLOW of account, change or replace, to a structured client: of the state that was judged,
	                               * or of the one just committed. False if it has changed meanwhile */
	struct lbr_account_facts facts;
};

struct lbr_frame {
	size_t        len; /* type and fields, without the length word; 0: empty */
	unsigned char bytes[LBR_FRAME_MAX];
};

void lbr_frame_wipe(struct lbr_frame *frame);

/* Each writes one whole frame. LBR_ERR_RANGE: a text is too long; the frame is then empty. */
enum lbr_error lbr_wire_put_hello(struct lbr_frame *frame, const struct lbr_hello *hello);
enum lbr_error lbr_wire_put_welcome(struct lbr_frame *frame, const struct lbr_welcome *welcome);
enum lbr_error lbr_wire_put_request(struct lbr_frame *frame, const struct lbr_request *request);
enum lbr_error lbr_wire_put_say(struct lbr_frame *frame, const struct lbr_say *say);
enum lbr_error lbr_wire_put_ask(struct lbr_frame *frame, const struct lbr_ask *ask);
enum lbr_error lbr_wire_put_answer(struct lbr_frame *frame, const struct lbr_answer *answer);
enum lbr_error lbr_wire_put_reply(struct lbr_frame *frame, const struct lbr_reply *reply);

/* Each reads one whole frame of its type. LBR_ERR_SYNTAX: the frame breaks any rule; the output is then wiped. */
enum lbr_error lbr_wire_get_hello(const struct lbr_frame *frame, struct lbr_hello *hello);
enum lbr_error lbr_wire_get_welcome(const struct lbr_frame *frame, struct lbr_welcome *welcome);
enum lbr_error lbr_wire_get_request(const struct lbr_frame *frame, struct lbr_request *request);
enum lbr_error lbr_wire_get_say(const struct lbr_frame *frame, struct lbr_say *say);
enum lbr_error lbr_wire_get_ask(const struct lbr_frame *frame, struct lbr_ask *ask);
enum lbr_error lbr_wire_get_answer(const struct lbr_frame *frame, struct lbr_answer *answer);
enum lbr_error lbr_wire_get_reply(const struct lbr_frame *frame, struct lbr_reply *reply);

/* Returns the type of a frame, or 0 if it is empty. */
int lbr_frame_type(const struct lbr_frame *frame);

/* Sends one whole frame within `timeout_ms`, retrying after EINTR and never raising SIGPIPE. `fd` is a connected stream socket.
 * LBR_ERR_BUSY: the time ran out. LBR_ERR_ABSENT: the other side is gone. LBR_ERR_SYSTEM. */
enum lbr_error lbr_frame_send(int fd, const struct lbr_frame *frame, int timeout_ms);

/* Receives one whole frame within `timeout_ms` (a bound on the frame, not on each byte) and reads no further. Errors as
 * lbr_frame_send, and LBR_ERR_SYNTAX: the length word. `frame` is empty on failure; the caller wipes it after use. */
enum lbr_error lbr_frame_receive(int fd, struct lbr_frame *frame, int timeout_ms);

#endif
