/* Every page in each of its states, with the data that a test wants in it. */
#ifndef TESTS_PAGE_STATES_H
#define TESTS_PAGE_STATES_H

#include <string.h>

#include "page.h"

#define STATES 27

static const char state_uri[] =
	"otpauth://totp/Lib%C3%A9rations:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Lib%C3%A9rations";

static const char state_destination[] = "0123456789012345678901234567890123456789012345678901234567890-_z";

static const char *const state_names[STATES] = {
	"sign-in", "sign-in-recovery", "sign-in-no", "sign-in-late", "sign-in-ended", "already", "set-up", "set-up-wrong", "token",
	"password-first", "password-refused", "codes", "notice", "account", "account-alone", "change", "change-refused", "phone",
	"signed-out", "fault-503", "fault-closed", "sign-in-for", "already-ended", "cookies", "sign-in-set-up",
	"sign-in-changed", "sign-in-replaced",
};

/* `data` stands wherever somebody else chose the text. */
static inline struct lbr_page state_of(const char *name, enum lbr_language language, const struct lbr_look *look, const char *data)
{
	struct lbr_page page = { .language = language, .look = look, .number = "bnVtYmVy", .user = data };
	unsigned at;

	if (strncmp(name, "sign-in", 7) == 0) {
		page.kind = LBR_PAGE_KIND_SIGN_IN;
		page.back = "/wiki/page?x=1&y=2";
		page.with_recovery = strcmp(name, "sign-in-recovery") == 0;
		page.said = name[7] == '-' ? lbr_said_of(name + 8) : LBR_SAID_NOTHING;
		page.user = page.said == LBR_SAID_NO ? data : NULL;
		page.destination = strcmp(name, "sign-in-for") == 0 ? state_destination : NULL;
	} else if (strncmp(name, "already", 7) == 0) {
		page.kind = LBR_PAGE_KIND_ALREADY;
		page.back = "/";
		page.destination = strcmp(name, "already-ended") == 0 ? state_destination : NULL;
		page.said = strcmp(name, "already-ended") == 0 ? LBR_SAID_ENDED : LBR_SAID_NOTHING;
	} else if (strcmp(name, "cookies") == 0) {
		page.kind = LBR_PAGE_KIND_COOKIES;
	} else if (strncmp(name, "set-up", 6) == 0 || strcmp(name, "token") == 0) {
		page.kind = name[0] == 's' ? LBR_PAGE_KIND_SET_UP : LBR_PAGE_KIND_TOKEN;
		page.uri = state_uri;
		page.key = "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ";
		page.step = 1;
		page.steps = 3;
	} else if (strncmp(name, "password", 8) == 0) {
		page.kind = LBR_PAGE_KIND_PASSWORD;
		page.max_age = (struct lbr_age){ LBR_AGE_MONTHS, 6 };
		page.history = 10;
		page.step = 2;
		page.steps = 3;
	} else if (strcmp(name, "codes") == 0) {
		page.kind = LBR_PAGE_KIND_CODES;
		page.code_count = LBR_PAGE_SHEET_MAX;
		for (at = 0; at < page.code_count; at++)
			page.codes[at] = "0AB1C-D2EF3";
	} else if (strcmp(name, "notice") == 0) {
		page.kind = LBR_PAGE_KIND_NOTICE;
		page.offers_change = true;
	} else if (strncmp(name, "account", 7) == 0) {
		page.kind = LBR_PAGE_KIND_ACCOUNT;
		page.until = strcmp(name, "account") == 0 ? "2027-05-28" : NULL;
		page.from = "2026-11-29";
		page.last_sign_in = "2026-11-28 17:36 UTC";
		page.codes_left = 9;
		page.session_count = strcmp(name, "account") == 0 ? 2 : 0;
		for (at = 0; at < page.session_count; at++)
			page.sessions[at] = (struct lbr_page_session){ "2026-11-28 08:01 UTC", "2026-11-28 17:30 UTC", data };
	} else if (strncmp(name, "change", 6) == 0) {
		page.kind = LBR_PAGE_KIND_CHANGE;
		page.max_age = (struct lbr_age){ LBR_AGE_MONTHS, 6 };
		page.history = 10;
		page.proven = strcmp(name, "change-refused") == 0;
	} else if (strcmp(name, "phone") == 0) {
		page.kind = LBR_PAGE_KIND_PHONE;
	} else if (strcmp(name, "signed-out") == 0) {
		page.kind = LBR_PAGE_KIND_SIGNED_OUT;
	} else {
		page.kind = LBR_PAGE_KIND_FAULT;
		page.status = 503;
		page.wait_s = strcmp(name, "fault-503") == 0 ? 2 : 0;
	}
	if (strstr(name, "wrong") != NULL || strstr(name, "refused") != NULL || strcmp(name, "notice") == 0) {
		page.says[0] = (struct lbr_page_say){ strcmp(name, "notice") != 0, "Too soon.\nAsk your administrator." };
		page.says[1] = (struct lbr_page_say){ false, data };
		page.say_count = 2;
		page.tries_left = strcmp(name, "notice") != 0 ? 2 : 0;
	}
	return page;
}

#endif
