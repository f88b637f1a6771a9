#include "desk_log.h"

#include <ctype.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include <liberations/texts.h>

#include "audit.h"
#include "store_words.h"

#define FIELD_MAX 96
#define NO_LOGINUID "4294967295"
#define PLAIN_SIGNS "._-+@$/\\:"

/* The verbs that change something, and the option without which some of them only look. */
static const struct { const char *name; cli_options option; } kept[] = {
	{ "init", 0 }, { "enroll", 0 }, { "invite", 0 }, { "passwd", 0 }, { "expire", 0 }, { "history", CLI_FORGET },
	{ "reset-token", 0 }, { "recovery-codes", 0 }, { "unlock", 0 }, { "disable", 0 }, { "enable", 0 },
	{ "sign-out", 0 }, { "remove", 0 }, { "contact", CLI_NONE | CLI_PHONE | CLI_NO_NOTICES | CLI_NOTICES | CLI_TEST },
	{ "uid", 0 }, { "notify", 0 }, { "message", 0 }, { "import", 0 }, { "export", 0 }, { "restore", 0 }, { "rename", 0 },
	{ "protect", 0 }, { "unprotect", 0 }, { "store", 0 },
	{ "rekey", CLI_ADD | CLI_ACTIVATE | CLI_RESEAL | CLI_RETIRE },
};

static struct {
	bool  ready, said, was_root;
	uid_t uid;
	char  by[FIELD_MAX], loginuid[FIELD_MAX], tty[FIELD_MAX];
} desk;

/* Text from outside, without anything that has a meaning in the line or at the terminal that shows it. */
static void put_plain(const char *text, char ret[FIELD_MAX])
{
	char *at;

	snprintf(ret, FIELD_MAX, "%s", text[0] != '\0' ? text : "-");
	lbr_text_sanitise(ret, false);
	for (at = ret; *at != '\0'; at++)
		if ((unsigned char)*at < 0x80 && isalnum((unsigned char)*at) == 0 && strchr(PLAIN_SIGNS, *at) == NULL)
			*at = '?';
}

/* The session's, which no su and no sudo changes. */
static void read_loginuid(void)
{
	FILE *file = fopen("/proc/self/loginuid", "re");
	char text[32] = "";

	if (file != NULL) {
		if (fgets(text, sizeof(text), file) == NULL)
			text[0] = '\0';
		(void)fclose(file);
	}
	text[strspn(text, "0123456789")] = '\0';
	put_plain(strcmp(text, NO_LOGINUID) == 0 ? "" : text, desk.loginuid);
}

static void name_of(uid_t uid, char ret[FIELD_MAX])
{
	const struct passwd *user = getpwuid(uid);

	put_plain(user != NULL ? user->pw_name : "", ret);
}

/* The environment is believed if root's process has it, and is no setuid program: sudo, doas and pkexec wrote it. doas.conf(5) may
 * keep a variable of sudo's, which its caller wrote: then both names are told. */
static void find_name(void)
{
	uid_t uid = desk.loginuid[0] != '-' ? (uid_t)strtoul(desk.loginuid, NULL, 10) : desk.uid;
	bool believed = desk.was_root && desk.uid == 0;
	const char *sudo = believed ? getenv("SUDO_USER") : NULL, *doas = believed ? getenv("DOAS_USER") : NULL;
	const char *pkexec = believed ? getenv("PKEXEC_UID") : NULL;
	char both[2 * FIELD_MAX];

	if (sudo != NULL && doas != NULL && strcmp(sudo, doas) != 0) {
		snprintf(both, sizeof(both), "%.40s/%.40s", doas, sudo);
		put_plain(both, desk.by);
	} else if (sudo != NULL || doas != NULL) {
		put_plain(sudo != NULL ? sudo : doas, desk.by);
	} else {
		name_of(pkexec != NULL ? (uid_t)strtoul(pkexec, NULL, 10) : uid, desk.by);
	}
}

/* A dry run changes nothing. */
static bool is_kept(const struct cli *cli)
{
	size_t at;

	if (cli_has(cli, CLI_DRY_RUN) || cli_has(cli, CLI_CHECK) || (cli->verb->run == cli_store && cli_store_only_looks(cli)))
		return false;
	for (at = 0; at < sizeof(kept) / sizeof(kept[0]); at++)
		if (strcmp(kept[at].name, cli->verb->name) == 0)
			return kept[at].option == 0 || (cli->options & kept[at].option) != 0 ||
			       ((kept[at].option & CLI_NONE) != 0 && cli->count > 1);
	return false;
}

