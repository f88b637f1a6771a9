/* What a page process asks the keeper, and what it is told. */
#include "page_frames.h"

#include "frame_codec.h"
#include "return_path.h"

/* A path that was read must be sound: the other side may be hostile. */
static void code_path(struct lbr_coder *coder, char *path)
{
	lbr_field_text(coder, path, LBR_RETURN_MAX + 1);
	if (coder->error == LBR_OK && coder->in != NULL && path[0] != '\0' && !lbr_return_path_is_sound(path))
		coder->error = LBR_ERR_SYNTAX;
}

static void code_query(struct lbr_coder *coder, struct lbr_query *query)
{
	query->with_recovery = lbr_field_flag(coder, query->with_recovery);
	lbr_field_text(coder, query->said, sizeof(query->said));
	query->to = (enum lbr_language)lbr_field_choice(coder, (int)query->to, LBR_LANGUAGE_FR);
	query->at = (enum lbr_portal_place)lbr_field_choice(coder, (int)query->at, LBR_PLACES - 1);
	lbr_field_text(coder, query->destination, sizeof(query->destination));
	lbr_field_text(coder, query->ticket, sizeof(query->ticket));
	query->again = lbr_field_flag(coder, query->again);
	code_path(coder, query->back);
}

static void code_form(struct lbr_coder *coder, struct lbr_form *form)
{
	form->seen = lbr_codec_count(coder, form->seen, (LBR_FORM_FOR << 1) - 1);
	form->unreadable = lbr_field_flag(coder, form->unreadable);
	lbr_field_text(coder, form->user, sizeof(form->user));
	lbr_field_secret(coder, &form->password);
	lbr_field_secret(coder, &form->token);
	lbr_field_secret(coder, &form->old);
	lbr_field_secret(coder, &form->new);
	lbr_field_secret(coder, &form->again);
	lbr_field_text(coder, form->number, sizeof(form->number));
	code_path(coder, form->back);
	lbr_field_text(coder, form->destination, sizeof(form->destination));
	form->noted = lbr_field_flag(coder, form->noted);
	form->then_sign_in = lbr_field_flag(coder, form->then_sign_in);
}

static void code_ask(struct lbr_coder *coder, void *message)
{
	struct lbr_page_ask *ask = message;

	ask->method = (enum lbr_method)lbr_field_choice(coder, (int)ask->method, LBR_METHOD_POST);
	lbr_field_text(coder, ask->path, sizeof(ask->path));
	ask->status = lbr_codec_count(coder, ask->status, 599);
	lbr_field_text(coder, ask->host, sizeof(ask->host));
	ask->fetch_site = (enum lbr_fetch_site)lbr_field_choice(coder, (int)ask->fetch_site, LBR_FETCH_SITE_OTHER);
	ask->has_origin = lbr_field_flag(coder, ask->has_origin);
	lbr_field_text(coder, ask->origin, sizeof(ask->origin));
	lbr_field_text(coder, ask->session, sizeof(ask->session));
	lbr_field_text(coder, ask->form_cookie, sizeof(ask->form_cookie));
	lbr_field_text(coder, ask->go_cookie, sizeof(ask->go_cookie));
	ask->language = (enum lbr_language)lbr_field_choice(coder, (int)ask->language, LBR_LANGUAGE_FR);
	lbr_field_text(coder, ask->address, sizeof(ask->address));
	code_query(coder, &ask->query);
	code_form(coder, &ask->form);
}

enum lbr_error lbr_page_ask_put(struct lbr_frame *frame, const struct lbr_page_ask *ask)
{
	return lbr_codec_put(frame, 'P', code_ask, ask);
}

enum lbr_error lbr_page_ask_get(const struct lbr_frame *frame, struct lbr_page_ask *ask)
{
	return lbr_codec_get(frame, 'P', code_ask, ask, sizeof(*ask));
}
