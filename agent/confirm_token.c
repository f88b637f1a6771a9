/* Pairs a token with its phone: shows the QR code, asks for the first code. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <liberations/otpauth.h>
#include <liberations/token.h>

#include "ask_person.h"
#include "session.h"

#define PROMPT_MARGIN 2 /* margin around the QR code, in modules: in half blocks the prompt then fits 80x24 */
#define SCREEN_LINES 24

_Static_assert(LBR_URI_MAX <= LBR_WIRE_URI_MAX && LBR_KEY_TEXT_MAX <= LBR_WIRE_KEY_MAX, "both fit into a question");

struct sheet {
	char uri[LBR_URI_MAX], key[LBR_KEY_TEXT_MAX], qr[LBR_QR_TEXT_MAX];
	char scan[256], question[256];
	char type[256]; /* below a picture too tall for the screen, whose text has scrolled away; else "" */
};

/* True if the text above the picture has scrolled off the screen by the time the question shows. */
static bool is_tall(const char *picture)
{
	int lines = 3; /* text, key and question */

	for (; *picture != '\0'; picture++)
		lines += *picture == '\n';
	return lines > SCREEN_LINES;
}

static enum lbr_error draw_sheet(const struct lbr_session *session, const unsigned char key[LBR_TOKEN_KEY_LEN], struct sheet *sheet)
{
	bool ascii = session->hello.messages == LBR_MESSAGES_ASCII;
	enum lbr_qr_style style = ascii && session->hello.qr == LBR_QR_UTF8 ? LBR_QR_ASCII : session->hello.qr;
	enum lbr_error error;

	error = lbr_otpauth_uri(session->settings->issuer, session->request.user, key, sheet->uri);
	if (error == LBR_OK)
		error = lbr_token_key_text(key, 1, sheet->key);
	if (error != LBR_OK)
		return error;
	error = lbr_qr_text(sheet->uri, style, PROMPT_MARGIN, 0, sheet->qr);
	lbr_text_format(LBR_TEXT_SCAN, session->language, ascii, 0, NULL, sheet->scan, sizeof(sheet->scan));
	if (sheet->qr[0] == '\0' || is_tall(sheet->qr))
		lbr_text_format(LBR_TEXT_TYPE_KEY, session->language, ascii, 0, NULL, sheet->type, sizeof(sheet->type));
	lbr_text_format(LBR_TEXT_PROMPT_FIRST_CODE, session->language, ascii, 0, NULL, sheet->question, sizeof(sheet->question));
	/* A picture too wide for a terminal is left out: the key can be typed instead. */
	return error == LBR_ERR_RANGE ? LBR_OK : error;
}

/* The key stands below the picture, next to the question: a client that cannot show the picture makes hundreds of lines of it. All
 * in one prompt, since consumers neither log nor escape prompts. */
static int put_sheet(const struct sheet *sheet, const char *wrong, char *prompt, size_t size)
{
	if (sheet->qr[0] == '\0')
		return snprintf(prompt, size, "\n%s\n%s\n%s\n%s%s", sheet->type, sheet->uri, sheet->key, wrong, sheet->question);
	return snprintf(prompt, size, "\n%s\n%s%s%s%s\n%s%s", sheet->scan, sheet->qr, sheet->type,
	                sheet->type[0] != '\0' ? "\n" : "", sheet->key, wrong, sheet->question);
}

static enum lbr_error write_prompt(const struct lbr_session *session, const unsigned char key[LBR_TOKEN_KEY_LEN], bool again,
                                   char *prompt, size_t size)
{
	bool ascii = session->hello.messages == LBR_MESSAGES_ASCII;
	struct sheet sheet = {.uri = ""};
	char wrong[128] = "";
	enum lbr_error error = draw_sheet(session, key, &sheet);
	size_t used;
	int len;

	if (again) { /* below the picture, which would scroll it off the screen */
		lbr_text_format(LBR_TEXT_CODE_WRONG, session->language, ascii, 0, NULL, wrong, sizeof(wrong) - 1);
		used = strlen(wrong);
		memcpy(wrong + used, "\n", 2);
	}
	if (error == LBR_OK) {
		len = put_sheet(&sheet, wrong, prompt, size);
		error = len > 0 && (size_t)len < size ? LBR_OK : LBR_ERR_RANGE;
	}
	lbr_wipe(&sheet, sizeof(sheet));
	return error;
}

/* A page draws the picture itself, and has its own place for what was wrong. */
static enum lbr_error fill_page(const struct lbr_session *session, const unsigned char key[LBR_TOKEN_KEY_LEN], struct lbr_ask *ask)
{
	bool ascii = session->hello.messages == LBR_MESSAGES_ASCII;
	enum lbr_error error = lbr_otpauth_uri(session->settings->issuer, session->request.user, key, ask->uri);

	lbr_text_format(LBR_TEXT_PROMPT_FIRST_CODE, session->language, ascii, 0, NULL, ask->text, sizeof(ask->text));
	return error == LBR_OK ? lbr_token_key_text(key, 1, ask->key) : error;
}

static enum lbr_error ask_code(struct lbr_session *session, const unsigned char key[LBR_TOKEN_KEY_LEN], unsigned tries,
                               struct lbr_secret *code)
{
	struct lbr_ask ask = {.purpose = LBR_ASK_CODE, .tries_left = LBR_TRIES - tries};
	enum lbr_error error;

	if (session->hello.structured && tries > 0)
		lbr_person_tell(session, true, LBR_TEXT_CODE_WRONG, 0);
	error = session->hello.structured ? fill_page(session, key, &ask)
	                                  : write_prompt(session, key, tries > 0, ask.text, sizeof(ask.text));
	if (error == LBR_OK)
		error = lbr_person_ask_whole(session, &ask, code);
	lbr_wipe(&ask, sizeof(ask));
	return error;
}

enum lbr_status lbr_confirm_token(struct lbr_session *session, const unsigned char key[LBR_TOKEN_KEY_LEN],
                                     int64_t *ret_step)
{
	struct lbr_secret code = {0};
	enum lbr_error error = LBR_OK;
	unsigned tries;

	*ret_step = 0;
	for (tries = 0; error == LBR_OK && *ret_step == 0 && tries < LBR_TRIES; tries++) {
		error = ask_code(session, key, tries, &code);
		if (error == LBR_OK)
			*ret_step = lbr_token_match(key, &code, lbr_token_step(lbr_store_now_s(session->store)),
			                            session->settings->window);
	}
	lbr_secret_wipe(&code);
	if (error == LBR_ERR_ABSENT)
		return LBR_STATUS_CONVERSATION;
	return error == LBR_OK && *ret_step > 0 ? LBR_STATUS_ALLOW : LBR_STATUS_DENY;
}
