/* Shared by every verb of the `liberations` command: its arguments, its output and its exit status. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/account.h>
#include <liberations/error.h>
#include <liberations/language.h>
#include <liberations/secret.h>

#include "text.h"

/* Exit statuses, as liberations(8) documents them. */
enum cli_status {
	CLI_DONE = 0,
	CLI_NO = 1,          /* a wrong code, a refused sign-in, no such account, or one that already exists */
	CLI_USAGE = 2,
	CLI_FAULT = 3,       /* configuration, store, seal key, output */
	CLI_NOT_ALLOWED = 4, /* this needs root */
	CLI_WOULD_CHANGE = 5, /* --check: it would change something */
};

/* The options of options.def, as places in a set of them. */
enum cli_option_place {
#define CLI_OPTION(id, word, field, argument, completion, who, help) CLI_PLACE_##id,
#include "options.def"
#undef CLI_OPTION
	CLI_PLACES
};

__extension__ typedef unsigned __int128 cli_options;

/* CLI_JSON and so on: sets of one option. No enumeration holds so many. */
#define CLI_OPTION(id, word, field, argument, completion, who, help) \
	static const cli_options CLI_##id = (cli_options)1 << CLI_PLACE_##id;
#include "options.def"
#undef CLI_OPTION
_Static_assert(CLI_PLACES <= 128, "a set of options has 128 places");

struct cli {
	enum lbr_language  language;
	const struct verb *verb;
	cli_options        options; /* those that were given */
	const char        *config;  /* LBR_DEFAULT_CONFIG unless --config */
	int                config_fd; /* this file, opened with the rights of the caller for whom root works; 0: open it by name */
	const char        *owner;   /* or NULL */
	const char        *confdir; /* or NULL, as the following ones */
	const char        *where;   /* prefix of each error message */
	const char        *life;
	const char        *csv;
	const char        *letters_to;
	const char        *socket;
	const char        *agent;
	const char        *expiring;
	const char        *contact;
	const char        *issuer;
	const char        *portal;  /* the address of a site */
	const char        *sort;
	const char        *from;    /* the kind of file to import */
	const char        *user;
	const char        *sshd_config;
	const char        *nginx_config;
	const char        *apache_config;
	const char        *phone;
	const char        *carrier;
	const char        *log_since;
	const char        *log_file;
	const char        *svg;     /* files for pictures of the QR code */
	const char        *png;
	const char        *passphrase_file;
	const char        *state;   /* words of states, joined by commas */
	const char        *columns; /* likewise */
	const char        *activate; /* a seal key's id, as the next */
	const char        *retire;
	const char        *to;       /* the kind of store */
	const char        *skip;     /* names, joined by commas */
	const char        *for_time;
	int                count;   /* of the words after the verb */
	char             **words;
};

struct verb {
	const char     *name;
	enum cli_status (*run)(struct cli *cli);
	enum cli_text   arguments; /* "USER [--system]" */
	enum cli_text   help;      /* one line */
	enum cli_text   more;      /* added by --help */
	const char     *example;
	cli_options     options;   /* those that it accepts */
	int             min, max;  /* number of words */
};

enum cli_status cli_init(struct cli *cli);
enum cli_status cli_enroll(struct cli *cli);
enum cli_status cli_invite(struct cli *cli);
enum cli_status cli_list(struct cli *cli);
enum cli_status cli_show(struct cli *cli);
enum cli_status cli_verify(struct cli *cli);
enum cli_status cli_unlock(struct cli *cli);
enum cli_status cli_disable(struct cli *cli);
enum cli_status cli_enable(struct cli *cli);
enum cli_status cli_sign_out(struct cli *cli);
enum cli_status cli_sessions(struct cli *cli);
enum cli_status cli_remove(struct cli *cli);
enum cli_status cli_expire(struct cli *cli);
enum cli_status cli_reset_token(struct cli *cli);
enum cli_status cli_recovery_codes(struct cli *cli);
enum cli_status cli_passwd(struct cli *cli);
enum cli_status cli_history(struct cli *cli);
enum cli_status cli_check_password(struct cli *cli);
enum cli_status cli_token(struct cli *cli);
enum cli_status cli_try(struct cli *cli);
enum cli_status cli_contact(struct cli *cli);
enum cli_status cli_uid(struct cli *cli);
enum cli_status cli_rename(struct cli *cli);
enum cli_status cli_notify(struct cli *cli);
enum cli_status cli_message(struct cli *cli);
enum cli_status cli_monitor(struct cli *cli);
enum cli_status cli_import(struct cli *cli);
enum cli_status cli_doctor(struct cli *cli);
enum cli_status cli_metrics(struct cli *cli);
enum cli_status cli_log(struct cli *cli);
enum cli_status cli_export(struct cli *cli);
enum cli_status cli_restore(struct cli *cli);
enum cli_status cli_rekey(struct cli *cli);
enum cli_status cli_store(struct cli *cli);
enum cli_status cli_protect(struct cli *cli);
enum cli_status cli_unprotect(struct cli *cli);

/* Ends with a NULL name. */
extern const struct verb cli_verbs[];
const struct verb *cli_verb_find(const char *name);

/* Reads the options and words after the verb into `cli`. CLI_DONE, or CLI_USAGE after one line on standard error. */
enum cli_status cli_options_read(struct cli *cli, int count, char **words);

/* Reads the value of `option` ("--life"), such as "72 h" or "72h", from `min_s` to `max_s`, into `*ret_s`. CLI_USAGE after one
 * line on standard error. */
enum cli_status cli_duration_read(const struct cli *cli, const char *option, const char *value, unsigned min_s,
                                  unsigned max_s, unsigned *ret_s);

static inline bool cli_has(const struct cli *cli, cli_options option)
{
	return (cli->options & option) != 0;
}

void cli_help_all(const struct cli *cli);
void cli_help_verb(const struct cli *cli, const struct verb *verb);

/* Prints one line on standard error, "liberations: ...", and returns the status, so that a verb can end with it. The words are
 * strings, ending with NULL. */
enum cli_status cli_fail(const struct cli *cli, enum cli_status status, enum cli_text text, ...)
	__attribute__((sentinel));

#define CLI_LAST_MAX 400
/* What cli_fail printed last, in English and without "liberations: "; "": nothing. Static, overwritten by the next failure. */
const char *cli_fail_last(void);

/* Does the same for a reason of lib/, after `name` (or NULL); the status follows from the error. */
enum cli_status cli_fail_reason(const struct cli *cli, const char *name, enum lbr_error error,
                                    const struct lbr_reason *reason);

/* Flushes standard output; false if this flush or an earlier one failed. cli_output_errno then returns why. */
bool cli_flush(void);
int cli_output_errno(void);

/* Return the seconds since 1970. Once the store is open, cli_now_s is by its clock (admin_session.h), by which people are judged;
 * cli_host_now_s, the only function that reads a clock, is for what this host alone is about. */
int64_t cli_now_s(void);
int64_t cli_host_now_s(void);

#define CLI_TIME_MAX 32
/* "2026-11-23 04:44", local time, for people; "2026-11-23T04:44:00Z" for programs. */
const char *cli_time_local(int64_t time_s, char ret[CLI_TIME_MAX]);
const char *cli_time_utc(int64_t time_s, char ret[CLI_TIME_MAX]);

/* Returns a copy of typed text that is safe to print; static, overwritten by the next call. */
const char *cli_safe(const char *typed);

#endif
