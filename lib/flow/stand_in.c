/* An account that is stored nowhere. Read stand_in.h first. */
#include "stand_in.h"

#include <string.h>

#include <liberations/password.h>
#include <liberations/token.h>

#define NAME "nobody"

enum lbr_error lbr_stand_in_make(struct lbr_stand_in *stand_in, const struct lbr_keyring *keyring, unsigned cost)
{
	static const unsigned char key[LBR_TOKEN_KEY_LEN];
	struct lbr_account *account = &stand_in->account;
	enum lbr_error error;

	memset(stand_in, 0, sizeof(*stand_in));
	memcpy(account->name, NAME, sizeof(NAME));
	account->generation = 1;
	account->password_kind = LBR_PASSWORD_OWN;
	account->token_kind = LBR_TOKEN_CONFIRMED;
	account->recovery_set = 1;
	account->recovery_count = LBR_RECOVERY_CODES;
	memcpy(account->recovery_key, lbr_keyring_id(keyring), sizeof(account->recovery_key));
	error = lbr_password_decoy(cost, account->password_hash);
	if (error == LBR_OK)
		error = lbr_token_seal(keyring, account->name, key, &account->token);
	if (error == LBR_OK)
		error = lbr_account_encode(account, keyring, stand_in->text, &stand_in->text_len, NULL);
	return error;
}

enum lbr_error lbr_stand_in_read(struct lbr_stand_in *stand_in, const struct lbr_keyring *keyring)
{
	return lbr_account_decode(stand_in->text, stand_in->text_len, NAME, keyring, &stand_in->account, NULL);
}
