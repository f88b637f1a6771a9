/* Which keys the store names, counted; and the store sealed again. Both run in a child that has become the store's owner. */
#ifndef CLI_REKEY_SURVEY_H
#define CLI_REKEY_SURVEY_H

#include <stdbool.h>

#include "admin_session.h"

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

/* `about` (or NULL): people with recovery codes left under this key are named on standard output.
 * Each fills `survey` and returns its status: CLI_DONE, or CLI_FAULT if something could not be read, and was reported. */
enum cli_status cli_rekey_survey(struct cli *cli, const struct lbr_settings *settings, const char *about, struct survey *survey);
enum cli_status cli_rekey_reseal(struct cli *cli, const struct lbr_settings *settings, struct survey *survey);

/* The count of one key; NULL: the keyring that was read has none of that id. */
const struct key_count *cli_rekey_count_of(const struct survey *survey, const char *id);

#endif
