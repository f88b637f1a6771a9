/* The file that `export` writes: a header in the clear, then one sealed line for each account, and one that closes the file.
 *
 * Argon2id makes the key of the passphrase (libsodium's pwhash), secretstream seals the lines in their order, and each is bound to
 * the header. liberations(8) describes the format. Pure: lines in memory, no descriptor.
 */
#ifndef CLI_BACKUP_SEAL_H
#define CLI_BACKUP_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sodium.h>

#include <liberations/error.h>
#include <liberations/secret.h>

#define BACKUP_FORMAT "liberations-export"

#define BACKUP_HEADER_MAX 512 /* bytes with the newline and the NUL */
#define BACKUP_TEXT_MAX   8192 /* bytes of a line before it is sealed, with at least one of padding */
#define BACKUP_TEXT_STEP  2048 /* padded to a multiple of this, so that the length of a line tells little of its account */
#define BACKUP_SEALED_MAX (BACKUP_TEXT_MAX + crypto_secretstream_xchacha20poly1305_ABYTES)
#define BACKUP_LINE_MAX   (sodium_base64_ENCODED_LEN(BACKUP_SEALED_MAX, sodium_base64_VARIANT_ORIGINAL) + 1)

/* What a stranger's header may ask of this machine; what `export` asks is less. */
#define BACKUP_OPS_MOST    8
#define BACKUP_MEMORY_MOST (UINT64_C(1) << 30)

enum backup_fault {
	BACKUP_SOUND = 0,
	BACKUP_OTHER,     /* not such a file at all */
	BACKUP_NEWER,     /* of a later release */
	BACKUP_COSTLY,    /* its header asks for more time or memory than any export does */
	BACKUP_MEMORY,    /* this machine lacks the memory that its key takes */
	BACKUP_CLOSED,    /* the first line does not open: another passphrase, or a file that was changed */
	BACKUP_CHANGED,   /* a later line does not open, or something follows the last one */
	BACKUP_SHORT,     /* it ends before its last line */
	BACKUP_SYSTEM,    /* it cannot be read; no randomness */
};

struct backup_seal {
	char          header[BACKUP_HEADER_MAX];
	size_t        header_len; /* with its newline */
	unsigned      version;    /* as a header that was read has it */
	int64_t       created_s;
	uint64_t      ops, memory;
	unsigned char salt[crypto_pwhash_SALTBYTES];
	unsigned char stream[crypto_secretstream_xchacha20poly1305_HEADERBYTES];
	unsigned char key[crypto_secretstream_xchacha20poly1305_KEYBYTES];
	crypto_secretstream_xchacha20poly1305_state state;
	unsigned      lines; /* opened or sealed so far */
};

/* Begins a file to write: draws salt and stream, makes the key, writes the header. `ops` and `memory`: Argon2id's, in passes and
 * bytes. The caller wipes `ret`, also on failure. BACKUP_MEMORY, _SYSTEM. */
enum backup_fault cli_seal_begin(const struct lbr_secret *passphrase, int64_t now_s, uint64_t ops, uint64_t memory,
                                 struct backup_seal *ret);

/* Reads a header of `len` bytes, with its newline, and judges it before anything is computed. BACKUP_OTHER, _NEWER, _COSTLY. */
enum backup_fault cli_seal_read_header(const char *line, size_t len, struct backup_seal *ret);

/* Makes the key of a header that was read. BACKUP_MEMORY. */
enum backup_fault cli_seal_open(struct backup_seal *seal, const struct lbr_secret *passphrase);

/* Goes to the first line of a file to read, also when it is read again. */
void cli_seal_rewind(struct backup_seal *seal);

/* Seals a text of `len` bytes, less than BACKUP_TEXT_MAX, into a line with its newline. Returns its length. */
size_t cli_seal_push(struct backup_seal *seal, const char *text, size_t len, bool last, char line[BACKUP_LINE_MAX]);

/* Opens a line of `len` bytes, with its newline. `ret` ends with a NUL; the caller wipes it. BACKUP_CLOSED, _CHANGED. */
enum backup_fault cli_seal_pull(struct backup_seal *seal, const char *line, size_t len, char ret[BACKUP_TEXT_MAX],
                                size_t *ret_len, bool *ret_last);

/* Wipes all of it. */
void cli_seal_wipe(struct backup_seal *seal);

#endif
