/* What a page process is told. */
#include "page_frames.h"

#include <stddef.h>

#include "frame_codec.h"

static void code_way(struct lbr_coder *coder, struct lbr_page_tell *tell)
{
	int kind = lbr_field_choice(coder, (int)tell->kind, LBR_TELL_SVG);

	if (coder->error == LBR_OK && kind < LBR_TELL_PAGE)
		coder->error = LBR_ERR_SYNTAX;
	tell->kind = (enum lbr_tell_kind)kind;
	tell->status = lbr_codec_count(coder, tell->status, 599);
	tell->wait_s = lbr_codec_count(coder, tell->wait_s, 3600);
	lbr_field_text(coder, tell->origin, sizeof(tell->origin));
	lbr_field_text(coder, tell->own, sizeof(tell->own));
	lbr_field_text(coder, tell->go, sizeof(tell->go));
	tell->set_session = (enum lbr_tell_cookie)lbr_field_choice(coder, (int)tell->set_session, LBR_TELL_COOKIE_FORGET);
	lbr_field_text(coder, tell->session, sizeof(tell->session));
	lbr_field_text(coder, tell->form_cookie, sizeof(tell->form_cookie));
	lbr_field_text(coder, tell->go_cookie, sizeof(tell->go_cookie));
	tell->set_language = (enum lbr_language)lbr_field_choice(coder, (int)tell->set_language, LBR_LANGUAGE_FR);
	lbr_field_text(coder, tell->forget, sizeof(tell->forget));
	lbr_field_text(coder, tell->allowed, sizeof(tell->allowed));
}

static void code_look(struct lbr_coder *coder, struct lbr_page_tell *tell)
{
	tell->page = (enum lbr_page_kind)lbr_field_choice(coder, (int)tell->page, LBR_PAGE_KINDS - 1);
	tell->language = (enum lbr_language)lbr_field_choice(coder, (int)tell->language, LBR_LANGUAGE_FR);
	lbr_field_text(coder, tell->base, sizeof(tell->base));
	lbr_field_text(coder, tell->name, sizeof(tell->name));
	lbr_field_text(coder, tell->help, sizeof(tell->help));
	lbr_field_text(coder, tell->issuer, sizeof(tell->issuer));
	tell->has_logo = lbr_field_flag(coder, tell->has_logo);
	tell->has_style = lbr_field_flag(coder, tell->has_style);
}

static void code_form(struct lbr_coder *coder, struct lbr_page_tell *tell)
{
	unsigned at;

	lbr_field_text(coder, tell->number, sizeof(tell->number));
	lbr_field_text(coder, tell->user, sizeof(tell->user));
	lbr_field_text(coder, tell->back, sizeof(tell->back));
	lbr_field_text(coder, tell->destination, sizeof(tell->destination));
	tell->said = (enum lbr_said)lbr_field_choice(coder, (int)tell->said, LBR_SAIDS - 1);
	tell->with_recovery = lbr_field_flag(coder, tell->with_recovery);
	tell->say_count = lbr_codec_count(coder, tell->say_count, LBR_PAGE_SAYS_MAX);
	for (at = 0; at < tell->say_count; at++) {
		tell->say_errors[at] = lbr_field_flag(coder, tell->say_errors[at]);
		lbr_field_text(coder, tell->says[at], sizeof(tell->says[at]));
	}
}

static void code_dialogue(struct lbr_coder *coder, struct lbr_page_tell *tell)
{
	unsigned at;

	tell->step = lbr_codec_count(coder, tell->step, 9);
	tell->steps = lbr_codec_count(coder, tell->steps, 9);
	tell->tries_left = lbr_codec_count(coder, tell->tries_left, 255);
	lbr_field_text(coder, tell->uri, sizeof(tell->uri));
	lbr_field_text(coder, tell->key, sizeof(tell->key));
	tell->code_count = lbr_codec_count(coder, tell->code_count, LBR_PAGE_SHEET_MAX);
	for (at = 0; at < tell->code_count; at++)
		lbr_field_text(coder, tell->codes[at], sizeof(tell->codes[at]));
	tell->proven = lbr_field_flag(coder, tell->proven);
	lbr_field_rules(coder, &tell->rules);
	tell->offers_change = lbr_field_flag(coder, tell->offers_change);
}

static void code_account(struct lbr_coder *coder, struct lbr_page_tell *tell)
{
	unsigned at;

	lbr_field_text(coder, tell->until, sizeof(tell->until));
	lbr_field_text(coder, tell->from, sizeof(tell->from));
	lbr_field_text(coder, tell->last_sign_in, sizeof(tell->last_sign_in));
	tell->codes_left = lbr_codec_count(coder, tell->codes_left, 255);
	tell->session_count = lbr_codec_count(coder, tell->session_count, LBR_PAGE_SESSIONS_MAX);
	for (at = 0; at < tell->session_count; at++) {
		lbr_field_text(coder, tell->sessions[at].since, sizeof(tell->sessions[at].since));
		lbr_field_text(coder, tell->sessions[at].seen, sizeof(tell->sessions[at].seen));
		lbr_field_text(coder, tell->sessions[at].address, sizeof(tell->sessions[at].address));
	}
}

static void code_tell(struct lbr_coder *coder, void *message)
{
	struct lbr_page_tell *tell = message;

	code_way(coder, tell);
	code_look(coder, tell);
	code_form(coder, tell);
	code_dialogue(coder, tell);
	code_account(coder, tell);
}

enum lbr_error lbr_page_tell_put(struct lbr_frame *frame, const struct lbr_page_tell *tell)
{
	return lbr_codec_put(frame, 'p', code_tell, tell);
}

enum lbr_error lbr_page_tell_get(const struct lbr_frame *frame, struct lbr_page_tell *tell)
{
	return lbr_codec_get(frame, 'p', code_tell, tell, sizeof(*tell));
}

static const char *text_or_null(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

void lbr_page_of_tell(const struct lbr_page_tell *tell, struct lbr_look *look, struct lbr_page *ret)
{
	unsigned at;

	*look = (struct lbr_look){
		.base = tell->base, .name = tell->name, .help = tell->help, .issuer = tell->issuer,
		.has_logo = tell->has_logo, .has_style = tell->has_style,
	};
	*ret = (struct lbr_page){
		.kind = tell->kind == LBR_TELL_FAULT ? LBR_PAGE_KIND_FAULT : tell->page, .language = tell->language, .look = look,
		.number = tell->number, .user = tell->user, .back = tell->back, .destination = tell->destination,
		.said = tell->said, .with_recovery = tell->with_recovery,
		.say_count = tell->say_count, .step = tell->step, .steps = tell->steps, .tries_left = tell->tries_left,
		.uri = tell->uri, .key = tell->key,
		.code_count = tell->code_count, .proven = tell->proven, .max_age = tell->rules.max_age,
		.history = tell->rules.history, .offers_change = tell->offers_change,
		.until = text_or_null(tell->until), .from = tell->from,
		.last_sign_in = tell->last_sign_in, .codes_left = tell->codes_left, .session_count = tell->session_count,
		.status = tell->status, .wait_s = tell->wait_s,
	};
	for (at = 0; at < tell->say_count; at++)
		ret->says[at] = (struct lbr_page_say){ tell->say_errors[at], tell->says[at] };
	for (at = 0; at < tell->code_count; at++)
		ret->codes[at] = tell->codes[at];
	for (at = 0; at < tell->session_count; at++)
		ret->sessions[at] = (struct lbr_page_session){ tell->sessions[at].since, tell->sessions[at].seen,
		tell->sessions[at].address };
}
