/* portal.conf(5): the portal's settings, and its sites.
 *
 * The project's grammar. The first part holds for the whole portal; each line "site = https://HOST" begins a site, to which what
 * follows belongs. A keyword counts once in each part.
 */
#ifndef PORTAL_SETTINGS_H
#define PORTAL_SETTINGS_H

#include <stddef.h>

#include <liberations/error.h>
#include <liberations/grammar.h>
#include <liberations/language.h>
#include <liberations/settings.h>

#define LBR_SITES_MAX 32
#define LBR_ORIGIN_MAX 128

#ifndef LBR_DEFAULT_PORTAL_CONFIG
#define LBR_DEFAULT_PORTAL_CONFIG "/etc/liberations/portal.conf"
#endif

struct lbr_site {
	char origin[LBR_ORIGIN_MAX];     /* site = https://app.example.org, perhaps with :PORT; compared byte for byte */
	char base[64];                   /* base = /liberations: the path of the pages */
	char name[64];                   /* name = TEXT: above each page; the host, if it is not given */
	char help[128];                  /* help = none | TEXT: whom to ask */
	char sign_in[LBR_ORIGIN_MAX];    /* sign-in = here | https://HOST: where its people sign in; "": here */
	char home[128];                  /* home = none | PATH: where to go if nobody asked for a page; "": "/" */
	char logo[LBR_PATH_MAX];         /* logo = none | FILE: SVG or PNG */
	char style[LBR_PATH_MAX];        /* style = none | FILE: a style sheet after ours */
	char forget_cookies[256];        /* forget-cookies = none | NAME...: the application's, expired at sign-in and sign-out */
};

struct lbr_portal_settings {
	char              user[64];                    /* user = _liberations-portal */
	char              key[LBR_PATH_MAX];           /* key = /etc/liberations/portal.key */
	char              state[LBR_PATH_MAX];         /* state = /var/lib/liberations-portal: the table of sessions */
	char              agent[LBR_PATH_MAX];         /* agent = /run/liberations/verify.sock */
	char              pages[LBR_PATH_MAX];         /* pages = /run/liberations/pages.sock: where nothing hands a socket over */
	char              gate[LBR_PATH_MAX];          /* gate = /run/liberations/gate.sock */
	enum lbr_language language;                    /* language = auto | en | fr: if the browser wants neither, or always */
	char              issuer[64];                  /* issuer = Libérations: what the app lists */
	unsigned          idle_s;                      /* idle = 60 min (1 min to 24 h) */
	unsigned          absolute_s;                  /* absolute = 12 h (5 min to 7 d) */
	unsigned          recheck_s;                   /* recheck = 1 s (0 s to 60 s) */
	unsigned          sessions;                    /* sessions = 16384 (16 to 65536) */
	unsigned          per_person;                  /* sessions-per-person = 5 (1 to 64) */
	unsigned          requests;                    /* requests = 64 (4 to 1024): pages under way at once */
	unsigned          waiting;                     /* waiting = 128 (0 to 4096): requests that wait for a place */
	unsigned          attempts;                    /* attempts = 32 (1 to 128): sign-ins under way at once */
	unsigned          dialogues;                   /* dialogues = 64 (1 to 512): people who set up a phone at once */
	unsigned          site_count;                  /* 1 to LBR_SITES_MAX */
	struct lbr_site   sites[LBR_SITES_MAX];
};

void lbr_portal_settings_default(struct lbr_portal_settings *settings);

/* Reads the `len` bytes of a whole file's text; `file` names it in the faults. Reports every fault with its line and word, then
 * refuses. LBR_ERR_SYNTAX, _MEMORY; `settings` is then all zero and must not be used. */
enum lbr_error lbr_portal_settings_read(const char *file, const char *text, size_t len, struct lbr_portal_settings *settings,
                                        lbr_fault *fault, void *context);

/* Does the same with a file, which is demanded to be as liberations.conf is. Errors too of lbr_config_file_read. */
enum lbr_error lbr_portal_settings_load(const char *path, struct lbr_portal_settings *settings, lbr_fault *fault, void *context);

/* Returns the site whose host is `host`, byte for byte, or NULL. */
const struct lbr_site *lbr_site_of(const struct lbr_portal_settings *settings, const char *host);

/* Returns the site where people of `site` sign in: itself, or the one that it names. */
const struct lbr_site *lbr_site_to_sign_in(const struct lbr_portal_settings *settings, const struct lbr_site *site);

/* Returns a commented file with every keyword at its default. Static text. */
const char *lbr_portal_settings_template(void);

/* The tables of both parts, each ending with a NULL word. */
extern const struct lbr_keyword lbr_portal_keywords[];
extern const struct lbr_keyword lbr_site_keywords[];

#endif
