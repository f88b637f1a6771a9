/* The languages of all texts for people. */
#ifndef LIBERATIONS_LANGUAGE_H
#define LIBERATIONS_LANGUAGE_H

enum lbr_language { LBR_LANGUAGE_NONE = 0, LBR_LANGUAGE_EN = 1, LBR_LANGUAGE_FR = 2 };

/* Returns the language of a locale name: "fr", "fr_CA.UTF-8" => FR; anything else, NULL included => EN. */
enum lbr_language lbr_language_of_locale(const char *locale);

/* Does the same for an environment: uses the first of LC_ALL, LC_MESSAGES and LANG that is neither NULL nor "". */
enum lbr_language lbr_language_of_environment(const char *lc_all, const char *lc_messages, const char *lang);

/* Returns "en", "fr", or "-" for none. */
const char *lbr_language_name(enum lbr_language language);

#endif
