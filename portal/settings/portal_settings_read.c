/* portal.conf(5): how its parts are read. Each part is given to the grammar with the lines of the others emptied, so that its
 * faults bear the lines of the file. */
#include "portal_settings.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "return_path.h"
#include "settings_line.h"
#include "site_rules.h"

struct portal_reading {
	const char                 *file, *text;
	size_t                      len;
	char                       *part; /* `len` bytes */
	struct lbr_portal_settings *settings;
	lbr_fault                  *fault;
	void                       *context;
	bool                        failed, unknown_sites; /* an origin could not be read: what others say of it is not judged */
};

/* Copies part `wanted` (0: the portal's own, 1: the first site) and an empty line for each other line, and for each that belongs
 * elsewhere. Returns its length, and how many sites the file has. */
static size_t cut_part(const struct portal_reading *reading, unsigned wanted, unsigned *ret_sites)
{
	size_t used = 0, at = 0, len;
	unsigned part = 0;

	for (; at < reading->len; at += len) {
		len = lbr_settings_line_len(reading->text + at, reading->len - at);
		part += lbr_settings_value_of(reading->text + at, len, "site") != NULL;
		if (part == wanted && lbr_settings_misplaced(reading->text + at, len, part > 0) == NULL) {
			memcpy(reading->part + used, reading->text + at, len);
			used += len;
		} else if (reading->text[at + len - 1] == '\n') {
			reading->part[used++] = '\n';
		}
	}
	*ret_sites = part;
	return used;
}

static void tell(struct portal_reading *reading, struct lbr_reason *reason)
{
	reading->failed = true;
	lbr_reason_prefix(reason, reading->file);
	if (reading->fault != NULL)
		reading->fault(reading->context, reason);
}

/* Each known keyword in a part of the other kind. */
static void tell_misplaced(struct portal_reading *reading)
{
	struct lbr_reason reason;
	const char *line, *keyword;
	size_t at = 0, len;
	unsigned number = 1;
	bool in_site = false;

	for (; at < reading->len; at += len, number++) {
		line = reading->text + at;
		len = lbr_settings_line_len(line, reading->len - at);
		in_site = in_site || lbr_settings_value_of(line, len, "site") != NULL;
		keyword = lbr_settings_misplaced(line, len, in_site);
		if (keyword == NULL)
			continue;
		if (in_site)
			lbr_fail(&reason, LBR_ERR_SYNTAX, LBR_WHY(PORTAL_ABOVE_SITES));
		else
			lbr_fail(&reason, LBR_ERR_SYNTAX, LBR_WHY(PORTAL_BELOW_SITE));
		lbr_reason_prefix(&reason, keyword);
		lbr_reason_prefix_clause(&reason, LBR_WHY(LINE), number);
		tell(reading, &reason);
	}
}

/* A fault of the value of `keyword` in the part that was cut last. */
static void complain(struct portal_reading *reading, size_t len, const char *keyword, struct lbr_reason *reason)
{
	size_t at = 0, step;
	unsigned line = 1, column;
	const char *value = NULL, *byte;

	for (; at < len; at += step, line++) {
		step = lbr_settings_line_len(reading->part + at, len - at);
		value = lbr_settings_value_of(reading->part + at, step, keyword);
		if (value != NULL)
			break;
	}
	lbr_reason_prefix(reason, keyword);
	if (value != NULL) {
		for (column = 1, byte = reading->part + at; byte < value; byte++)
			column += ((unsigned char)*byte & 0xc0) != 0x80;
		lbr_reason_prefix_clause(reason, LBR_WHY(LINE_COLUMN), line, column);
	}
	tell(reading, reason);
}

/* A value that the grammar takes and a site cannot have. */
static void __attribute__((format(printf, 5, 6)))
refuse(struct portal_reading *reading, size_t len, const char *keyword, enum lbr_clause allowed, const char *english, ...)
{
	struct lbr_reason reason;
	va_list words;

	va_start(words, english);
	lbr_reason_set(&reason, allowed, english, words);
	va_end(words);
	lbr_reason_prefix_clause(&reason, LBR_WHY(VALUE_NOT_ALLOWED));
	complain(reading, len, keyword, &reason);
}

/* "" where the grammar has refused it, and said so. */
static void judge_origin(struct portal_reading *reading, size_t len, const struct lbr_site *site)
{
	struct lbr_reason reason;
	const struct lbr_site *other;

	if (site->origin[0] != '\0' && !lbr_origin_is_sound(site->origin))
		refuse(reading, len, "site", LBR_WHY(PORTAL_ORIGIN));
	reading->unknown_sites |= !lbr_origin_is_sound(site->origin);
	for (other = reading->settings->sites; other < site; other++)
		if (site->origin[0] != '\0' && strcmp(other->origin, site->origin) == 0) {
			lbr_fail(&reason, LBR_ERR_SYNTAX, LBR_WHY(GIVEN_TWICE));
			complain(reading, len, "site", &reason);
		}
}

/* Where to sign in is another site: this one has its form here, its place in the file later. */
static void judge_sign_in(struct portal_reading *reading, size_t len, struct lbr_site *site)
{
	bool elsewhere = site->sign_in[0] != '\0' && strcmp(site->sign_in, "here") != 0;

	if (elsewhere && lbr_origin_is_sound(site->sign_in))
		return;
	memset(site->sign_in, 0, sizeof(site->sign_in));
	if (elsewhere)
		refuse(reading, len, "sign-in", LBR_WHY(PORTAL_SIGN_IN));
}

