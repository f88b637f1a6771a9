/* From a page's question to its answer. */
#include "visit.h"

#include <stdio.h>
#include <string.h>

#include <liberations/big_endian.h>
#include <liberations/random.h>
#include <liberations/secret.h>

#include "application.h"
#include "handlers.h"
#include "keeper_log.h"
#include "nologin.h"
#include "tell_page.h"

#define WAIT_S 2
#define QUESTION_LEN 4

void lbr_tell_dress(const struct lbr_keeper *keeper, const struct lbr_site *site, enum lbr_language language,
                    struct lbr_page_tell *tell)
{
	memcpy(tell->base, site->base, sizeof(tell->base));
	memcpy(tell->name, site->name, sizeof(tell->name));
	memcpy(tell->help, site->help, sizeof(tell->help));
	memcpy(tell->issuer, keeper->settings->issuer, sizeof(tell->issuer));
	tell->has_logo = keeper->site_files[site - keeper->settings->sites].logo.fd > 0;
	tell->has_style = keeper->site_files[site - keeper->settings->sites].style.fd > 0;
	tell->language = language;
	lbr_tell_fault(503, tell);
}

void lbr_tell_fault(unsigned status, struct lbr_page_tell *tell)
{
	tell->kind = LBR_TELL_FAULT;
	tell->status = status;
	tell->wait_s = WAIT_S;
}

void lbr_tell_go(const struct lbr_site *site, const char *leaf, struct lbr_page_tell *tell)
{
	tell->kind = LBR_TELL_GO;
	memcpy(tell->origin, site->origin, sizeof(tell->origin));
	(void)snprintf(tell->own, sizeof(tell->own), "%s/%s", site->base, leaf);
}

void lbr_tell_go_back(const struct lbr_site *site, const char *back, struct lbr_page_tell *tell)
{
	const char *path = lbr_return_path(back[0] != '\0' ? back : site->home);

	tell->kind = LBR_TELL_GO;
	memcpy(tell->origin, site->origin, sizeof(tell->origin));
	tell->own[0] = '\0';
	memcpy(tell->go, path, strlen(path) + 1);
}

/* A form's number wants a cookie of the browser's: who has none gets one with the page. */
void lbr_tell_page_of(struct lbr_keeper *keeper, const struct lbr_visit *visit, enum lbr_page_kind page, uint32_t question,
                      struct lbr_page_tell *tell)
{
	unsigned char random[LBR_FORM_COOKIE_RANDOM + LBR_FORM_NUMBER_RANDOM];
	char fresh[LBR_FORM_COOKIE_TEXT];
	bool known = visit->route.has_cookie;

	if (lbr_random(random, sizeof(random)) != LBR_OK)
		return;
	if (!known) {
		lbr_form_cookie_make(&keeper->key, random, fresh);
		memcpy(tell->form_cookie, fresh, sizeof(fresh));
	}
	if (question != 0)
		lbr_big_endian_put(random + LBR_FORM_COOKIE_RANDOM, QUESTION_LEN, question);
	lbr_form_number_make(&keeper->key, known ? visit->ask.form_cookie : fresh, (unsigned)visit->route.place,
	                     random + LBR_FORM_COOKIE_RANDOM, tell->number);
	memcpy(tell->back, visit->ask.query.back, sizeof(tell->back));
	lbr_tell_for(keeper, visit->route.site, visit->ask.query.destination, tell);
	tell->kind = LBR_TELL_PAGE;
	tell->page = page;
}

/* What concerns no place, or counts for none. */
static bool answer_route(struct lbr_keeper *keeper, const struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	const struct lbr_route *route = &visit->route;

	switch (route->kind) {
	case LBR_ROUTE_FAULT:
		if (route->status == 421)
			lbr_keeper_log_other_host(visit->ask.host, keeper->now_ms);
		lbr_tell_fault(route->status, tell);
		return true;
	case LBR_ROUTE_STYLE: tell->kind = LBR_TELL_STYLE; return true;
	case LBR_ROUTE_UP: tell->kind = LBR_TELL_UP; return true;
	case LBR_ROUTE_COOKIES: lbr_tell_page_of(keeper, visit, LBR_PAGE_KIND_COOKIES, 0, tell); return true;
	case LBR_ROUTE_SHOW:
	case LBR_ROUTE_FORM: break;
	}
	return false;
}

