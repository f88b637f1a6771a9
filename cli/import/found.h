/* What the readers of `import` find in other programs' files. They are pure: bytes in, one call for each thing found. */
#ifndef CLI_IMPORT_FOUND_H
#define CLI_IMPORT_FOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <liberations/account.h>
#include <liberations/history.h>
#include <liberations/recovery.h>

enum import_reason {
#define IMPORT_REASON(name, word) IMPORT_##name,
#include "reasons.def"
#undef IMPORT_REASON
	IMPORT_REASONS
};
_Static_assert(IMPORT_REASONS <= 64, "a set of reasons has 64 places");

#define IMPORT_BIT(reason) (UINT64_C(1) << (reason))
#define IMPORT_ISSUER_MAX 128

enum import_piece { IMPORT_TOKEN = 1, IMPORT_PASSWORD = 2, IMPORT_HISTORY = 4 };

struct import_found {
	unsigned           line, entry;  /* where; 0: not counted there */
	enum import_reason reason;       /* IMPORT_USABLE, or why nothing of it can be taken */
	uint64_t           notes;        /* IMPORT_BIT of what is not taken over, or differs here */
	enum import_piece  piece;
	char               name[LBR_NAME_MAX + 1]; /* "": not said */
	char               issuer[IMPORT_ISSUER_MAX];
	unsigned char      key[LBR_TOKEN_KEY_LEN];
	int64_t            last_step;    /* the newest that was used; 0: not said */
	char               last_code[LBR_RECOVERY_DIGITS + 1]; /* the last one that was used; "": not said */
	unsigned           code_count;
	char               codes[LBR_RECOVERY_CODES][LBR_RECOVERY_DIGITS + 1];
	char               hash[LBR_HASH_MAX];
	bool               locked, must_change;
	int64_t            set_s;        /* when the password was chosen */
	bool               has_uid;
	uint32_t           uid;
	unsigned           hash_count;
	char               hashes[LBR_HISTORY_MAX][LBR_HASH_MAX]; /* newest first */
};

/* Called for each thing; the reader wipes it afterwards. */
typedef void import_take(void *context, const struct import_found *found);

/* Reads all of it. `now_s`: seconds since 1970, for dates that lie ahead. */
typedef void import_read(const char *bytes, size_t len, int64_t now_s, import_take *take, void *context);

import_read cli_import_google_authenticator;
import_read cli_import_oath;
import_read cli_import_shadow;
import_read cli_import_opasswd;
import_read cli_import_otpauth; /* lines of otpauth:// and otpauth-migration://, and the apps' JSON */
import_read cli_import_apps;    /* JSON alone */

/* The reader of a kind, or NULL. */
import_read *cli_import_reader(const char *kind);

/* Returns the name of a kind, from 0; NULL after the last. Static. */
const char *cli_import_kind_name(size_t at);

/* A part of the bytes. */
struct import_span {
	const char *at;
	size_t      len;
};

/* Cuts what stands before `sign`, or all, from the front of `rest`. False: nothing is left; *rest then has a NULL `at`. */
bool cli_import_cut(struct import_span *rest, char sign, struct import_span *ret);

/* The next line, without its end. */
bool cli_import_line(struct import_span *rest, struct import_span *ret);

/* Copies it with a NUL; false: too long, or a NUL in it; `ret` is then "". */
bool cli_import_copy(struct import_span span, char *ret, size_t size);

/* Sets the name: false, and the reason, if no account can have it. */
bool cli_import_name(struct import_found *found, struct import_span name);

/* Reads a decimal number of at most nine digits. -1: empty or negative. False: something else. */
bool cli_import_number(struct import_span span, int64_t *ret);

/* Sets the key from raw bytes. HMAC fills a shorter one with zeros itself. A key that is longer
 * than a block, 64 bytes, is refused: HMAC would hash it first, no library here computes a bare SHA-1, and no application draws
 * such a key. */
void cli_import_key(struct import_found *found, const unsigned char *key, size_t len);

/* Sets the key from base32; `forgiving`: as google-authenticator reads it, 0 for O, 1 for L, 8 for B; else padding may follow. */
void cli_import_base32(struct import_found *found, struct import_span text, bool forgiving);

/* What a token says of itself, in any app; NULL and 0: not said. */
struct import_words {
	const char *type, *algorithm, *label, *issuer;
	int64_t     digits, period;
};

/* Judges it, and sets name and issuer from the label, "issuer:name". */
void cli_import_judge(struct import_found *found, const struct import_words *words);

void cli_import_migration(struct import_span data, unsigned line, uint64_t *parts, import_take *take, void *context);
void cli_import_uri(struct import_span line, struct import_found *found);

/* The word of a reason in JSON. */
const char *cli_import_word(enum import_reason reason);

#endif
