/* The languages that people are spoken to in. */
#ifndef LIBERATIONS_LANGUAGE_H
#define LIBERATIONS_LANGUAGE_H

enum lbr_language { LBR_LANGUAGE_NONE = 0, LBR_LANGUAGE_EN = 1, LBR_LANGUAGE_FR = 2 };

/* The language that a locale's name asks for: "fr", "fr_CA.UTF-8" => FR; anything else, NULL included => EN. */
enum lbr_language lbr_language_of_locale(const char *locale);

/* "en", "fr", or "-" for none. */
const char *lbr_language_name(enum lbr_language language);

#endif
