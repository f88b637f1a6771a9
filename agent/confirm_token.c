/* Pairs a token with its phone: shows the QR code, asks for the first code. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <liberations/otpauth.h>
#include <liberations/token.h>

#include "ask_person.h"
#include "session.h"

#define PROMPT_MARGIN 2 /* margin around the QR code, in modules: in half blocks the prompt then fits 80x24 */
#define SCREEN_LINES 24

struct sheet {
	char uri[LBR_URI_MAX], key[LBR_KEY_TEXT_MAX], qr[LBR_QR_TEXT_MAX];
	char scan[256], question[256];
	char again[256 + LBR_KEY_TEXT_MAX + 2]; /* text and key, below a picture too tall for the screen; else "" */
};

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
	lbr_text_format(sheet->qr[0] == '\0' ? LBR_TEXT_TYPE_KEY : LBR_TEXT_SCAN, session->language, ascii, 0, NULL,
	                sheet->scan, sizeof(sheet->scan));
	lbr_text_format(LBR_TEXT_PROMPT_FIRST_CODE, session->language, ascii, 0, NULL, sheet->question, sizeof(sheet->question));
	/* A picture too wide for a terminal is left out: the key can be typed instead. */
	return error == LBR_ERR_RANGE ? LBR_OK : error;
}

/* True if the key above the picture has scrolled off the screen by the time the question shows. */
static bool is_tall(const char *picture)
{
	int lines = 3; /* text, key and question */

	for (; *picture != '\0'; picture++)
		lines += *picture == '\n';
	return lines > SCREEN_LINES;
}

/* Key above, QR below, then the question; in one prompt, since consumers neither log nor escape prompts. */
static enum lbr_error write_prompt(const struct lbr_session *session, const unsigned char key[LBR_TOKEN_KEY_LEN], bool again,
                                   char *prompt, size_t size)
{
	struct sheet sheet = {.uri = ""};
	char wrong[128] = "";
	enum lbr_error error = draw_sheet(session, key, &sheet);
	bool drawn = sheet.qr[0] != '\0';
	int len;

	if (is_tall(sheet.qr))
		(void)snprintf(sheet.again, sizeof(sheet.again), "%s\n%s\n", sheet.scan, sheet.key);
	if (again) /* below the picture, which would scroll it off the screen */
		lbr_text_format(LBR_TEXT_CODE_WRONG, session->language, session->hello.messages == LBR_MESSAGES_ASCII, 0, NULL,
		                wrong, sizeof(wrong));
	if (error == LBR_OK) {
		len = snprintf(prompt, size, "\n%s\n%s\n%s%s%s%s%s%s", sheet.scan, sheet.key, drawn ? sheet.qr : sheet.uri,
		               drawn ? "" : "\n", sheet.again, wrong, again ? "\n" : "", sheet.question);
		error = len > 0 && (size_t)len < size ? LBR_OK : LBR_ERR_RANGE;
	}
	lbr_wipe(&sheet, sizeof(sheet));
	return error;
}

enum lbr_status lbr_confirm_token(struct lbr_session *session, const unsigned char key[LBR_TOKEN_KEY_LEN],
                                     int64_t *ret_step)
{
	char prompt[LBR_WIRE_TEXT_MAX];
	struct lbr_secret code = {0};
	enum lbr_error error = LBR_OK;
	int tries;

	*ret_step = 0;
	for (tries = 0; error == LBR_OK && *ret_step == 0 && tries < LBR_TRIES; tries++) {
		error = write_prompt(session, key, tries > 0, prompt, sizeof(prompt));
		if (error == LBR_OK)
			error = lbr_person_ask_prompt(session, LBR_ASK_CODE, prompt, &code);
		if (error == LBR_OK)
			*ret_step = lbr_token_match(key, &code, lbr_token_step(lbr_now_s()), session->settings->window);
	}
	lbr_secret_wipe(&code);
	lbr_wipe(prompt, sizeof(prompt));
	if (error == LBR_ERR_ABSENT)
		return LBR_STATUS_CONVERSATION;
	return error == LBR_OK && *ret_step > 0 ? LBR_STATUS_ALLOW : LBR_STATUS_DENY;
}
