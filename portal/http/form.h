/* What a person sent: the body of a POST, read into the boxes that our pages have. */
#ifndef PORTAL_FORM_H
#define PORTAL_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include <liberations/error.h>
#include <liberations/secret.h>

#include "query.h"
#include "return_path.h"

#define LBR_FORM_MAX 8192     /* bytes of a body */
#define LBR_FORM_USER_MAX 64  /* bytes: no account has a longer name */
#define LBR_FORM_PASSWORD_MAX 481
#define LBR_FORM_TOKEN_MAX 32
#define LBR_FORM_NUMBER_MAX 64

enum lbr_form_box {
	LBR_FORM_USER = 1 << 0,
	LBR_FORM_PASSWORD = 1 << 1,
	LBR_FORM_TOKEN = 1 << 2,
	LBR_FORM_OLD = 1 << 3,
	LBR_FORM_NEW = 1 << 4,
	LBR_FORM_AGAIN = 1 << 5,
	LBR_FORM_NUMBER = 1 << 6,
	LBR_FORM_BACK = 1 << 7,
	LBR_FORM_NOTED = 1 << 8,
	LBR_FORM_THEN = 1 << 9,
	LBR_FORM_FOR = 1 << 10,
};

struct lbr_form {
	unsigned          seen; /* the boxes that were sent, empty or not */
	bool              unreadable; /* a box held more than it can: the same work is done, and nothing matches */
	char              user[LBR_FORM_USER_MAX + 1]; /* bytes as they came; "" if there were more */
	struct lbr_secret password, token, old, new, again;
	char              number[LBR_FORM_NUMBER_MAX + 1];
	char              back[LBR_RETURN_MAX + 1]; /* a sound return path; "" if none was sent */
	char              destination[LBR_DESTINATION_LEN + 1]; /* or "" */
	bool              noted;
	bool              then_sign_in;
};

/* Reads a body. LBR_ERR_SYNTAX: a name that our pages do not have, one that stands there twice, a pair without '=', bytes that
 * cannot be decoded, a number or a word that our pages never send. LBR_ERR_RANGE: more than LBR_FORM_MAX bytes. The form is
 * then wiped. The caller wipes it after use. */
enum lbr_error lbr_form_read(const char *body, size_t len, struct lbr_form *ret);

#endif
