/* Judging candidates by the rules alone. */
#ifndef TESTS_RULES_STAGE_H
#define TESTS_RULES_STAGE_H

#include <string.h>

#include "support/check_main.h"
#include "support/child.h"

#include <liberations/password.h>
#include <liberations/rules.h>

static struct lbr_settings settings;

static inline struct lbr_secret secret_of(const char *text)
{
	struct lbr_secret typed, secret;

	ck_assert_int_eq(lbr_secret_set(&typed, text, strlen(text)), LBR_OK);
	ck_assert_int_eq(lbr_password_normalise(&typed, &secret), LBR_OK);
	return secret;
}

static inline enum lbr_objection judge_all(const char *text, const char *old, const char *name, const char *contact)
{
	struct lbr_secret password = secret_of(text), before = secret_of(old != NULL ? old : "");
	struct lbr_candidate candidate = {
		.password = &password, .old = old != NULL ? &before : NULL, .name = name, .contact = contact,
	};
	enum lbr_objection objection = LBR_OBJECTION_NONE;
	struct lbr_reason reason;

	ck_assert_int_eq(lbr_rules_judge(&candidate, &settings, &objection, &reason), LBR_OK);
	return objection;
}

static inline enum lbr_objection judge(const char *text)
{
	return judge_all(text, NULL, "zoe", "");
}

static inline void expect(const char *text, enum lbr_objection wanted)
{
	enum lbr_objection got = judge(text);

	if (got != wanted)
		ck_abort_msg("\"%s\": %d instead of %d", text, (int)got, (int)wanted);
}

#endif
