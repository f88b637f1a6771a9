/* What a page's question becomes. */
#include "page_route.h"

#include <stddef.h>

static enum lbr_language language_of(const struct lbr_portal_settings *settings, const struct lbr_page_ask *ask)
{
	if (ask->language != LBR_LANGUAGE_NONE)
		return ask->language;
	return settings->language != LBR_LANGUAGE_NONE ? settings->language : LBR_LANGUAGE_EN;
}

static void fault(struct lbr_route *route, unsigned status)
{
	route->kind = LBR_ROUTE_FAULT;
	route->status = status;
}

/* Some pages hold a second form, which is sent to another place and bears the number of its page. */
static bool number_is_ours(const struct lbr_portal_key *key, const struct lbr_page_ask *ask, enum lbr_portal_place place)
{
	static const struct { enum lbr_portal_place place, page; } second[] = {
		{ LBR_PLACE_CONTINUE, LBR_PLACE_SIGN_IN },     { LBR_PLACE_SIGN_OUT, LBR_PLACE_SIGN_IN },
		{ LBR_PLACE_SIGN_OUT, LBR_PLACE_ACCOUNT },     { LBR_PLACE_SIGN_OUT_OTHERS, LBR_PLACE_ACCOUNT },
		{ LBR_PLACE_MORE_TIME, LBR_PLACE_SET_UP },     { LBR_PLACE_MORE_TIME, LBR_PLACE_TOKEN },
		{ LBR_PLACE_MORE_TIME, LBR_PLACE_PASSWORD },
	};
	size_t at;

	if (lbr_form_number_is_ours(key, ask->form_cookie, (unsigned)place, ask->form.number))
		return true;
	for (at = 0; at < sizeof(second) / sizeof(second[0]); at++)
		if (second[at].place == place &&
		    lbr_form_number_is_ours(key, ask->form_cookie, (unsigned)second[at].page, ask->form.number))
			return true;
	return false;
}

/* All three are wanted: where it comes from, the browser's cookie, and the number that was made for it and this page. */
static void judge_form(const struct lbr_portal_key *key, const struct lbr_page_ask *ask, struct lbr_route *route)
{
	if (!lbr_post_is_own(ask->fetch_site, ask->has_origin ? ask->origin : NULL, route->site->origin))
		fault(route, 403);
	else if (ask->form_cookie[0] == '\0')
		route->kind = LBR_ROUTE_COOKIES;
	else if (!number_is_ours(key, ask, route->place))
		fault(route, 403);
	else
		route->kind = LBR_ROUTE_FORM;
}

/* An application's host, whose people sign in elsewhere, has the way there and back, and the way out; no box for a password. Links
 * to the pages of an account lead on. */
static bool is_place_of(const struct lbr_site *site, enum lbr_portal_place place, enum lbr_method method)
{
	if (site->sign_in[0] == '\0')
		return place != LBR_PLACE_NONE && place != LBR_PLACE_GO && place != LBR_PLACE_ENTER;
	switch (place) {
	case LBR_PLACE_SIGN_OUT:
	case LBR_PLACE_SIGNED_OUT:
	case LBR_PLACE_LANGUAGE:
	case LBR_PLACE_GO:
	case LBR_PLACE_ENTER:
	case LBR_PLACE_STYLE:
	case LBR_PLACE_SITE_STYLE:
	case LBR_PLACE_LOGO:
	case LBR_PLACE_UP:
		return true;
	case LBR_PLACE_SIGN_IN:
	case LBR_PLACE_ACCOUNT:
	case LBR_PLACE_CHANGE:
	case LBR_PLACE_PHONE:
		return method != LBR_METHOD_POST;
	default:
		return false;
	}
}

void lbr_page_route(const struct lbr_portal_settings *settings, const struct lbr_portal_key *key, const struct lbr_page_ask *ask,
                    struct lbr_route *ret)
{
	const struct lbr_site *site = lbr_site_of(settings, ask->host);

	*ret = (struct lbr_route){ .status = 400, .site = site != NULL ? site : &settings->sites[0] };
	ret->language = language_of(settings, ask);
	ret->has_cookie = lbr_form_cookie_is_ours(key, ask->form_cookie);
	ret->place = lbr_place_of(ret->site->base, ask->path);
	if (site == NULL && ask->host[0] != '\0')
		fault(ret, 421);
	else if (ask->status != 0)
		fault(ret, ask->status);
	else if (site == NULL)
		fault(ret, 400);
	else if (!is_place_of(ret->site, ret->place, ask->method))
		fault(ret, 404);
	else if (!lbr_place_takes(ret->place, ask->method))
		fault(ret, 405);
	else if (ask->method == LBR_METHOD_POST)
		judge_form(key, ask, ret);
	else if (ret->place == LBR_PLACE_STYLE)
		ret->kind = LBR_ROUTE_STYLE;
	else
		ret->kind = ret->place == LBR_PLACE_UP ? LBR_ROUTE_UP : LBR_ROUTE_SHOW;
}
