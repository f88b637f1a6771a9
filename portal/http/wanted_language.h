/* Which of our languages a browser wants. */
#ifndef PORTAL_WANTED_LANGUAGE_H
#define PORTAL_WANTED_LANGUAGE_H

#include <liberations/language.h>

/* Reads an Accept-Language value: "fr-CA,fr;q=0.9,en;q=0.8" => FR. The highest weight wins, then the first one; weight 0 means "not
 * that one". NONE: neither English nor French is named. */
enum lbr_language lbr_wanted_language(const char *value);

#endif
