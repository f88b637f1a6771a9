/* The part of a page's address after the '?'. */
#ifndef PORTAL_QUERY_H
#define PORTAL_QUERY_H

#include <stdbool.h>

#include <liberations/language.h>

#include "places.h"
#include "return_path.h"

#define LBR_SAID_MAX 16
#define LBR_DESTINATION_LEN 64 /* characters of base64url: whom a sign-in is for */
#define LBR_TICKET_TEXT_LEN 43

struct lbr_query {
	bool              with_recovery;
	char              said[LBR_SAID_MAX]; /* lower-case letters and '-'; which words mean something is the page's affair */
	enum lbr_language to;
	enum lbr_portal_place at;            /* LANGUAGE: the page that the switch stands on; NONE: none that is shown */
	char              destination[LBR_DESTINATION_LEN + 1]; /* or "" */
	char              ticket[LBR_TICKET_TEXT_LEN + 1];      /* or "" */
	bool              again; /* the second way to an application by itself: there is no third */
	char              back[LBR_RETURN_MAX + 1]; /* a sound return path, or "" */
};

/* Reads "with=recovery&said=WORD&to=fr&at=account&for=DESTINATION&again=1&ticket=TICKET&rd=PATH". `rd` is the last one and goes
 * to the end: the gate writes the path as it is, with its own '?' and '&'. A browser that sends a form encodes it, so a value that
 * does not begin with a slash is decoded once. What is unknown, repeated or of another form is left out: an address that somebody
 * made up shows a page, and says nothing. NULL counts as "". */
void lbr_query_read(const char *text, struct lbr_query *ret);

#endif
