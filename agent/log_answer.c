/* What a wrong answer looks like, in the log's words. It is said of any, as it tells nothing about the account. */
#include <stdbool.h>

#include <liberations/combined_answer.h>
#include <liberations/rules.h>
#include <liberations/token.h>

#include "log.h"

#define RESEMBLES_NOBODY "nobody" /* looked up in place of a name that has an account, for the same work */

void lbr_log_find_resembling(const struct lbr_session *session, const struct lbr_outcome *outcome, struct lbr_reason *reason)
{
	const char *name = outcome->known ? RESEMBLES_NOBODY : session->request.user;
	enum lbr_error error;

	reason->text[0] = '\0';
	error = lbr_store_is_free(session->store, name, reason);
	if (error != LBR_ERR_EXISTS || outcome->known)
		reason->text[0] = '\0';
}

static bool is_code(const struct lbr_secret *answer)
{
	char digits[LBR_CODE_DIGITS + 1];
	bool is = lbr_token_read(answer, digits);

	lbr_wipe(digits, sizeof(digits));
	return is;
}

static bool ends_in_code(const struct lbr_secret *answer)
{
	struct lbr_secret password = {0}, code = {0};
	bool ends = lbr_combined_answer_split(answer, &password, &code) == LBR_OK;

	lbr_secret_wipe(&password);
	lbr_secret_wipe(&code);
	return ends;
}

const char *lbr_log_looks_like(const struct lbr_session *session, const struct lbr_attempt *attempt)
{
	if (attempt->unreadable)
		return "; an answer is over-long";
	if (attempt->password->len == 0)
		return "; no password at all";
	if (is_code(attempt->password))
		return "; a code in place of the password: were they swapped?";
	if (attempt->code->len == 0 && !session->request.one_answer && ends_in_code(attempt->password))
		return "; a code behind the password, and none at its own prompt: were they typed together?";
	switch (lbr_rules_judge_text(attempt->password)) {
	case LBR_OBJECTION_PASTE:
		return "; the password holds a terminal's marks around a paste";
	case LBR_OBJECTION_BYTES:
		return "; the password is not UTF-8";
	case LBR_OBJECTION_KEYS:
		return "; the password holds control characters or hidden ones";
	default:
		return "";
	}
}