void cli_desk_log_begin(const struct cli *cli)
{
	const char *tty = isatty(STDIN_FILENO) ? ttyname(STDIN_FILENO) : NULL;

	if (!is_kept(cli))
		return;
	desk.was_root = geteuid() == 0;
	desk.uid = getuid();
	put_plain(tty != NULL ? tty : "", desk.tty);
	read_loginuid();
	find_name();
	cli_audit_begin(cli, tty != NULL ? desk.tty : "");
	openlog("liberations", LOG_PID | LOG_NDELAY, LOG_AUTHPRIV);
	desk.ready = true;
}

static const char *outcome_of(enum cli_status status)
{
	switch (status) {
	case CLI_DONE: return "done";
	case CLI_NO:
	case CLI_USAGE: return "refused";
	case CLI_NOT_ALLOWED: return "not-allowed";
	case CLI_WOULD_CHANGE:
	case CLI_FAULT: break;
	}
	return "failed";
}

void cli_desk_log(const struct cli *cli, const char *name, enum cli_status status)
{
	cli_desk_log_change(cli, name, status, true);
}

/* `name`: an account, or NULL. `recorded`: whom or what the audit trail names. `more`: what stands at the end, with a blank before
 * it. */
static void write_about(const struct cli *cli, const char *name, const char *recorded, enum cli_status status, bool changed,
                        const char *more)
{
	char about[FIELD_MAX];

	if (!desk.ready)
		return;
	put_plain(name != NULL ? name : "", about);
	syslog(status == CLI_DONE ? LOG_NOTICE : LOG_WARNING, "desk: %s user=%s outcome=%s by=%s loginuid=%s uid=%lu tty=%s%s",
	       cli->verb->name, about, status == CLI_DONE && !changed ? "unchanged" : outcome_of(status), desk.by, desk.loginuid,
	       (unsigned long)desk.uid, desk.tty, more);
	if (changed || status != CLI_DONE)
		cli_audit_record(recorded, status == CLI_DONE);
	desk.said = true;
}

static void write_line(const struct cli *cli, const char *name, enum cli_status status, bool changed, const char *more)
{
	write_about(cli, name, name, status, changed, more);
}

void cli_desk_log_change(const struct cli *cli, const char *name, enum cli_status status, bool changed)
{
	write_line(cli, name, status, changed, "");
}

void cli_desk_log_rename(const struct cli *cli, const char *from, const char *to, enum cli_status status)
{
	char plain[FIELD_MAX], more[FIELD_MAX + sizeof(" other=")];

	put_plain(to, plain);
	snprintf(more, sizeof(more), " other=%s", plain);
	write_line(cli, from, status, true, more);
	put_plain(from, plain);
	snprintf(more, sizeof(more), " other=%s", plain);
	write_line(cli, to, status, true, more);
}

void cli_desk_log_count(const struct cli *cli, enum cli_status status, bool changed, unsigned count)
{
	char more[32];

	snprintf(more, sizeof(more), " count=%u", count);
	write_line(cli, NULL, status, changed, more);
}

/* A service is no account: its name stands at the end of the line. */
void cli_desk_log_service(const struct cli *cli, const char *service, const char *step, enum cli_status status, bool changed)
{
	char plain[FIELD_MAX], more[FIELD_MAX + sizeof(" service= step=confirmed")];

	put_plain(service, plain);
	snprintf(more, sizeof(more), " service=%s step=%.9s", plain, step);
	write_about(cli, NULL, service, status, changed, more);
}

void cli_desk_log_overdue(const struct cli *cli, const char *service, enum cli_status status)
{
	char plain[FIELD_MAX], more[FIELD_MAX + CLI_LAST_MAX + sizeof(" service= step=over: ")];

	put_plain(service, plain);
	snprintf(more, sizeof(more), " service=%s step=over: %s", plain, cli_fail_last());
	lbr_text_sanitise(more, false);
	write_about(cli, NULL, service, status, false, more);
}

/* The words of some verbs are files, services, or what is to be done. */
static const char *name_in_words(const struct cli *cli)
{
	bool of_files = cli->verb->run == cli_import || cli->verb->run == cli_export || cli->verb->run == cli_restore ||
	                cli->verb->run == cli_protect || cli->verb->run == cli_unprotect || cli->verb->run == cli_store;

	return cli->count == 1 && !of_files ? cli->words[0] : NULL;
}

static void end_audit(void)
{
	unsigned lost = cli_audit_end();

	if (lost > 0)
		syslog(LOG_WARNING, "audit: %u records are missing from the audit trail, or late", lost);
}

/* Who may not administer anything has done nothing, and could fill the log. A person's own change of password is the agent's to
 * log. */
void cli_desk_log_end(const struct cli *cli, enum cli_status status)
{
	bool of_a_person = strcmp(cli->verb->name, "passwd") == 0 && cli->count == 0;

	if (!desk.said && status != CLI_DONE && !of_a_person && (desk.was_root || status != CLI_NOT_ALLOWED))
		cli_desk_log(cli, name_in_words(cli), status);
	end_audit();
}
