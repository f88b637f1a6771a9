/* The header: what it takes to make the key, in the clear. */
#include "backup_seal.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include <liberations/formats.h>
#include <liberations/random.h>

#define BASE64 sodium_base64_VARIANT_ORIGINAL
#define ALGORITHM "argon2id13"

static bool write_header(struct backup_seal *seal)
{
	char salt[sodium_base64_ENCODED_LEN(sizeof(seal->salt), BASE64)];
	char stream[sodium_base64_ENCODED_LEN(sizeof(seal->stream), BASE64)];
	int len;

	sodium_bin2base64(salt, sizeof(salt), seal->salt, sizeof(seal->salt), BASE64);
	sodium_bin2base64(stream, sizeof(stream), seal->stream, sizeof(seal->stream), BASE64);
	len = snprintf(seal->header, sizeof(seal->header),
	               "{\"" BACKUP_FORMAT "\":%d,\"created\":%" PRId64 ",\"pwhash\":\"" ALGORITHM "\",\"opslimit\":%" PRIu64
	               ",\"memlimit\":%" PRIu64 ",\"salt\":\"%s\",\"secretstream\":\"%s\"}\n",
	               LBR_EXPORT_VERSION, seal->created_s, seal->ops, seal->memory, salt, stream);
	seal->header_len = len > 0 && (size_t)len < sizeof(seal->header) ? (size_t)len : 0;
	return seal->header_len > 0;
}

enum backup_fault cli_seal_begin(const struct lbr_secret *passphrase, int64_t now_s, uint64_t ops, uint64_t memory,
                                 struct backup_seal *ret)
{
	enum backup_fault fault;

	memset(ret, 0, sizeof(*ret));
	ret->created_s = now_s;
	ret->ops = ops;
	ret->memory = memory;
	if (lbr_random(ret->salt, sizeof(ret->salt)) != LBR_OK)
		return BACKUP_SYSTEM;
	fault = cli_seal_open(ret, passphrase);
	if (fault != BACKUP_SOUND)
		return fault;
	if (crypto_secretstream_xchacha20poly1305_init_push(&ret->state, ret->stream, ret->key) != 0)
		return BACKUP_SYSTEM;
	return write_header(ret) ? BACKUP_SOUND : BACKUP_SYSTEM;
}

static bool read_bytes(const char *text, unsigned char *ret, size_t size)
{
	size_t len = 0;

	return sodium_base642bin(ret, size, text, strlen(text), NULL, &len, NULL, BASE64) == 0 && len == size;
}

static enum backup_fault judge(json_t *header, struct backup_seal *seal)
{
	json_int_t version = 0, created_s = 0, ops = 0, memory = 0;
	const char *algorithm = "", *salt = "", *stream = "";

	if (json_unpack(header, "{s:I}", BACKUP_FORMAT, &version) != 0 || version < 1 || version > UINT_MAX)
		return BACKUP_OTHER;
	seal->version = (unsigned)version;
	if (version > LBR_EXPORT_VERSION)
		return BACKUP_NEWER;
	if (json_unpack(header, "{s:I, s:I, s:s, s:I, s:I, s:s, s:s !}", BACKUP_FORMAT, &version, "created", &created_s,
	                "pwhash", &algorithm, "opslimit", &ops, "memlimit", &memory, "salt", &salt, "secretstream", &stream) != 0 ||
	    strcmp(algorithm, ALGORITHM) != 0 || !read_bytes(salt, seal->salt, sizeof(seal->salt)) ||
	    !read_bytes(stream, seal->stream, sizeof(seal->stream)) || created_s < 0 ||
	    ops < (json_int_t)crypto_pwhash_OPSLIMIT_MIN || memory < (json_int_t)crypto_pwhash_MEMLIMIT_MIN)
		return BACKUP_OTHER;
	if (ops > BACKUP_OPS_MOST || memory > (json_int_t)BACKUP_MEMORY_MOST)
		return BACKUP_COSTLY;
	seal->created_s = created_s;
	seal->ops = (uint64_t)ops;
	seal->memory = (uint64_t)memory;
	return BACKUP_SOUND;
}

enum backup_fault cli_seal_read_header(const char *line, size_t len, struct backup_seal *ret)
{
	enum backup_fault fault = BACKUP_OTHER;
	json_t *header;

	memset(ret, 0, sizeof(*ret));
	if (len < 2 || len >= sizeof(ret->header) || line[len - 1] != '\n')
		return BACKUP_OTHER;
	memcpy(ret->header, line, len);
	ret->header_len = len;
	header = json_loadb(line, len - 1, JSON_REJECT_DUPLICATES, NULL);
	if (header != NULL)
		fault = judge(header, ret);
	json_decref(header);
	return fault;
}
