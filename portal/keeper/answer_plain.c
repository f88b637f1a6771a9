/* Pages that are about no person. */
#include "handlers.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "application.h"

enum lbr_handled lbr_show_plain(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	lbr_tell_page_of(keeper, visit,
	                 visit->route.place == LBR_PLACE_SIGN_OUT ? LBR_PAGE_KIND_SIGN_OUT : LBR_PAGE_KIND_SIGNED_OUT, 0, tell);
	return LBR_HANDLED_NOW;
}

/* What the page was asked for with. A word of `said=` counts for no more than before. */
static void put_query(const struct lbr_query *query, char *ret, size_t size)
{
	const char *said = lbr_said_word(lbr_said_of(query->said));

	(void)snprintf(ret, size, "%s%s%s%s", query->with_recovery ? "with=recovery" : "",
	               query->with_recovery && said[0] != '\0' ? "&" : "", said[0] != '\0' ? "said=" : "", said);
}

/* Back to the page that the switch stands on, out of a closed list; an application's host has two of them. */
enum lbr_handled lbr_show_language(struct lbr_keeper *keeper, struct lbr_visit *visit, struct lbr_page_tell *tell)
{
	const struct lbr_query *query = &visit->ask.query;
	const struct lbr_site *site = visit->route.site;
	bool bare = query->at == LBR_PLACE_NONE && query->destination[0] == '\0';
	const char *back = bare ? lbr_return_path(query->back) : query->back;
	char words[64];

	(void)keeper;
	put_query(query, words, sizeof(words));
	if (site->sign_in[0] != '\0' && query->at != LBR_PLACE_SIGN_OUT && query->at != LBR_PLACE_SIGNED_OUT)
		lbr_tell_go(site, visit->ask.session[0] != '\0' ? "sign-out" : "signed-out", tell);
	else if (site->sign_in[0] != '\0' || (query->at != LBR_PLACE_NONE && query->at != LBR_PLACE_SIGN_IN))
		lbr_tell_go_with(site, lbr_place_leaf(query->at), words, "", "", tell);
	else
		lbr_tell_go_with(site, "sign-in", words, query->destination, back, tell);
	tell->set_language = query->to;
	return LBR_HANDLED_NOW;
}
