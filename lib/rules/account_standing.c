/* The standing of an account. */
#include <liberations/account_standing.h>

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <liberations/big_endian.h>

#define AT_DATE   8
#define AT_NONCE  16

static enum lbr_error standing_under(const struct lbr_keyring *keyring, const char *key_id, const struct lbr_account *account,
                                     unsigned char ret[LBR_STANDING_LEN])
{
	unsigned char content[AT_NONCE + LBR_SEALED_NONCE_LEN], mac[LBR_MAC_LEN];
	enum lbr_error error;

	lbr_big_endian_put(content, AT_DATE, account->generation);
	lbr_big_endian_put(content + AT_DATE, AT_NONCE - AT_DATE, (uint64_t)account->password_set_s);
	memcpy(content + AT_NONCE, account->token.bytes, LBR_SEALED_NONCE_LEN);
	error = lbr_keyring_mac(keyring, key_id, "standing", account->name, content, sizeof(content), mac);
	memcpy(ret, mac, LBR_STANDING_LEN);
	lbr_wipe(mac, sizeof(mac));
	return error;
}

enum lbr_error lbr_account_standing(const struct lbr_keyring *keyring, const struct lbr_account *account,
                                    unsigned char ret[LBR_STANDING_LEN])
{
	return standing_under(keyring, account->token.key_id, account, ret);
}

bool lbr_account_stands(const struct lbr_keyring *keyring, const struct lbr_account *account,
                        const unsigned char standing[LBR_STANDING_LEN])
{
	unsigned char mine[LBR_STANDING_LEN];
	bool stands = false;
	size_t at;

	for (at = 0; at < lbr_keyring_count(keyring); at++) {
		bool computed = standing_under(keyring, lbr_keyring_id_at(keyring, at), account, mine) == LBR_OK;

		stands |= lbr_bytes_equal(mine, standing, sizeof(mine)) && computed;
	}
	lbr_wipe(mine, sizeof(mine));
	return stands;
}
