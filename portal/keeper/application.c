/* A sign-in that is for an application at another site. */
#include "application.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <liberations/random.h>

#include "base64url_bytes.h"
#include "destination.h"

const struct lbr_site *lbr_application_of(const struct lbr_keeper *keeper, const struct lbr_site *site, const char *destination)
{
	const struct lbr_portal_settings *settings = keeper->settings;
	unsigned char id[LBR_SITE_ID_LEN];
	struct lbr_destination whom;
	unsigned at;

	if (!lbr_destination_get(destination, &whom))
		return NULL;
	for (at = 0; at < settings->site_count; at++) {
		if (settings->sites[at].sign_in[0] == '\0' || lbr_site_to_sign_in(settings, &settings->sites[at]) != site)
			continue;
		lbr_site_id(&keeper->key, settings->sites[at].origin, id);
		if (memcmp(id, whom.site, sizeof(id)) == 0)
			return &settings->sites[at];
	}
	return NULL;
}

static void check(const struct lbr_keeper *keeper, const struct lbr_site *site, char *destination, char *back)
{
	if (destination[0] == '\0' || lbr_application_of(keeper, site, destination) != NULL)
		return;
	memset(destination, 0, LBR_DESTINATION_LEN + 1);
	memset(back, 0, LBR_RETURN_MAX + 1);
}

void lbr_application_check(const struct lbr_keeper *keeper, struct lbr_visit *visit)
{
	check(keeper, visit->route.site, visit->ask.query.destination, visit->ask.query.back);
	check(keeper, visit->route.site, visit->ask.form.destination, visit->ask.form.back);
}

void lbr_tell_for(const struct lbr_keeper *keeper, const struct lbr_site *site, const char *destination,
                  struct lbr_page_tell *tell)
{
	const struct lbr_site *application = lbr_application_of(keeper, site, destination);

	if (application == NULL)
		return;
	memcpy(tell->destination, destination, sizeof(tell->destination));
	memcpy(tell->allowed, application->origin, sizeof(tell->allowed));
	memcpy(tell->name, application->name, sizeof(tell->name));
}

void lbr_tell_go_with(const struct lbr_site *site, const char *page, const char *query, const char *destination, const char *back,
                      struct lbr_page_tell *tell)
{
	bool is_for = destination[0] != '\0', returns = back[0] != '\0';
	char leaf[LBR_TELL_OWN_MAX];

	(void)snprintf(leaf, sizeof(leaf), "%s%s%s%s%s%s%s", page, query[0] != '\0' || is_for || returns ? "?" : "", query,
	               query[0] != '\0' && (is_for || returns) ? "&" : "", is_for ? "for=" : "", destination,
	               returns ? is_for ? "&rd=" : "rd=" : "");
	lbr_tell_go(site, leaf, tell);
	memcpy(tell->go, back, strnlen(back, LBR_RETURN_MAX) + 1);
}

void lbr_tell_go_on(const struct lbr_site *site, const char *destination, const char *back, struct lbr_page_tell *tell)
{
	if (destination[0] != '\0')
		lbr_tell_go_with(site, "sign-in", "", destination, back, tell);
	else
		lbr_tell_go_back(site, back, tell);
}

/* The session's hash, from its slot. */
static bool hash_of(const struct lbr_keeper *keeper, uint32_t index, unsigned char ret[LBR_PORTAL_MAC_LEN])
{
	const struct lbr_session_table *table = &keeper->table.table;
	struct lbr_web_session session;

	return lbr_session_slot_get(table->key, index, table->slots + (size_t)index * LBR_SESSION_SLOT_LEN, ret, &session) ==
	       LBR_SLOT_TAKEN;
}

static const char *path_at(const struct lbr_site *application, const char *back)
{
	return lbr_return_path(back[0] != '\0' ? back : application->home);
}

void lbr_tell_ticket(struct lbr_keeper *keeper, const struct lbr_visit *visit, uint32_t index, const struct lbr_site *application,
                     struct lbr_page_tell *tell)
{
	const char *path = path_at(application, visit->ask.query.back);
	char text[LBR_TICKET_TEXT_LEN + 1], leaf[LBR_TELL_OWN_MAX];
	unsigned char bytes[LBR_TICKET_LEN];
	struct lbr_destination whom;
	struct lbr_ticket ticket;

	if (!lbr_destination_get(visit->ask.query.destination, &whom) || !hash_of(keeper, index, ticket.session) ||
	    lbr_random(bytes, sizeof(bytes)) != LBR_OK)
		return;
	memcpy(ticket.site, whom.site, sizeof(ticket.site));
	memcpy(ticket.browser, whom.browser, sizeof(ticket.browser));
	lbr_ticket_path(&keeper->key, path, ticket.path);
	if (lbr_ticket_give(&keeper->tickets, &keeper->key, keeper->now_ms, bytes, &ticket) == LBR_OK) {
		lbr_base64url_put(bytes, sizeof(bytes), text);
		(void)snprintf(leaf, sizeof(leaf), "enter?%sticket=%s&rd=", visit->ask.query.again ? "again=1&" : "", text);
		lbr_tell_go(application, leaf, tell);
		memcpy(tell->go, path, strlen(path) + 1);
		lbr_wipe(leaf, sizeof(leaf));
	}
	lbr_wipe(bytes, sizeof(bytes));
	lbr_wipe(text, sizeof(text));
}
