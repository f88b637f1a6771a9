/* Which keys the store names, counted; and the store sealed again. Both run in a child that has become the store's owner. */
#ifndef CLI_REKEY_SURVEY_H
#define CLI_REKEY_SURVEY_H

#include <stdbool.h>

#include "admin_session.h"

#define LACKING_MAX 32

struct key_count {
	char     id[LBR_KEY_ID_LEN + 1];
	unsigned records; /* that must be sealed again before the key can go: accounts, decoys, notices, messages */
	unsigned sheets;  /* people who have codes of recovery left under it */
};

/* Shared with the child. */
struct survey {
	unsigned         count; /* of the keys that the file holds, in its order */
	struct key_count keys[LBR_KEYRING_KEYS_MAX];
	unsigned         unreadable; /* each was reported */
	unsigned         resealed, current;
	enum cli_status  status;
};

/* Where many hosts share the accounts: a host that lacks a key, by the name of its login. */
struct lacking {
	unsigned count;
	char     names[LACKING_MAX][LBR_NAME_MAX + 1];
};

/* shared_key.c: puts the key in force for all hosts. CLI_DONE, with `*ret_changed`; CLI_NO: `lacking` names the hosts without it;
 * CLI_FAULT: told. */
enum cli_status cli_rekey_activate_shared(struct cli *cli, const struct lbr_settings *settings, const char *id, bool *ret_changed,
                                          struct lacking *lacking);

/* survey.c: tells the other hosts, through this host's broker, which keys it has. Without a broker somebody's sign-in will. */
void cli_rekey_report(struct admin_session *session);

/* survey.c: runs `work` in a child that has become the store's owner and opened the shared accounts; `shared` is memory of both. */
typedef enum cli_status cli_rekey_work(struct cli *cli, struct admin_session *session, void *shared);
enum cli_status cli_rekey_in_child(struct cli *cli, const struct lbr_settings *settings, cli_rekey_work *work, void *shared,
                                   size_t size);

/* `about` (or NULL): people with recovery codes left under this key are named on standard output.
 * Each fills `survey` and returns its status: CLI_DONE, or CLI_FAULT if something could not be read, and was reported. */
enum cli_status cli_rekey_survey(struct cli *cli, const struct lbr_settings *settings, const char *about, struct survey *survey);
enum cli_status cli_rekey_reseal(struct cli *cli, const struct lbr_settings *settings, struct survey *survey);

/* The count of one key; NULL: the keyring that was read has none of that id. */
const struct key_count *cli_rekey_count_of(const struct survey *survey, const char *id);

#endif
