/* The token: TOTP (RFC 6238) with SHA-1, 6 digits and 30 seconds, computed by liboath. A secret that is drawn here has 160 bits. */
#ifndef LIBERATIONS_TOKEN_H
#define LIBERATIONS_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/error.h>
#include <liberations/keyring.h>
#include <liberations/secret.h>
#include <liberations/settings.h>

#define LBR_STEP_S 30
#define LBR_CODE_DIGITS 6
#define LBR_KEY_TEXT_MAX 40 /* 32 base32 characters in groups of four, and the NUL */

/* Returns floor(now_s / 30); 0 for a time before 1970. RFC 6238 section 4.2. */
int64_t lbr_token_step(int64_t now_s);

/* Draws a new secret. Errors as lbr_random; `ret` is then zero. */
enum lbr_error lbr_token_draw(unsigned char ret[LBR_TOKEN_KEY_LEN]);

/* Writes the six digits of one step, with leading zeros, and a NUL. LBR_ERR_INTERNAL: liboath failed; `ret` is then "". */
enum lbr_error lbr_token_code(const unsigned char key[LBR_TOKEN_KEY_LEN], int64_t step, char ret[LBR_CODE_DIGITS + 1]);

/* Reads a code as people copy, paste and dictate it: six decimal digits of any script, whatever blanks, dashes or marks of a paste
 * stand around and between them. Writes it as "123456". False: it is something else, and `ret` equals no code. */
bool lbr_token_read(const struct lbr_secret *typed, char ret[LBR_CODE_DIGITS + 1]);

/* Returns the step in [now_step - window, now_step + window] whose code was typed, or 0. `window` is 0 to LBR_WINDOW_MAX.
 * What lbr_token_read cannot read takes the same work and gives 0. All steps are always computed, and compared in constant time; if
 * two match, the newer wins. */
int64_t lbr_token_match(const unsigned char key[LBR_TOKEN_KEY_LEN], const struct lbr_secret *typed, int64_t now_step,
                        unsigned window);

/* Finds, for the administrator's checks, how many steps the typed code is away from now_step, searching +- `within` steps (at most
 * 2880: a day); the nearest match wins, of two equally near the newer. All are computed, as above. LBR_ERR_ABSENT: none.
 * LBR_ERR_RANGE: `within`. */
enum lbr_error lbr_token_distance(const unsigned char key[LBR_TOKEN_KEY_LEN], const struct lbr_secret *typed,
                                  int64_t now_step, unsigned within, int64_t *ret_steps);

/* Writes a key that was drawn here in RFC 4648 base32 without padding, 32 characters and a NUL; `grouped`: "ABCD EFGH ...".
 * LBR_ERR_RANGE: a longer key, which nobody needs to type, since a phone has it. LBR_ERR_INTERNAL: liboath failed. */
enum lbr_error lbr_token_key_text(const unsigned char key[LBR_TOKEN_KEY_LEN], int grouped, char ret[LBR_KEY_TEXT_MAX]);

#endif
