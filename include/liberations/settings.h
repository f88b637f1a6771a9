/* The configuration (liberations.conf(5)) and the options of one service (the module's arguments, pam_liberations(8)). */
#ifndef LIBERATIONS_SETTINGS_H
#define LIBERATIONS_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include <liberations/address.h>
#include <liberations/calendar.h>
#include <liberations/error.h>
#include <liberations/grammar.h>
#include <liberations/language.h>
#include <liberations/texts.h>

#define LBR_PATH_MAX 256

#ifndef LBR_DEFAULT_CONFIG
#define LBR_DEFAULT_CONFIG "/etc/liberations/liberations.conf"
#endif
#ifndef LBR_DEFAULT_AGENT
#define LBR_DEFAULT_AGENT "/usr/libexec/liberations-agent"
#endif
#ifndef LBR_DEFAULT_BROKER
#define LBR_DEFAULT_BROKER "/usr/libexec/liberations-store"
#endif
#define LBR_DEFAULT_SOCKET "/run/liberations/agent.sock"
#define LBR_DEFAULT_STATE "/var/lib/liberations"
#define LBR_DEFAULT_USER "_liberations"
#define LBR_DEFAULT_SEAL_KEY "/etc/liberations/seal.key"
#define LBR_DEFAULT_STORE_SOCKET "/run/liberations-store/store.sock"

#define LBR_WINDOW_MAX 2
#define LBR_COST_MIN 1
#define LBR_COST_POLICY_MAX 8 /* a change computes twelve hashes while a service waits */
#define LBR_COST_DEFAULT 5

enum lbr_store_kind { LBR_STORE_FILE = 0, LBR_STORE_POSTGRES };

struct lbr_settings {
	char              state[LBR_PATH_MAX];    /* state = /var/lib/liberations */
	char              user[64];               /* user = _liberations: who owns the state directory; a name or a uid */
	char              seal_key[LBR_PATH_MAX]; /* seal-key = /etc/liberations/seal.key */
	enum lbr_store_kind store;                /* store = file | postgres */
	char              store_socket[LBR_PATH_MAX]; /* store-socket = /run/liberations-store/store.sock: the broker's */
	char              local[256];             /* local = none | NAME, NAME: accounts that stay in this host's files; "": none */
	char              issuer[64];             /* issuer = Libérations */
	enum lbr_language language;               /* language = auto | en | fr */
	unsigned          window;                 /* window = 1 (0 to 2 steps) */
	struct lbr_age    max_age;                /* max-age = 6 months */
	unsigned          warn_s;                 /* warn = 14 d (0 s to 90 d) */
	unsigned          min_age_s;              /* min-age = 1 d (0 s to 30 d) */
	unsigned          min_length;             /* min-length = 12 (8 to 64 code points) */
	unsigned          history;                /* history = 10 (1 to 10) */
	unsigned          hash_cost;              /* hash-cost = 5 (1 to 8) */
	unsigned          lock_after;             /* lock-after = 100 (10 to 100 failures) */
	unsigned          invitation_life_s;      /* invitation-life = 72 h (1 h to 21 d) */
	char              breached[LBR_PATH_MAX]; /* breached = none | FILE, from pwqfilter(1); "": none */
	char              words[256];             /* words = none | a, b c: the organisation's own; "": none */
	char              sendmail[LBR_PATH_MAX]; /* sendmail = /usr/sbin/sendmail */
	unsigned          sendmail_wait_s;        /* sendmail-wait = 60 s (1 s to 10 min) */
	char              mail_from[LBR_ADDRESS_MAX]; /* mail-from = root: an address, or a mailbox of this host */
	char              command[LBR_PATH_MAX];  /* command = none | FILE WORD...: sends text messages */
	unsigned          messages_a_day;         /* messages-a-day = 10 (1 to 1000), for each person */
	char              organisation[64];       /* organisation = none | NAME: heads the letters; "": the issuer does */
	char              where[128];             /* where = none | TEXT: where people sign in first, for the letters */
	char              help[128];              /* help = none | TEXT: whom they ask, for the letters */
	char              prompt_password[64];    /* prompt-password = none | TEXT, in place of the table's; "": the table's */
	char              prompt_token[64];       /* prompt-token = none | TEXT */
};

