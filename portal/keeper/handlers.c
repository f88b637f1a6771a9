/* Who answers for which place: the one table. */
#include "handlers.h"

#include <stddef.h>

static enum lbr_handled show_file(const struct lbr_site_file *file, struct lbr_page_tell *tell)
{
	if (file->fd > 0) {
		tell->kind = file->kind;
		tell->file = file->fd;
	} else {
		lbr_tell_fault(404, tell);
	}
	return LBR_HANDLED_NOW;
}

static enum lbr_handled show_logo(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	return show_file(&keeper->site_files[visit->route.site - keeper->settings->sites].logo, tell);
}

static enum lbr_handled show_site_style(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	return show_file(&keeper->site_files[visit->route.site - keeper->settings->sites].style, tell);
}

/* A page of a dialogue or a session that does not exist. */
static enum lbr_handled show_sign_in_first(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	(void)keeper;
	lbr_tell_go(visit->route.site, "sign-in", tell);
	return LBR_HANDLED_NOW;
}

static enum lbr_handled take_nothing(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	(void)keeper;
	(void)visit;
	lbr_tell_fault(503, tell);
	return LBR_HANDLED_NOW;
}

static const struct { lbr_handler *show, *take; } handlers[LBR_PLACES] = {
	[LBR_PLACE_SIGN_IN] = { lbr_show_sign_in, lbr_take_sign_in },
	[LBR_PLACE_CONTINUE] = { NULL, lbr_take_continue },
	[LBR_PLACE_SET_UP] = { lbr_show_dialogue, lbr_take_dialogue },
	[LBR_PLACE_TOKEN] = { lbr_show_dialogue, lbr_take_dialogue },
	[LBR_PLACE_PASSWORD] = { lbr_show_dialogue, lbr_take_dialogue },
	[LBR_PLACE_CODES] = { lbr_show_dialogue, lbr_take_dialogue },
	[LBR_PLACE_MORE_TIME] = { NULL, lbr_take_dialogue },
	[LBR_PLACE_NOTICE] = { lbr_show_notice, lbr_take_notice },
	[LBR_PLACE_ACCOUNT] = { lbr_show_account, NULL },
	[LBR_PLACE_CHANGE] = { lbr_show_change, lbr_take_change },
	[LBR_PLACE_PHONE] = { lbr_show_phone, lbr_take_phone },
	[LBR_PLACE_SIGN_OUT] = { lbr_show_plain, lbr_take_sign_out },
	[LBR_PLACE_SIGN_OUT_OTHERS] = { NULL, lbr_take_sign_out_others },
	[LBR_PLACE_SIGNED_OUT] = { lbr_show_plain, NULL },
	[LBR_PLACE_LANGUAGE] = { lbr_show_language, NULL },
	[LBR_PLACE_SITE_STYLE] = { show_site_style, NULL },
	[LBR_PLACE_LOGO] = { show_logo, NULL },
};

/* The host of an application, whose people sign in elsewhere; what is not here is as at the other hosts. */
static lbr_handler *const show_there[LBR_PLACES] = {
	[LBR_PLACE_SIGN_IN] = lbr_show_go,
	[LBR_PLACE_GO] = lbr_show_go,
	[LBR_PLACE_ENTER] = lbr_show_enter,
	[LBR_PLACE_ACCOUNT] = lbr_show_at_portal,
	[LBR_PLACE_CHANGE] = lbr_show_at_portal,
	[LBR_PLACE_PHONE] = lbr_show_at_portal,
};

lbr_handler *lbr_handler_of(const struct lbr_route *route)
{
	lbr_handler *found = route->kind == LBR_ROUTE_FORM ? handlers[route->place].take : handlers[route->place].show;

	if (route->site->sign_in[0] != '\0' && show_there[route->place] != NULL)
		return show_there[route->place];
	if (found != NULL)
		return found;
	return route->kind == LBR_ROUTE_FORM ? take_nothing : show_sign_in_first;
}
