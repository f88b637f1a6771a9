/* What a page is told. */
#include "keeper.h"

#include <stdio.h>
#include <string.h>

#include <liberations/random.h>
#include <liberations/secret.h>

#define WAIT_S 2

static void dress(const struct lbr_keeper *keeper, const struct lbr_route *route, struct lbr_page_tell *tell)
{
	memcpy(tell->base, route->site->base, sizeof(tell->base));
	memcpy(tell->name, route->site->name, sizeof(tell->name));
	memcpy(tell->help, route->site->help, sizeof(tell->help));
	memcpy(tell->issuer, keeper->settings->issuer, sizeof(tell->issuer));
	tell->language = route->language;
}

static void tell_fault(unsigned status, struct lbr_page_tell *tell)
{
	tell->kind = LBR_TELL_FAULT;
	tell->status = status;
	tell->wait_s = WAIT_S;
}

/* A form's number wants a cookie of the browser's: who has none gets one with the page. False: no randomness. */
static bool number_form(const struct lbr_keeper *keeper, const struct lbr_page_ask *ask, const struct lbr_route *route,
                        struct lbr_page_tell *tell)
{
	unsigned char random[LBR_FORM_COOKIE_RANDOM + LBR_FORM_NUMBER_RANDOM];
	char fresh[LBR_FORM_COOKIE_TEXT];

	if (lbr_random(random, sizeof(random)) != LBR_OK)
		return false;
	if (!route->has_cookie) {
		lbr_form_cookie_make(&keeper->key, random, fresh);
		memcpy(tell->form_cookie, fresh, sizeof(fresh));
	}
	lbr_form_number_make(&keeper->key, route->has_cookie ? ask->form_cookie : fresh, (unsigned)route->place,
	                     random + LBR_FORM_COOKIE_RANDOM, tell->number);
	return true;
}

static void go(const struct lbr_route *route, const char *leaf, struct lbr_page_tell *tell)
{
	tell->kind = LBR_TELL_GO;
	memcpy(tell->origin, route->site->origin, sizeof(tell->origin));
	(void)snprintf(tell->own, sizeof(tell->own), "%s/%s", route->site->base, leaf);
}

static void show(const struct lbr_keeper *keeper, const struct lbr_page_ask *ask, const struct lbr_route *route,
                 struct lbr_page_tell *tell)
{
	tell->kind = LBR_TELL_PAGE;
	memcpy(tell->back, ask->query.back, sizeof(tell->back));
	switch (route->place) {
	case LBR_PLACE_SIGN_IN:
		tell->page = LBR_PAGE_KIND_SIGN_IN;
		tell->said = lbr_said_of(ask->query.said);
		tell->with_recovery = ask->query.with_recovery;
		break;
	case LBR_PLACE_SIGN_OUT:
		tell->page = LBR_PAGE_KIND_SIGN_OUT;
		break;
	case LBR_PLACE_SIGNED_OUT:
		tell->page = LBR_PAGE_KIND_SIGNED_OUT;
		break;
	case LBR_PLACE_LANGUAGE:
		go(route, "sign-in?rd=", tell);
		memcpy(tell->go, lbr_return_path(ask->query.back), strlen(lbr_return_path(ask->query.back)) + 1);
		tell->set_language = ask->query.to;
		return;
	case LBR_PLACE_SITE_STYLE:
	case LBR_PLACE_LOGO:
		tell_fault(404, tell);
		return;
	default: /* a dialogue or a session, and there is none */
		go(route, "sign-in", tell);
		return;
	}
	if (!number_form(keeper, ask, route, tell))
		tell_fault(503, tell);
}

static void answer_route(const struct lbr_keeper *keeper, const struct lbr_page_ask *ask, const struct lbr_route *route,
                         struct lbr_page_tell *tell)
{
	switch (route->kind) {
	case LBR_ROUTE_FAULT:
		tell_fault(route->status, tell);
		break;
	case LBR_ROUTE_STYLE:
		tell->kind = LBR_TELL_STYLE;
		break;
	case LBR_ROUTE_UP:
		tell->kind = LBR_TELL_UP;
		break;
	case LBR_ROUTE_COOKIES:
		go(route, "sign-in?said=cookies", tell);
		break;
	case LBR_ROUTE_SHOW:
		show(keeper, ask, route, tell);
		break;
	case LBR_ROUTE_FORM: /* no agent is asked yet: whoever sends a form is told to wait */
		tell_fault(503, tell);
		break;
	}
}

void lbr_keeper_answer_page(struct lbr_keeper *keeper, const struct lbr_frame *question, struct lbr_frame *answer)
{
	struct lbr_page_ask ask;
	struct lbr_page_tell tell = { .kind = LBR_TELL_FAULT, .status = 503 };
	struct lbr_route route;

	answer->len = 0;
	if (lbr_page_ask_get(question, &ask) != LBR_OK)
		return;
	lbr_page_route(keeper->settings, &keeper->key, &ask, &route);
	dress(keeper, &route, &tell);
	answer_route(keeper, &ask, &route, &tell);
	(void)lbr_page_tell_put(answer, &tell);
	lbr_wipe(&ask, sizeof(ask));
	lbr_wipe(&tell, sizeof(tell));
}
