/* Account names: which are valid, and which file each maps to. Compared byte for byte; never syntax, never a path. */
#ifndef LIBERATIONS_NAME_H
#define LIBERATIONS_NAME_H

#include <stdbool.h>

#include <liberations/error.h>

#define LBR_NAME_MAX 64                        /* bytes */
#define LBR_NAME_FILE_MAX (3 * LBR_NAME_MAX)   /* percent-encoded */
#define LBR_NAME_FOLDED_MAX (4 * LBR_NAME_MAX) /* case-folded, NFKC */

/* Checks that `name` is a valid account name: 1 to 64 bytes; ASCII letters, digits, `. _ - @ +` and UTF-8 letters (with their
 * combining marks); not "." or ".."; not beginning with '-' or '.'.
 * LBR_ERR_SYNTAX: a character that is not allowed, or invalid UTF-8. LBR_ERR_RANGE: its length. */
enum lbr_error lbr_name_check(const char *name);

/* Writes the file name: letters, digits and `. _ - @ +` unchanged, every other byte as %XX (upper-case hex).
 * "r.roy" => "r.roy", "zoé" => "zo%C3%A9". Errors as lbr_name_check; on failure `ret` is "". */
enum lbr_error lbr_name_encode(const char *name, char ret[LBR_NAME_FILE_MAX + 1]);

/* Reverses lbr_name_encode; refuses anything it would not have written. On failure `ret` is "". */
enum lbr_error lbr_name_decode(const char *file, char ret[LBR_NAME_MAX + 1]);

/* Writes the form that is equal for names of the same person: NFKC of the full case folding (libunistring).
 * "Zoé" (NFD) and "ZOÉ" (NFC) => the same. LBR_ERR_MEMORY; else errors as lbr_name_check. */
enum lbr_error lbr_name_fold(const char *name, char ret[LBR_NAME_FOLDED_MAX + 1]);

/* Writes the shard, two lower-case hex digits of BLAKE2b over the folded name, so that all look-alikes share one directory.
 * Errors as lbr_name_fold. */
enum lbr_error lbr_name_shard(const char *name, char ret[3]);

/* Lists of names, with commas between and blanks around them. */

/* Writes the next name of the list, which is not checked, and returns what follows it. NULL: there is none, or it is too long;
 * `ret` is then as it was. */
const char *lbr_names_next(const char *list, char ret[LBR_NAME_MAX + 1]);

/* Returns true if the list has `name`. */
bool lbr_names_have(const char *list, const char *name);

/* Returns true if each name of the list is valid. An empty list is. */
bool lbr_names_are_sound(const char *list);

#endif
