/* When two names count as the same person, and the shard that follows from it. */
#include <liberations/name.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>
#include <unicase.h>
#include <uninorm.h>

#define HASH_LEN 16 /* BLAKE2b's shortest; the first byte is used */

/* libunistring folds and normalises until nothing changes any more, so "ℌ", whose NFKC is a capital, folds to "h" too. */
enum lbr_error lbr_name_fold(const char *name, char ret[LBR_NAME_FOLDED_MAX + 1])
{
	enum lbr_error error = lbr_name_check(name);
	size_t len = LBR_NAME_FOLDED_MAX;
	uint8_t *folded;

	memset(ret, 0, LBR_NAME_FOLDED_MAX + 1);
	if (error != LBR_OK)
		return error;
	folded = u8_casefold((const uint8_t *)name, strlen(name), NULL, UNINORM_NFKC, (uint8_t *)ret, &len);
	if (folded == (uint8_t *)ret) {
		memset(ret + len, 0, LBR_NAME_FOLDED_MAX + 1 - len);
		return LBR_OK;
	}
	/* Too long: some letters grow elevenfold. No account can have such a name. */
	error = folded == NULL ? LBR_ERR_MEMORY : LBR_ERR_RANGE;
	free(folded);
	memset(ret, 0, LBR_NAME_FOLDED_MAX + 1);
	return error;
}

enum lbr_error lbr_name_shard(const char *name, char ret[3])
{
	char folded[LBR_NAME_FOLDED_MAX + 1];
	unsigned char hash[HASH_LEN];
	enum lbr_error error = lbr_name_fold(name, folded);

	memset(ret, 0, 3);
	if (error != LBR_OK)
		return error;
	if (crypto_generichash(hash, sizeof(hash), (const unsigned char *)folded, strlen(folded), NULL, 0) != 0)
		return LBR_ERR_INTERNAL;
	sodium_bin2hex(ret, 3, hash, 1);
	return LBR_OK;
}
