/* What another machine's account becomes here. */
#include "backup_person.h"

#include <liberations/codec.h>
#include <liberations/recovery.h>

/* Writes all its parts for nothing: what cannot be written is no account. */
static enum lbr_error judge(const struct lbr_keyring *keyring, const struct backup_person *person)
{
	const char *name = person->account.name;
	unsigned char slot[LBR_SLOT_LEN];
	char text[LBR_HISTORY_TEXT_MAX];
	enum lbr_error error;
	size_t len;

	_Static_assert(LBR_HISTORY_TEXT_MAX >= LBR_ACCOUNT_TEXT_MAX, "one text for both");
	error = lbr_account_encode(&person->account, keyring, text, &len, NULL);
	if (error == LBR_OK)
		error = lbr_history_encode(&person->history, name, keyring, text, &len, NULL);
	if (error == LBR_OK)
		error = lbr_slot_encode(&person->counters, 1, "counters", name, keyring, slot);
	lbr_wipe(text, sizeof(text));
	return error == LBR_OK ? LBR_OK : LBR_ERR_SYNTAX;
}

enum lbr_error cli_backup_take_in(const struct lbr_keyring *keyring, int64_t least_step, struct backup_person *person)
{
	struct lbr_account *account = &person->account;
	enum lbr_error error;

	account->generation = 1;
	/* Which of them were used since the file was made is not known, and their MACs are under another key. */
	lbr_recovery_clear(account);
	if (person->counters.last_step < least_step)
		person->counters.last_step = least_step;
	error = lbr_token_seal(keyring, account->name, person->key, &account->token);
	return error == LBR_OK ? judge(keyring, person) : error;
}