static void judge_site(struct portal_reading *reading, size_t len, struct lbr_site *site)
{
	judge_origin(reading, len, site);
	if (!lbr_base_is_sound(site->base))
		refuse(reading, len, "base", LBR_WHY(PORTAL_BASE));
	judge_sign_in(reading, len, site);
	if (site->home[0] != '\0' && !lbr_return_path_is_sound(site->home))
		refuse(reading, len, "home", LBR_WHY(PORTAL_HOME));
	if (site->forget_cookies[0] != '\0' && !lbr_cookie_names_are_sound(site->forget_cookies))
		refuse(reading, len, "forget-cookies", LBR_WHY(PORTAL_COOKIE_NAMES));
}

static void read_site(struct portal_reading *reading, unsigned which, struct lbr_site *site)
{
	unsigned sites;
	size_t len = cut_part(reading, which, &sites);

	*site = (struct lbr_site){ .base = "/liberations" };
	if (lbr_grammar_read_text(reading->file, reading->part, len, lbr_site_keywords, site, reading->fault,
	                          reading->context) != LBR_OK)
		reading->failed = true;
	judge_site(reading, len, site);
	if (site->name[0] == '\0' && strlen(site->origin) > strlen("https://"))
		memcpy(site->name, site->origin + strlen("https://"),
		       strnlen(site->origin + strlen("https://"), sizeof(site->name) - 1));
}

/* The whole file is known: the other site must be one of it, with pages of its own and cookies that no application sees. */
static void judge_way(struct portal_reading *reading, unsigned which)
{
	const struct lbr_site *site = &reading->settings->sites[which - 1], *other;
	unsigned sites;
	size_t len;

	if (site->sign_in[0] == '\0')
		return;
	len = cut_part(reading, which, &sites);
	other = lbr_site_of(reading->settings, lbr_origin_host(site->sign_in));
	if (other == NULL)
		refuse(reading, len, "sign-in", LBR_WHY(PORTAL_SIGN_IN_ABSENT));
	else if (other == site)
		refuse(reading, len, "sign-in", LBR_WHY(PORTAL_SIGN_IN_ITSELF));
	else if (other->sign_in[0] != '\0')
		refuse(reading, len, "sign-in", LBR_WHY(PORTAL_SIGN_IN_ON));
	else if (lbr_origins_share_cookies(site->origin, other->origin))
		refuse(reading, len, "sign-in", LBR_WHY(PORTAL_SIGN_IN_HOST));
}

/* The part of the whole portal. Returns how many sites the file has. */
static unsigned read_own(struct portal_reading *reading)
{
	struct lbr_portal_settings *settings = reading->settings;
	struct lbr_reason reason;
	unsigned sites;
	size_t len = cut_part(reading, 0, &sites);

	if (lbr_grammar_read_text(reading->file, reading->part, len, lbr_portal_keywords, settings, reading->fault,
	                          reading->context) != LBR_OK) {
		reading->failed = true;
	} else if (settings->absolute_s < settings->idle_s) {
		lbr_fail(&reason, LBR_ERR_SYNTAX, LBR_WHY(PORTAL_ABSOLUTE));
		complain(reading, len, "absolute", &reason);
	}
	return sites;
}

/* A fault in one part hides none in another. */
static void read_parts(struct portal_reading *reading)
{
	struct lbr_portal_settings *settings = reading->settings;
	struct lbr_reason reason;
	unsigned sites, which;

	tell_misplaced(reading);
	sites = read_own(reading);
	reading->unknown_sites = sites > LBR_SITES_MAX;
	if (sites == 0)
		lbr_fail(&reason, LBR_ERR_SYNTAX, LBR_WHY(PORTAL_NO_SITE));
	else
		lbr_fail(&reason, LBR_ERR_SYNTAX, LBR_WHY(PORTAL_SITES), LBR_SITES_MAX);
	if (sites == 0 || sites > LBR_SITES_MAX)
		tell(reading, &reason);
	settings->site_count = sites < LBR_SITES_MAX ? sites : LBR_SITES_MAX;
	for (which = 1; which <= settings->site_count; which++)
		read_site(reading, which, &settings->sites[which - 1]);
	for (which = 1; which <= settings->site_count && !reading->unknown_sites; which++)
		judge_way(reading, which);
}

enum lbr_error lbr_portal_settings_read(const char *file, const char *text, size_t len, struct lbr_portal_settings *settings,
                                        lbr_fault *fault, void *context)
{
	struct portal_reading reading = {
		.file = file, .text = text, .len = len, .settings = settings, .fault = fault, .context = context,
	};

	lbr_portal_settings_default(settings);
	reading.part = malloc(len + 1);
	if (reading.part == NULL) {
		memset(settings, 0, sizeof(*settings));
		return LBR_ERR_MEMORY;
	}
	read_parts(&reading);
	free(reading.part);
	if (reading.failed)
		memset(settings, 0, sizeof(*settings));
	return reading.failed ? LBR_ERR_SYNTAX : LBR_OK;
}
