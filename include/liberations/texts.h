/* Every text that a person sees in a sign-in dialogue: prompts.def and texts.def, English and French side by side.
 *
 * A missing language does not compile. No setlocale: the language is an argument. Links libc alone.
 */
#ifndef LIBERATIONS_TEXTS_H
#define LIBERATIONS_TEXTS_H

#include <stdbool.h>
#include <stddef.h>

#include <liberations/language.h>

enum lbr_text {
#define LBR_TEXT(id, en, fr) LBR_TEXT_##id,
#define LBR_TOLD LBR_TEXT
#include <liberations/prompts.def>
#include <liberations/texts.def>
#undef LBR_TOLD
#undef LBR_TEXT
	LBR_TEXTS
};

/* Returns the text unformatted, in UTF-8. NONE counts as English. Static; never NULL. */
const char *lbr_text(enum lbr_text text, enum lbr_language language);

/* The same for the texts of prompts.def; "" for any other. The module links no more than these. */
const char *lbr_prompt(enum lbr_text text, enum lbr_language language);

/* Returns true for a text that is told by itself, and so is ASCII in every language. */
bool lbr_text_is_told(enum lbr_text text);

/* Returns the name that the text has in the tables, "WAIT_MANY"; "" for none. A client that shows pages knows it by that. */
const char *lbr_text_word(enum lbr_text text);

/* Formats `text` into `ret` (`size` bytes, always terminated): replaces its one %u, its one %s, or both in that order. With
 * `ascii` the result is transliterated ("é" => "e", « » => "). `number` does not choose a plural: such texts exist twice, as
 * *_ONE and *_MANY. */
void lbr_text_format(enum lbr_text text, enum lbr_language language, bool ascii, unsigned number, const char *word,
                     char *ret, size_t size);

/* Transliterates UTF-8 to ASCII in place: letters lose their accents, guillemets and dashes become ASCII, anything else
 * becomes '?'. */
void lbr_text_to_ascii(char *text);

/* Replaces in place what could control a terminal or break a log line: control characters (except \n if `lines`), DEL, C1,
 * line and paragraph separators, marks that change the text direction, and invalid UTF-8 become '?'. For names, hosts and
 * issuers before they are shown or logged. */
void lbr_text_sanitise(char *text, bool lines);

#endif