/* Nobody new comes in while the machine is closed; sessions and dialogues go on. */
static bool answer_closed(const struct lbr_route *route, struct lbr_page_tell *tell)
{
	if (route->place != LBR_PLACE_SIGN_IN || (route->kind != LBR_ROUTE_SHOW && route->kind != LBR_ROUTE_FORM) || !lbr_nologin())
		return false;
	lbr_tell_fault(503, tell);
	tell->wait_s = 0;
	return true;
}

/* A form is known by its number, its browser, and the site and place that it was sent to. */
static void name_form(const struct lbr_keeper *keeper, const struct lbr_visit *visit, unsigned char ret[LBR_PORTAL_MAC_LEN])
{
	unsigned char input[3 + LBR_PORTAL_MAC_LEN + LBR_FORM_NUMBER_MAX] = { 'f', (unsigned char)visit->route.place };

	input[2] = (unsigned char)(visit->route.site - keeper->settings->sites);
	lbr_form_cookie_browser(&keeper->key, visit->ask.form_cookie, input + 3);
	memcpy(input + 3 + LBR_PORTAL_MAC_LEN, visit->ask.form.number, strlen(visit->ask.form.number));
	lbr_portal_mac(keeper->key.form, input, sizeof(input), ret);
}

/* True: this form is to be judged. Else it was answered, or it waits for what becomes of the first one. */
static bool take_form(struct lbr_keeper *keeper, struct lbr_visit *visit)
{
	struct lbr_page_tell busy = { .kind = LBR_TELL_FAULT };
	struct lbr_keeper_page *page = &keeper->pages[visit->page];
	unsigned char hash[LBR_PORTAL_MAC_LEN];
	enum lbr_form_state state;
	unsigned form;

	name_form(keeper, visit, hash);
	if (lbr_form_answers_find(&keeper->forms, hash, keeper->now_ms, &state, &form) != LBR_OK) {
		lbr_tell_dress(keeper, visit->route.site, visit->route.language, &busy);
		lbr_tell_page(keeper, visit->page, visit->serial, &busy);
		return false;
	}
	if (state == LBR_FORM_KNOWN) {
		lbr_tell_frame(page, keeper->forms.entries[form].bytes, keeper->forms.entries[form].len);
		return false;
	}
	page->form = form;
	visit->form = form;
	if (state == LBR_FORM_WAIT)
		page->until_ms = keeper->now_ms + LBR_KEEPER_AGAIN_MS;
	return state == LBR_FORM_FRESH;
}

void lbr_visit_go_on(struct lbr_keeper *keeper, struct lbr_visit *visit)
{
	struct lbr_page_tell tell = { .kind = LBR_TELL_FAULT };
	bool told;

	lbr_tell_dress(keeper, visit->route.site, visit->route.language, &tell);
	told = answer_route(keeper, visit, &tell) || answer_closed(&visit->route, &tell) ||
	       lbr_handler_of(&visit->route)(keeper, visit, &tell) == LBR_HANDLED_NOW;
	if (told && visit->form != LBR_FORM_NONE)
		lbr_tell_form(keeper, visit->form, &tell);
	else if (told)
		lbr_tell_page(keeper, visit->page, visit->serial, &tell);
	lbr_wipe(&tell, sizeof(tell));
}

bool lbr_visit_begin(struct lbr_keeper *keeper, unsigned page, const struct lbr_frame *question)
{
	struct lbr_visit visit = { .page = page, .serial = keeper->pages[page].serial, .form = LBR_FORM_NONE };

	if (lbr_page_ask_get(question, &visit.ask) != LBR_OK)
		return false;
	lbr_page_route(keeper->settings, &keeper->key, &visit.ask, &visit.route);
	lbr_application_check(keeper, &visit);
	if (visit.route.kind != LBR_ROUTE_FORM || take_form(keeper, &visit))
		lbr_visit_go_on(keeper, &visit);
	lbr_wipe(&visit, sizeof(visit));
	return true;
}
