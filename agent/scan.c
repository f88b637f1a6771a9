/* A token meets its phone: the QR code shown, the first code asked. */
#include <liberations/otpauth.h>
#include <liberations/token.h>

#include "session.h"
#include "talk.h"

#define PROMPT_MARGIN 2 /* modules around the QR code: all of it fits 80x24 */

/* Key above, QR below, then the question; one prompt, since a prompt is what consumers neither log nor escape. */
static enum lbr_error write_prompt(const struct lbr_session *session, const unsigned char key[LBR_TOKEN_KEY_LEN],
                                   char *prompt, size_t size)
{
	char uri[LBR_URI_MAX], grouped[LBR_KEY_TEXT_MAX], qr[LBR_QR_TEXT_MAX], scan[256], question[256];
	bool ascii = session->hello.messages == LBR_MESSAGES_ASCII;
	enum lbr_qr_style style = ascii && session->hello.qr == LBR_QR_UTF8 ? LBR_QR_ASCII : session->hello.qr;
	enum lbr_error error;
	int len = -1;

	error = lbr_otpauth_uri(session->settings->issuer, session->request.user, key, uri);
	if (error == LBR_OK)
		error = lbr_token_key_text(key, 1, grouped);
	if (error == LBR_OK)
		error = lbr_qr_text(uri, style, PROMPT_MARGIN, 0, qr);
	if (error == LBR_OK) {
		lbr_text_format(style == LBR_QR_NONE ? LBR_TEXT_TYPE_KEY : LBR_TEXT_SCAN, session->language, ascii, 0, NULL, scan,
		                sizeof(scan));
		lbr_text_format(LBR_TEXT_PROMPT_FIRST_CODE, session->language, ascii, 0, NULL, question, sizeof(question));
		len = snprintf(prompt, size, "\n%s\n%s\n%s%s%s", scan, grouped, style == LBR_QR_NONE ? uri : qr,
		               style == LBR_QR_NONE ? "\n" : "", question);
		error = len > 0 && (size_t)len < size ? LBR_OK : LBR_ERR_RANGE;
	}
	lbr_wipe(uri, sizeof(uri));
	lbr_wipe(grouped, sizeof(grouped));
	lbr_wipe(qr, sizeof(qr));
	return error;
}

enum lbr_result lbr_scan_and_confirm(struct lbr_session *session, const unsigned char key[LBR_TOKEN_KEY_LEN],
                                     int64_t *ret_step)
{
	char prompt[LBR_WIRE_TEXT_MAX];
	struct lbr_secret code = {0};
	enum lbr_error error;
	int tries;

	*ret_step = 0;
	error = write_prompt(session, key, prompt, sizeof(prompt));
	for (tries = 0; error == LBR_OK && *ret_step == 0 && tries < LBR_TRIES; tries++) {
		if (tries > 0)
			lbr_tell(session, true, LBR_TEXT_CODE_WRONG, 0);
		error = lbr_ask_prompt(session, LBR_ASK_CODE, prompt, &code);
		if (error == LBR_OK)
			*ret_step = lbr_token_match(key, &code, lbr_token_step(lbr_now_s()), session->settings->window);
	}
	lbr_secret_wipe(&code);
	lbr_wipe(prompt, sizeof(prompt));
	if (error == LBR_ERR_ABSENT)
		return LBR_RESULT_CONVERSATION;
	return error == LBR_OK && *ret_step > 0 ? LBR_RESULT_ALLOW : LBR_RESULT_DENY;
}