enum lbr_factors { LBR_FACTORS_BOTH = 0, LBR_FACTORS_TOKEN, LBR_FACTORS_PASSWORD };
enum lbr_entry { LBR_ENTRY_AUTO = 0, LBR_ENTRY_SEPARATE, LBR_ENTRY_COMBINED };
enum lbr_password_source { LBR_PASSWORD_FROM_HERE = 0, LBR_PASSWORD_FROM_STACK };
enum lbr_unknown { LBR_UNKNOWN_DENY = 0, LBR_UNKNOWN_IGNORE };
enum lbr_qr_style { LBR_QR_UTF8 = 0, LBR_QR_ASCII = 1, LBR_QR_NONE = 2 };
enum lbr_expired { LBR_EXPIRED_SIGNIN = 0, LBR_EXPIRED_ALWAYS, LBR_EXPIRED_AUTH };
enum lbr_messages { LBR_MESSAGES_UTF8 = 0, LBR_MESSAGES_ASCII };
enum lbr_enroll { LBR_ENROLL_YES = 0, LBR_ENROLL_NO };

struct lbr_module_options {
	enum lbr_factors         factors;  /* factors=password+token|token|password */
	enum lbr_entry           entry;    /* entry=auto|separate|combined */
	enum lbr_password_source password_source; /* password=own|stack */
	enum lbr_unknown         unknown;  /* unknown=deny|ignore */
	enum lbr_expired         expired;  /* expired=signin|always|auth */
	enum lbr_qr_style        qr;       /* qr=utf8|ascii|none */
	enum lbr_messages        messages; /* messages=utf8|ascii */
	enum lbr_language        language; /* language=en|fr; NONE: the configuration's */
	enum lbr_enroll          enroll;   /* enroll=yes|no */
	bool                     use_first_pass, try_first_pass, use_authtok, debug;
	char                     socket[LBR_PATH_MAX]; /* socket=FILE; LBR_DEFAULT_SOCKET */
	char                     agent[LBR_PATH_MAX];  /* agent=FILE; "" : LBR_DEFAULT_AGENT, for root only */
	char                     config[LBR_PATH_MAX]; /* config=FILE; "" : LBR_DEFAULT_CONFIG */
};

/* Each sets the defaults, as in the comments above. */
void lbr_settings_default(struct lbr_settings *settings);
void lbr_module_options_default(struct lbr_module_options *options);

/* Reads a whole configuration file. It must be a regular file with one link, not in /proc, not reached through a symbolic link,
 * owned by root or the effective user, not writable by group or others, and at most LBR_CONFIG_MAX bytes long. Reports every
 * fault to `fault`, then refuses the file. LBR_ERR_ABSENT, _UNSAFE, _SYNTAX, _SYSTEM, _MEMORY; `settings` is then all zero and must
 * not be used. */
enum lbr_error lbr_settings_load(const char *path, struct lbr_settings *settings, lbr_fault *fault, void *context);

/* Reads the same from the start of an open file, whose name is `path`, and leaves it open. */
enum lbr_error lbr_settings_load_open(int fd, const char *path, struct lbr_settings *settings, lbr_fault *fault, void *context);

/* Formats a prompt of prompts.def, or the one that the configuration has in its place, with a space behind it. */
void lbr_settings_prompt(const struct lbr_settings *settings, enum lbr_text prompt, enum lbr_language language, bool ascii,
                         char *ret, size_t size);

/* Reads the module's arguments. `service` names the service in the messages. LBR_ERR_SYNTAX as lbr_grammar_read_words; `options`
 * then holds the defaults, which are the strictest. */
enum lbr_error lbr_module_options_read(const char *service, int count, const char *const *words, struct lbr_module_options *options,
                              lbr_fault *fault, void *context);

/* Returns a commented configuration file with every keyword at its default, for `init`. Static text, NUL-terminated. */
const char *lbr_settings_template(void);

/* The keyword tables of both, each ending with a NULL word. */
extern const struct lbr_keyword lbr_settings_keywords[];
extern const struct lbr_keyword lbr_module_options_keywords[];

#endif
