/* One request as the portal understands it. */
#include "http_request.h"

#include <string.h>
#include <strings.h>

#include "form.h"
#include "wanted_language.h"

static void refuse(struct lbr_http_request *request, unsigned status)
{
	if (request->status == 0)
		request->status = status;
}

static bool has_only_target_bytes(const char *target)
{
	for (; *target != '\0'; target++)
		if ((unsigned char)*target <= 0x20 || (unsigned char)*target >= 0x7f || *target == '#')
			return false;
	return true;
}

/* Two programs may read such a path in two ways; none of our places has one. */
static bool is_plain_path(const char *path)
{
	return strchr(path, '%') == NULL && strchr(path, '\\') == NULL && strstr(path, "//") == NULL && strstr(path, "/.") == NULL;
}

void lbr_http_begin(struct lbr_http_request *request, const char *method, const char *target, const char *version)
{
	size_t len = strnlen(target, LBR_HTTP_TARGET_MAX + 1), path = strcspn(target, "?");

	memset(request, 0, sizeof(*request));
	memcpy(request->address, "-", 2);
	request->method = lbr_method_of(method);
	if ((strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0) || target[0] != '/' ||
	    !has_only_target_bytes(target)) {
		refuse(request, 400);
		return;
	}
	if (len > LBR_HTTP_TARGET_MAX) {
		refuse(request, 404);
		return;
	}
	memcpy(request->path, target, path);
	if (!is_plain_path(request->path))
		refuse(request, 404);
	lbr_query_read(target[path] == '?' ? target + path + 1 : "", &request->query);
}

static void take_length(struct lbr_http_request *request, const char *value)
{
	size_t len = strspn(value, "0123456789"), at;

	request->has_length = true;
	if (len == 0 || len > 9 || value[len] != '\0') {
		refuse(request, 400);
		return;
	}
	for (at = 0; at < len; at++)
		request->length = request->length * 10 + (size_t)(value[at] - '0');
}

static void take_type(struct lbr_http_request *request, const char *value)
{
	static const char wanted[] = "application/x-www-form-urlencoded";
	const char *rest = value + sizeof(wanted) - 1;

	if (strncasecmp(value, wanted, sizeof(wanted) - 1) != 0)
		return;
	rest += strspn(rest, " \t");
	request->urlencoded = *rest == '\0' || strcasecmp(rest, "; charset=utf-8") == 0 || strcasecmp(rest, ";charset=utf-8") == 0;
}

static void take_text(struct lbr_http_request *request, const char *value, char *ret, size_t size)
{
	size_t len = strlen(value);

	if (len >= size)
		refuse(request, 400);
	else
		memcpy(ret, value, len + 1);
}

static void take_cookies(struct lbr_http_request *request, const char *value)
{
	char language[3];

	if (lbr_cookie_find(value, LBR_COOKIE_SESSION, LBR_COOKIE_SESSION_LEN, request->session) == LBR_ERR_SYNTAX ||
	    lbr_cookie_find(value, LBR_COOKIE_FORM, LBR_COOKIE_FORM_LEN, request->form) == LBR_ERR_SYNTAX ||
	    lbr_cookie_find(value, LBR_COOKIE_GO, LBR_COOKIE_GO_LEN, request->go) == LBR_ERR_SYNTAX ||
	    lbr_cookie_find(value, LBR_COOKIE_LANGUAGE, 2, language) == LBR_ERR_SYNTAX)
		refuse(request, 400);
	else if (strcmp(language, "fr") == 0 || strcmp(language, "en") == 0)
		request->language = language[0] == 'f' ? LBR_LANGUAGE_FR : LBR_LANGUAGE_EN;
}

static void take_origin(struct lbr_http_request *request, const char *value)
{
	request->has_origin = true;
	take_text(request, value, request->origin, sizeof(request->origin));
}

static void take_host(struct lbr_http_request *request, const char *value)
{
	take_text(request, value, request->host, sizeof(request->host));
}

static void take_fetch_site(struct lbr_http_request *request, const char *value)
{
	request->fetch_site = lbr_fetch_site_of(value);
}

/* The cookie is what a person chose, so it goes first, whichever field came first. */
static void take_wanted_language(struct lbr_http_request *request, const char *value)
{
	if (request->language == LBR_LANGUAGE_NONE)
		request->language = lbr_wanted_language(value);
}

static void take_address(struct lbr_http_request *request, const char *value)
{
	lbr_claimed_address(value, request->address);
}

static void take_nothing(struct lbr_http_request *request, const char *value)
{
	(void)value;
	refuse(request, 400);
}

static const struct {
	const char *name;
	bool        once;
	void      (*take)(struct lbr_http_request *, const char *);
} fields[] = {
	{ "Host", true, take_host },
	{ "Content-Length", true, take_length },
	{ "Content-Type", true, take_type },
	{ "Cookie", true, take_cookies },
	{ "Origin", true, take_origin },
	{ "Sec-Fetch-Site", true, take_fetch_site },
	{ "Accept-Language", false, take_wanted_language },
	{ "X-Forwarded-For", false, take_address },
	{ "Transfer-Encoding", false, take_nothing },
	{ "Expect", false, take_nothing },
	{ "Upgrade", false, take_nothing },
};

void lbr_http_field(struct lbr_http_request *request, const char *name, const char *value)
{
	size_t at;

	for (at = 0; at < sizeof(fields) / sizeof(fields[0]); at++) {
		if (strcasecmp(fields[at].name, name) != 0)
			continue;
		if (fields[at].once && (request->seen >> at & 1) != 0) {
			refuse(request, 400);
			return;
		}
		request->seen |= 1U << at;
		fields[at].take(request, value);
		return;
	}
}

unsigned lbr_http_end(struct lbr_http_request *request)
{
	if (request->host[0] == '\0')
		refuse(request, 400);
	if (request->length > LBR_FORM_MAX)
		refuse(request, 413);
	if (request->method == LBR_METHOD_POST && (!request->has_length || !request->urlencoded))
		refuse(request, 400);
	if (request->method != LBR_METHOD_POST && request->length > 0)
		refuse(request, 400);
	return request->status;
}

bool lbr_http_is_for(const struct lbr_http_request *request, const char *origin)
{
	const char *name = strstr(origin, "://");

	return name != NULL && strcmp(name + 3, request->host) == 0;
}
