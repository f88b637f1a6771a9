/* The places of the portal: which path is which, and what may be asked of it. */
#ifndef PORTAL_PLACES_H
#define PORTAL_PLACES_H

#include <stdbool.h>
#include <stddef.h>

enum lbr_portal_place {
	LBR_PLACE_NONE = 0,
	LBR_PLACE_SIGN_IN,
	LBR_PLACE_CONTINUE,        /* signed in already: on to the return path */
	LBR_PLACE_SET_UP,
	LBR_PLACE_TOKEN,
	LBR_PLACE_PASSWORD,
	LBR_PLACE_CODES,
	LBR_PLACE_NOTICE,
	LBR_PLACE_MORE_TIME,
	LBR_PLACE_ACCOUNT,
	LBR_PLACE_CHANGE,
	LBR_PLACE_PHONE,
	LBR_PLACE_SIGN_OUT,
	LBR_PLACE_SIGN_OUT_OTHERS,
	LBR_PLACE_SIGNED_OUT,
	LBR_PLACE_LANGUAGE,
	LBR_PLACE_GO,              /* of an application's host: off to the host where its people sign in */
	LBR_PLACE_ENTER,           /* and back, with a ticket */
	LBR_PLACE_STYLE,
	LBR_PLACE_SITE_STYLE,
	LBR_PLACE_LOGO,
	LBR_PLACE_UP,
	LBR_PLACES
};

enum lbr_method { LBR_METHOD_OTHER = 0, LBR_METHOD_GET, LBR_METHOD_HEAD, LBR_METHOD_POST };

enum lbr_method lbr_method_of(const char *word);

/* Returns the place of `path`, compared as bytes: BASE, a slash, its word. NONE for everything else; a '%', a second slash, a
 * dot or another case is something else. */
enum lbr_portal_place lbr_place_of(const char *base, const char *path);

/* Returns the place of a page that the word, `len` bytes long, leads to: those that a person looks at, and no other; else NONE. */
enum lbr_portal_place lbr_place_of_page(const char *word, size_t len);

/* Returns its word ("sign-in"); "" for NONE. */
const char *lbr_place_leaf(enum lbr_portal_place place);

/* Returns true if the method may be used there. HEAD goes where GET does. */
bool lbr_place_takes(enum lbr_portal_place place, enum lbr_method method);

#endif
