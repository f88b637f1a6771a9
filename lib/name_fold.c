/* When two names count as the same person, and the shard that follows from it. */
#include <liberations/name.h>

#include <stdint.h>

#include <sodium.h>
#include <unicase.h>
#include <uninorm.h>

#define HASH_LEN 16 /* BLAKE2b's shortest; the first byte is used */

/* One pass of full case folding and NFKC into a buffer of LBR_NAME_FOLDED_MAX bytes. */
static enum lbr_error fold_once(const uint8_t *in, size_t in_len, uint8_t *out, size_t *ret_len)
{
	size_t len = LBR_NAME_FOLDED_MAX;
	uint8_t *folded = u8_casefold(in, in_len, NULL, UNINORM_NFKC, out, &len);

	*ret_len = 0;
	if (folded == NULL)
		return LBR_ERR_MEMORY;
	if (folded != out) {
		/* It did not fit; some letters grow elevenfold. No account can have such a name. */
		free(folded);
		return LBR_ERR_RANGE;
	}
	*ret_len = len;
	return LBR_OK;
}

/* Two passes: NFKC makes capitals out of letters that had no case ("ℌ" => "H"), which only a second folding catches. */
enum lbr_error lbr_name_fold(const char *name, char ret[LBR_NAME_FOLDED_MAX + 1])
{
	uint8_t first[LBR_NAME_FOLDED_MAX];
	enum lbr_error error = lbr_name_check(name);
	size_t len = 0;

	memset(ret, 0, LBR_NAME_FOLDED_MAX + 1);
	if (error == LBR_OK)
		error = fold_once((const uint8_t *)name, strlen(name), first, &len);
	if (error == LBR_OK)
		error = fold_once(first, len, (uint8_t *)ret, &len);
	if (error != LBR_OK)
		len = 0;
	memset(ret + len, 0, LBR_NAME_FOLDED_MAX + 1 - len);
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
