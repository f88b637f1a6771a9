/* What `rekey` prints. */
#ifndef CLI_REKEY_REKEY_H
#define CLI_REKEY_REKEY_H

#include "key_text.h"
#include "survey.h"

/* One `rekey` on its way. */
struct rekey {
	struct cli         *cli;
	struct lbr_settings settings;
	struct survey       survey;
	char                id[LBR_KEY_ID_LEN + 1]; /* of the key that this step is about */
	bool                changed;
};

void cli_rekey_say_state(const struct rekey *rekey, const struct key_line *lines, unsigned count);
void cli_rekey_say_added(const struct rekey *rekey);
void cli_rekey_say_activated(const struct rekey *rekey);
void cli_rekey_say_resealed(const struct rekey *rekey);

/* After the search: why the key must stay, as CLI_NO or CLI_FAULT; CLI_DONE: nothing depends on it. */
enum cli_status cli_rekey_judge_retire(const struct rekey *rekey);

/* At the end of a retirement, refused or done, or tried with --dry-run. */
void cli_rekey_say_retired(const struct rekey *rekey, enum cli_status status);

#endif
