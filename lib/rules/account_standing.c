/* The standing of an account. */
#include <liberations/account_standing.h>

#include <string.h>

#include <liberations/big_endian.h>

#define AT_DATE   8
#define AT_NONCE  16

enum lbr_error lbr_account_standing(const struct lbr_keyring *keyring, const struct lbr_account *account,
                                    unsigned char ret[LBR_STANDING_LEN])
{
	unsigned char content[AT_NONCE + LBR_SEALED_NONCE_LEN], mac[LBR_MAC_LEN];
	enum lbr_error error;

	lbr_big_endian_put(content, AT_DATE, account->generation);
	lbr_big_endian_put(content + AT_DATE, AT_NONCE - AT_DATE, (uint64_t)account->password_set_s);
	memcpy(content + AT_NONCE, account->token.bytes, LBR_SEALED_NONCE_LEN);
	error = lbr_keyring_mac(keyring, account->token.key_id, "standing", account->name, content, sizeof(content), mac);
	memcpy(ret, mac, LBR_STANDING_LEN);
	lbr_wipe(mac, sizeof(mac));
	return error;
}
