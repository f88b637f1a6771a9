/* store.conf(5): how a host reaches the database of the shared accounts. The project's grammar. */
#ifndef BROKER_STORE_SETTINGS_H
#define BROKER_STORE_SETTINGS_H

#include <liberations/error.h>
#include <liberations/grammar.h>
#include <liberations/secret.h>
#include <liberations/settings.h>

#define LBR_LINKS_MAX 16

#ifndef LBR_DEFAULT_STORE_CONFIG
#define LBR_DEFAULT_STORE_CONFIG "/etc/liberations/store.conf"
#endif

enum lbr_confirm { LBR_CONFIRM_STANDBY, LBR_CONFIRM_SERVER };
enum lbr_loss { LBR_LOSS_REFUSE, LBR_LOSS_FLOOR };

struct lbr_store_settings {
	char             servers[512];                  /* servers = HOST[:PORT], ... | DIRECTORY of a socket; needed */
	char             database[64];                  /* database = liberations */
	char             user[64];                      /* user = NAME: this host's own role; needed */
	char             tls_ca[LBR_PATH_MAX];          /* tls-ca = none | FILE: needed for every server but a socket */
	char             tls_certificate[LBR_PATH_MAX]; /* tls-certificate = none | FILE */
	char             tls_key[LBR_PATH_MAX];         /* tls-key = none | FILE */
	char             password_file[LBR_PATH_MAX];   /* password-file = none | FILE: one line */
	unsigned         connections;                   /* connections = 4 (1 to 16) */
	enum lbr_confirm confirm;                       /* confirm = standby | server */
	enum lbr_loss    loss;                          /* loss = refuse | floor */
	char             run_as[64];                    /* run-as = _liberations-db */
	char             agent[64];                     /* agent-user = _liberations */
	char             socket[LBR_PATH_MAX];          /* socket = /run/liberations-store/store.sock */
	char             state[LBR_PATH_MAX];           /* state = /var/lib/liberations-store: what the database confirmed */
	struct lbr_secret password;                     /* lbr_password_keep; empty: read at each connection */
};

void lbr_store_settings_default(struct lbr_store_settings *settings);

/* Reads the file, which is demanded to be as liberations.conf is. Reports every fault with its line and word, then refuses. Errors
 * as lbr_config_file_read, and LBR_ERR_SYNTAX: what is needed is missing, or does not fit together. */
enum lbr_error lbr_store_settings_load(const char *path, struct lbr_store_settings *settings, lbr_fault *fault, void *context);

/* Does the same with a text that came from there. */
enum lbr_error lbr_store_settings_read(const char *path, const char *text, size_t len, struct lbr_store_settings *settings,
                                       lbr_fault *fault, void *context);

/* Ends with a NULL word. */
extern const struct lbr_keyword lbr_store_keywords[];

#endif
