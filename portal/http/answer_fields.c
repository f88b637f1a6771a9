/* The fields that every answer bears. */
#include "answer_fields.h"

#include <stdbool.h>
#include <string.h>

#include "return_path.h"

#define FORM_ACTION "form-action 'self'"

/* Referrer-Policy is never no-referrer: browsers then send "Origin: null" with our own forms. */
const struct lbr_answer_field lbr_answer_fields[] = {
	{ "Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
	                             "frame-ancestors 'none'" },
	{ "X-Frame-Options", "DENY" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Referrer-Policy", "same-origin" },
	{ "Cache-Control", "no-store" },
	{ "X-Robots-Tag", "noindex, nofollow" },
	{ NULL, NULL }
};

static const char *const cookie_names[] = {
	[LBR_COOKIE_KIND_SESSION] = LBR_COOKIE_SESSION, [LBR_COOKIE_KIND_FORM] = LBR_COOKIE_FORM,
	[LBR_COOKIE_KIND_LANGUAGE] = LBR_COOKIE_LANGUAGE, [LBR_COOKIE_KIND_GO] = LBR_COOKIE_GO,
};

static bool put(char *ret, size_t size, const char *text)
{
	size_t used = strlen(ret), len = strlen(text);

	if (len >= size - used)
		return false;
	memcpy(ret + used, text, len + 1);
	return true;
}

/* The table's policy, with the origin behind its form-action. */
void lbr_content_policy(const char *origin, char ret[LBR_CONTENT_POLICY_MAX])
{
	const char *policy = lbr_answer_fields[0].value, *rest = strstr(policy, FORM_ACTION) + strlen(FORM_ACTION);
	bool wanted = strncmp(origin, "https://", strlen("https://")) == 0 &&
	              origin[strspn(origin, "abcdefghijklmnopqrstuvwxyz0123456789-.:/")] == '\0';

	memcpy(ret, policy, (size_t)(rest - policy));
	ret[rest - policy] = '\0';
	if (wanted && strlen(origin) < LBR_CONTENT_POLICY_MAX - strlen(policy) - 1) {
		(void)put(ret, LBR_CONTENT_POLICY_MAX, " ");
		(void)put(ret, LBR_CONTENT_POLICY_MAX, origin);
	}
	(void)put(ret, LBR_CONTENT_POLICY_MAX, rest);
}

/* All cookies end with the browser, but the language stays a year. */
void lbr_set_cookie(enum lbr_cookie_kind kind, const char *value, char ret[LBR_SET_COOKIE_MAX])
{
	static const char base64url[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
	bool whole;

	ret[0] = '\0';
	if (value[strspn(value, base64url)] != '\0')
		return;
	whole = put(ret, LBR_SET_COOKIE_MAX, cookie_names[kind]) && put(ret, LBR_SET_COOKIE_MAX, "=") &&
	        put(ret, LBR_SET_COOKIE_MAX, value) && put(ret, LBR_SET_COOKIE_MAX, "; Path=/; Secure; HttpOnly; SameSite=Lax");
	if (whole && *value == '\0')
		whole = put(ret, LBR_SET_COOKIE_MAX, "; Max-Age=0");
	else if (whole && kind == LBR_COOKIE_KIND_LANGUAGE)
		whole = put(ret, LBR_SET_COOKIE_MAX, "; Max-Age=31536000");
	if (!whole)
		ret[0] = '\0';
}

void lbr_location(const char *origin, const char *own, const char *path, char ret[LBR_LOCATION_MAX])
{
	bool sound = path != NULL && lbr_return_path_is_sound(path);
	const char *rest = sound ? path : own[0] != '\0' ? "" : "/";

	ret[0] = '\0';
	if (!put(ret, LBR_LOCATION_MAX, origin) || !put(ret, LBR_LOCATION_MAX, own) || !put(ret, LBR_LOCATION_MAX, rest))
		ret[0] = '\0';
}
