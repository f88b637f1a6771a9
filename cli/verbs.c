/* The verbs: one table drives dispatch, options and help. */
#include "cli.h"

#include <limits.h>
#include <string.h>

#define COMMON (CLI_JSON | CLI_CONFIG)

const struct verb cli_verbs[] = {
	{ "init", cli_init, TEXT_ARGS_INIT, TEXT_HELP_INIT, TEXT_MORE_INIT,
	  "sudo liberations init", COMMON | CLI_OWNER | CLI_ISSUER | CLI_PORTAL, 0, 0 },
	{ "enroll", cli_enroll, TEXT_ARGS_ENROLL, TEXT_HELP_ENROLL, TEXT_MORE_ENROLL,
	  "sudo liberations enroll alice", COMMON | CLI_SYSTEM | CLI_ASCII | CLI_INVERTED | CLI_CONTACT | CLI_SVG
	  | CLI_PNG, 1, 1 },
	{ "invite", cli_invite, TEXT_ARGS_INVITE, TEXT_HELP_INVITE, TEXT_MORE_INVITE,
	  "sudo liberations invite bob carol --life 7d",
	  COMMON | CLI_LIFE | CLI_RENEW | CLI_SKIP | CLI_CSV | CLI_IGNORE | CLI_DRY_RUN | CLI_LETTERS |
	  CLI_LETTERS_TO | CLI_SYSTEM | CLI_CONTACT, 1, INT_MAX },
	{ "list", cli_list, TEXT_ARGS_LIST, TEXT_HELP_LIST, TEXT_MORE_LIST,
	  "sudo liberations list --expiring 14d",
	  COMMON | CLI_STATE | CLI_EXPIRING | CLI_NEVER | CLI_SORT | CLI_COLUMNS | CLI_AS_CSV, 0, 0 },
	{ "show", cli_show, TEXT_ARGS_USER, TEXT_HELP_SHOW, TEXT_MORE_SHOW,
	  "sudo liberations show alice", COMMON, 1, 1 },
	{ "verify", cli_verify, TEXT_ARGS_USER, TEXT_HELP_VERIFY, TEXT_MORE_VERIFY,
	  "sudo liberations verify alice", COMMON, 1, 1 },
	{ "passwd", cli_passwd, TEXT_ARGS_PASSWD, TEXT_HELP_PASSWD, TEXT_MORE_PASSWD,
	  "liberations passwd", COMMON | CLI_SOCKET | CLI_AGENT, 0, 1 },
	{ "expire", cli_expire, TEXT_ARGS_SWITCH, TEXT_HELP_EXPIRE, TEXT_MORE_EXPIRE,
	  "sudo liberations expire alice", COMMON | CLI_CSV | CLI_DRY_RUN, 1, INT_MAX },
	{ "history", cli_history, TEXT_ARGS_HISTORY, TEXT_HELP_HISTORY, TEXT_MORE_HISTORY,
	  "sudo liberations history alice", COMMON | CLI_FORGET | CLI_YES, 1, 1 },
	{ "check-password", cli_check_password, TEXT_ARGS_CHECK, TEXT_HELP_CHECK, TEXT_MORE_CHECK,
	  "liberations check-password", COMMON, 0, 1 },
	{ "token", cli_token, TEXT_ARGS_TOKEN, TEXT_HELP_TOKEN, TEXT_MORE_TOKEN,
	  "liberations token alice --replace", COMMON | CLI_REPLACE | CLI_ASCII | CLI_SOCKET | CLI_AGENT, 1, 1 },
	{ "reset-token", cli_reset_token, TEXT_ARGS_RESET, TEXT_HELP_RESET, TEXT_MORE_RESET,
	  "sudo liberations reset-token alice", COMMON | CLI_YES, 1, INT_MAX },
	{ "recovery-codes", cli_recovery_codes, TEXT_ARGS_USER, TEXT_HELP_RECOVERY, TEXT_MORE_RECOVERY,
	  "sudo liberations recovery-codes alice", COMMON, 1, 1 },
	{ "unlock", cli_unlock, TEXT_ARGS_UNLOCK, TEXT_HELP_UNLOCK, TEXT_MORE_UNLOCK,
	  "sudo liberations unlock alice", COMMON | CLI_ALL | CLI_REBUILD | CLI_CLOCK | CLI_DRY_RUN | CLI_YES, 1, INT_MAX },
	{ "disable", cli_disable, TEXT_ARGS_SWITCH, TEXT_HELP_DISABLE, TEXT_MORE_DISABLE,
	  "sudo liberations disable alice bob", COMMON | CLI_CSV | CLI_DRY_RUN, 1, INT_MAX },
	{ "enable", cli_enable, TEXT_ARGS_SWITCH, TEXT_HELP_ENABLE, TEXT_MORE_ENABLE,
	  "sudo liberations enable alice", COMMON | CLI_CSV | CLI_DRY_RUN, 1, INT_MAX },
	{ "sign-out", cli_sign_out, TEXT_ARGS_SIGN_OUT, TEXT_HELP_SIGN_OUT, TEXT_MORE_SIGN_OUT,
	  "sudo liberations sign-out alice", COMMON | CLI_ALL, 1, INT_MAX },
	{ "sessions", cli_sessions, TEXT_ARGS_SESSIONS, TEXT_HELP_SESSIONS, TEXT_MORE_SESSIONS,
	  "sudo liberations sessions alice", COMMON, 0, 1 },
	{ "remove", cli_remove, TEXT_ARGS_REMOVE, TEXT_HELP_REMOVE, TEXT_MORE_REMOVE,
	  "sudo liberations remove alice", COMMON | CLI_YES, 1, 1 },
	{ "rename", cli_rename, TEXT_ARGS_RENAME, TEXT_HELP_RENAME, TEXT_MORE_RENAME,
	  "sudo liberations rename alice alice.roy", COMMON | CLI_SYSTEM | CLI_DRY_RUN, 2, 2 },
	{ "contact", cli_contact, TEXT_ARGS_CONTACT, TEXT_HELP_CONTACT, TEXT_MORE_CONTACT,
	  "sudo liberations contact alice alice@example.org", COMMON | CLI_NONE | CLI_PHONE
	  | CLI_CARRIER | CLI_NO_NOTICES | CLI_NOTICES | CLI_TEST, 1, 2 },
	{ "uid", cli_uid, TEXT_ARGS_UID, TEXT_HELP_UID, TEXT_MORE_UID,
	  "sudo liberations uid alice", COMMON | CLI_ALL, 1, INT_MAX },
	{ "notify", cli_notify, TEXT_ARGS_NOTIFY, TEXT_HELP_NOTIFY, TEXT_MORE_NOTIFY,
	  "sudo liberations notify --dry-run", COMMON | CLI_DRY_RUN, 0, 0 },
	{ "import", cli_import, TEXT_ARGS_IMPORT, TEXT_HELP_IMPORT, TEXT_MORE_IMPORT,
	  "sudo cat /etc/shadow | sudo liberations import --from shadow - --dry-run",
	  COMMON | CLI_FROM | CLI_USER | CLI_ISSUER | CLI_SYSTEM | CLI_DRY_RUN, 1, INT_MAX },
	{ "export", cli_export, TEXT_ARGS_EXPORT, TEXT_HELP_EXPORT, TEXT_MORE_EXPORT,
	  "sudo liberations export /root/accounts.sealed", COMMON | CLI_PASSPHRASE_FILE, 1, INT_MAX },
	{ "restore", cli_restore, TEXT_ARGS_RESTORE, TEXT_HELP_RESTORE, TEXT_MORE_RESTORE,
	  "sudo liberations restore /root/accounts.sealed --dry-run",
	  COMMON | CLI_MERGE | CLI_DRY_RUN | CLI_PASSPHRASE_FILE, 1, 1 },
	{ "message", cli_message, TEXT_ARGS_MESSAGE, TEXT_HELP_MESSAGE, TEXT_MORE_MESSAGE,
	  "sudo liberations message alice bob 'Maintenance tonight at 20:00'",
	  COMMON | CLI_ALL | CLI_STATE | CLI_EXPIRING | CLI_NEVER | CLI_LONG | CLI_DELIVER, 0, INT_MAX },
	{ "status", cli_monitor, TEXT_ARGS_STATUS, TEXT_HELP_STATUS, TEXT_MORE_STATUS,
	  "sudo liberations status", COMMON | CLI_SOCKET | CLI_AGENT, 0, 1 },
	{ "doctor", cli_doctor, TEXT_ARGS_DOCTOR, TEXT_HELP_DOCTOR, TEXT_MORE_DOCTOR,
	  "sudo liberations doctor", COMMON | CLI_SOCKET | CLI_CONFDIR | CLI_SSHD_CONFIG | CLI_NGINX_CONFIG | CLI_APACHE_CONFIG,
	  0, INT_MAX },
	{ "log", cli_log, TEXT_ARGS_LOG, TEXT_HELP_LOG, TEXT_MORE_LOG,
	  "sudo liberations log alice --since 2h", COMMON | CLI_LOG_SINCE | CLI_LOG_FILE, 1, 1 },
	{ "metrics", cli_metrics, TEXT_ARGS_METRICS, TEXT_HELP_METRICS, TEXT_MORE_METRICS,
	  "sudo liberations metrics", COMMON, 0, 0 },
	{ "rekey", cli_rekey, TEXT_ARGS_REKEY, TEXT_HELP_REKEY, TEXT_MORE_REKEY,
	  "sudo liberations rekey --add",
	  COMMON | CLI_ADD | CLI_ACTIVATE | CLI_RESEAL | CLI_RETIRE | CLI_DRY_RUN | CLI_YES, 0, 0 },
	{ "store", cli_store, TEXT_ARGS_STORE, TEXT_HELP_STORE, TEXT_MORE_STORE,
	  "sudo liberations store status", COMMON | CLI_PRINT | CLI_YES | CLI_TO | CLI_SKIP_NAMES | CLI_DRY_RUN, 1, 1 },
	{ "protect", cli_protect, TEXT_ARGS_PROTECT, TEXT_HELP_PROTECT, TEXT_MORE_PROTECT,
	  "sudo liberations protect sshd --for 10m --reload",
	  COMMON | CLI_YES | CLI_CHECK | CLI_FOR | CLI_CONFIRM | CLI_RELOAD | CLI_FORCE | CLI_EXPIRE_DUE, 0, INT_MAX },
	{ "unprotect", cli_unprotect, TEXT_ARGS_UNPROTECT, TEXT_HELP_UNPROTECT, TEXT_MORE_UNPROTECT,
	  "sudo liberations unprotect sshd", CLI_JSON | CLI_YES | CLI_CHECK | CLI_RELOAD, 1, INT_MAX },
	{ "try", cli_try, TEXT_ARGS_TRY, TEXT_HELP_TRY, TEXT_MORE_TRY,
	  "sudo liberations try sshd alice", CLI_JSON | CLI_CONFDIR, 2, 2 },
	{ .name = NULL },
};

const struct verb *cli_verb_find(const char *name)
{
	const struct verb *verb;

	for (verb = cli_verbs; verb->name != NULL; verb++)
		if (strcmp(verb->name, name) == 0)
			return verb;
	return NULL;
}
