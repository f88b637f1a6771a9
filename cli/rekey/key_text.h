/* The text of a key file, changed by one line at a time. Pure; the file itself is opened and replaced in key_file.c.
 *
 * Lines are "ID HEX", the first one in force, as liberations/keyring.h says. A key that was added bears its date in the comment
 * above it, "# ID added TIME"; comment and key move together. All other comments stay where they are.
 */
#ifndef CLI_REKEY_KEY_TEXT_H
#define CLI_REKEY_KEY_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <liberations/keyring.h>

#define KEY_TEXT_MAX 8192
#define KEY_ADDED_MAX 24 /* "2026-11-29T04:44:00Z" with the NUL */

struct key_text {
	char   bytes[KEY_TEXT_MAX + 1]; /* closed with a NUL; holds keys: wipe it */
	size_t len;
};

struct key_line {
	char id[LBR_KEY_ID_LEN + 1];
	char added[KEY_ADDED_MAX]; /* "": unknown */
};

/* Lists the keys in their order; returns how many. */
unsigned key_text_list(const struct key_text *text, struct key_line ret[LBR_KEYRING_KEYS_MAX]);

/* Returns true if `id` is that of a key. */
bool key_text_has(const struct key_text *text, const char *id);

/* Puts `line`, as lbr_keyring_new_line makes it, behind the key in force. False: no room, or no key there; `text` is unchanged. */
bool key_text_add(struct key_text *text, const char *line, const char *added);

/* Puts the key in front of all others. False: there is no such key. */
bool key_text_activate(struct key_text *text, const char *id);

/* Takes the key out. False: there is no such key. */
bool key_text_remove(struct key_text *text, const char *id);

#endif
