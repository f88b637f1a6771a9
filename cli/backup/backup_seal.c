/* Sealing and opening lines. */
#include "backup_seal.h"

#include <string.h>

#define BASE64 sodium_base64_VARIANT_ORIGINAL

void cli_seal_wipe(struct backup_seal *seal)
{
	lbr_wipe(seal, sizeof(*seal));
}

enum backup_fault cli_seal_open(struct backup_seal *seal, const struct lbr_secret *passphrase)
{
	if (crypto_pwhash(seal->key, sizeof(seal->key), passphrase->bytes, passphrase->len, seal->salt, seal->ops,
	                  (size_t)seal->memory, crypto_pwhash_ALG_ARGON2ID13) != 0)
		return BACKUP_MEMORY;
	cli_seal_rewind(seal);
	return BACKUP_SOUND;
}

void cli_seal_rewind(struct backup_seal *seal)
{
	/* Never fails: whether the key is right shows at the first line. */
	(void)crypto_secretstream_xchacha20poly1305_init_pull(&seal->state, seal->stream, seal->key);
	seal->lines = 0;
}

size_t cli_seal_push(struct backup_seal *seal, const char *text, size_t len, bool last, char line[BACKUP_LINE_MAX])
{
	unsigned char padded[BACKUP_TEXT_MAX], sealed[BACKUP_SEALED_MAX];
	unsigned char tag = last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0;
	size_t padded_len = 0, line_len = 0;

	memcpy(padded, text, len);
	if (sodium_pad(&padded_len, padded, len, BACKUP_TEXT_STEP, sizeof(padded)) == 0 &&
	    crypto_secretstream_xchacha20poly1305_push(&seal->state, sealed, NULL, padded, padded_len,
	                                               (const unsigned char *)seal->header, seal->header_len, tag) == 0) {
		sodium_bin2base64(line, BACKUP_LINE_MAX, sealed,
		                  padded_len + crypto_secretstream_xchacha20poly1305_ABYTES, BASE64);
		line_len = strlen(line);
		line[line_len++] = '\n';
		seal->lines++;
	}
	lbr_wipe(padded, sizeof(padded));
	return line_len;
}

/* False: it is no base64 in its only spelling, or its length is none that is written. */
static bool decode(const char *line, size_t len, unsigned char sealed[BACKUP_SEALED_MAX], size_t *ret_len)
{
	return len > 1 && line[len - 1] == '\n' &&
	       sodium_base642bin(sealed, BACKUP_SEALED_MAX, line, len - 1, NULL, ret_len, NULL, BASE64) == 0 &&
	       *ret_len > crypto_secretstream_xchacha20poly1305_ABYTES &&
	       (*ret_len - crypto_secretstream_xchacha20poly1305_ABYTES) % BACKUP_TEXT_STEP == 0;
}

enum backup_fault cli_seal_pull(struct backup_seal *seal, const char *line, size_t len, char ret[BACKUP_TEXT_MAX],
                                size_t *ret_len, bool *ret_last)
{
	unsigned char sealed[BACKUP_SEALED_MAX], tag = 0;
	unsigned long long padded_len = 0;
	size_t sealed_len = 0;
	bool opened;

	*ret_len = 0;
	*ret_last = false;
	opened = decode(line, len, sealed, &sealed_len) &&
	         crypto_secretstream_xchacha20poly1305_pull(&seal->state, (unsigned char *)ret, &padded_len, &tag, sealed,
	                                                    sealed_len, (const unsigned char *)seal->header,
	                                                    seal->header_len) == 0 &&
	         sodium_unpad(ret_len, (const unsigned char *)ret, (size_t)padded_len, BACKUP_TEXT_STEP) == 0;
	if (!opened) {
		lbr_wipe(ret, BACKUP_TEXT_MAX);
		*ret_len = 0;
		return seal->lines == 0 ? BACKUP_CLOSED : BACKUP_CHANGED;
	}
	ret[*ret_len] = '\0';
	*ret_last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
	seal->lines++;
	return BACKUP_SOUND;
}
