/* A page as a pure function: what is to be shown -> bytes. It reads nothing, knows no request and no session, and has no script. */
#ifndef PORTAL_PAGE_H
#define PORTAL_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <liberations/calendar.h>
#include <liberations/language.h>

#include "html.h"

#define LBR_PAGE_BYTES 65536 /* bytes with the NUL: a set-up page with the longest URI */
#define LBR_PAGE_SAYS_MAX 4
#define LBR_PAGE_SESSIONS_MAX 8
#define LBR_PAGE_SHEET_MAX 10 /* recovery codes */

enum lbr_page_kind {
	LBR_PAGE_KIND_SIGN_IN = 1,
	LBR_PAGE_KIND_ALREADY,    /* signed in already, and at the sign-in page again */
	LBR_PAGE_KIND_SET_UP,     /* QR code, key, token */
	LBR_PAGE_KIND_TOKEN,      /* a temporary password whose token is confirmed */
	LBR_PAGE_KIND_PASSWORD,   /* new and again: the first one, or the one after an expired one */
	LBR_PAGE_KIND_CODES,      /* the recovery codes */
	LBR_PAGE_KIND_NOTICE,     /* what the agent said, once */
	LBR_PAGE_KIND_ACCOUNT,
	LBR_PAGE_KIND_CHANGE,     /* old, token, new, again; once old and token are proven: new and again */
	LBR_PAGE_KIND_PHONE,      /* password and token, before the set-up of the new one */
	LBR_PAGE_KIND_SIGN_OUT,   /* a button */
	LBR_PAGE_KIND_SIGNED_OUT,
	LBR_PAGE_KIND_COOKIES,    /* at an application's host: it did not find back what it gave the browser */
	LBR_PAGE_KIND_FAULT,
	LBR_PAGE_KINDS
};

/* What the sign-in page says about the last request: the words that `said=` may bear, and no others. */
enum lbr_said {
	LBR_SAID_NOTHING = 0,
	LBR_SAID_NO,       /* the same for every cause */
	LBR_SAID_LATE,     /* the dialogue is over */
	LBR_SAID_OVER,     /* all tries of a question are used up */
	LBR_SAID_WAIT,     /* the agent's own texts, for who had both parts right: too many failures; a code that was used before */
	LBR_SAID_USED,
	LBR_SAID_USED_RECOVERY,
	LBR_SAID_PERHAPS,  /* the store's answer to a change was lost */
	LBR_SAID_ENDED,    /* a POST met a session that had ended */
	LBR_SAID_DISABLED, /* only after both parts were right */
	LBR_SAID_BUSY,
	LBR_SAID_COOKIES,
	LBR_SAID_SET_UP,   /* what was asked for is stored, and no session began with it: account, password, phone */
	LBR_SAID_CHANGED,
	LBR_SAID_REPLACED,
	LBR_SAIDS
};

/* What the organisation chose. All of it is read once, from portal.conf(5). */
struct lbr_look {
	const char *base;      /* path of the pages, without a slash at its end: "/liberations" */
	const char *name;      /* of the site, in the title and above each page */
	const char *help;      /* whom to ask; NULL or "": no such line */
	const char *issuer;    /* what the app lists */
	bool        has_logo;  /* at BASE/logo */
	bool        has_style; /* at BASE/site.css, after our own */
};

struct lbr_page_say {
	bool        error;
	const char *text;
};

struct lbr_page_session {
	const char *since, *seen, *address;
};

struct lbr_page {
	enum lbr_page_kind     kind;
	enum lbr_language      language; /* EN or FR */
	const struct lbr_look *look;
	const char            *number;   /* the form's number; only pages without a form have none */
	const char            *user;     /* whose account; on the sign-in page what was typed; NULL: none */
	const char            *back;     /* the return path, hidden in the forms of the sign-in page; NULL: none */
	const char            *destination; /* whom the sign-in is for, hidden in the same forms; NULL or "": this site */
	enum lbr_said          said;     /* SIGN_IN */
	bool                   with_recovery; /* SIGN_IN: the box takes a recovery code */
	struct lbr_page_say    says[LBR_PAGE_SAYS_MAX]; /* the agent's texts, above the form */
	unsigned               say_count;
	unsigned               step, steps; /* "Page 1 of 3"; 0: not said */
	unsigned               tries_left;  /* said with an error; 0: not said */
	const char            *uri, *key; /* SET_UP: "otpauth:..." and the key in groups of four */
	const char            *codes[LBR_PAGE_SHEET_MAX]; /* CODES */
	unsigned               code_count;
	bool                   proven;   /* CHANGE: old password and token were right */
	struct lbr_age         max_age;  /* PASSWORD, CHANGE: what the settings say */
	unsigned               history;  /* 0: they are not known, and nothing is said of them */
	bool                   offers_change; /* NOTICE: it warns of an expiry, and the password may be changed */
	const char            *until, *from, *last_sign_in; /* ACCOUNT: dates; `until` NULL: never expires */
	unsigned               codes_left;
	struct lbr_page_session sessions[LBR_PAGE_SESSIONS_MAX];
	unsigned               session_count;
	unsigned               status, wait_s; /* FAULT: 400 403 404 405 413 421 431 503; no wait: closed for maintenance */
};

/* Writes the whole document into `bytes`. Two calls with equal pages give equal bytes. LBR_ERR_SYNTAX: a text is no UTF-8, the
 * kind or the address of the key is none. LBR_ERR_RANGE: too long. LBR_ERR_MEMORY: for the QR code. On failure `html` is empty and
 * wiped. */
enum lbr_error lbr_page_write(const struct lbr_page *page, struct lbr_html *html, char *bytes, size_t size);

/* Returns the word of `said=`, or "" for NOTHING. */
const char *lbr_said_word(enum lbr_said said);

/* Returns whether it tells that a request is stored, though no session began with it. */
bool lbr_said_is_stored(enum lbr_said said);

/* Returns the meaning of a word; NOTHING for any other. */
enum lbr_said lbr_said_of(const char *word);

/* Returns our style sheet, NUL-terminated; `*ret_len` without the NUL. Static. */
const char *lbr_page_style(size_t *ret_len);

#endif
