/* What a proxy asks the gate. */
#include "gate_request.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static bool take_word(const char **at, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(*at, word, len) != 0 || ((*at)[len] != '\0' && (*at)[len] != '/'))
		return false;
	*at += len;
	return true;
}

void lbr_gate_begin(struct lbr_gate_request *request, const char *target)
{
	size_t len;

	memset(request, 0, sizeof(*request));
	memcpy(request->back, "/", 2);
	if (!take_word(&target, "/authz")) {
		request->status = 400;
		return;
	}
	request->redirect = take_word(&target, "/redirect");
	if (*target == '\0')
		return;
	len = strlen(++target);
	if (len == 0 || len >= sizeof(request->site) || strspn(target, "abcdefghijklmnopqrstuvwxyz0123456789.-:") != len)
		request->status = 400;
	else
		memcpy(request->site, target, len + 1);
}

static void take_cookie(struct lbr_gate_request *request, const char *value)
{
	if (request->seen++ > 0 ||
	    lbr_cookie_find(value, LBR_COOKIE_SESSION, LBR_COOKIE_SESSION_LEN, request->session) == LBR_ERR_SYNTAX)
		request->status = 400;
}

static void take_uri(struct lbr_gate_request *request, const char *value)
{
	if (lbr_return_path_is_sound(value))
		memcpy(request->back, value, strlen(value) + 1);
}

static void take_method(struct lbr_gate_request *request, const char *value)
{
	request->post = strcmp(value, "GET") != 0 && strcmp(value, "HEAD") != 0;
}

void lbr_gate_field(struct lbr_gate_request *request, const char *name, const char *value)
{
	if (strcasecmp(name, "Cookie") == 0)
		take_cookie(request, value);
	else if (strcasecmp(name, "X-Original-URI") == 0 || strcasecmp(name, "X-Forwarded-Uri") == 0)
		take_uri(request, value);
	else if (strcasecmp(name, "X-Original-Method") == 0 || strcasecmp(name, "X-Forwarded-Method") == 0)
		take_method(request, value);
	else if (strcasecmp(name, "Accept") == 0)
		request->accepts_html = strstr(value, "text/html") != NULL;
	else if (strcasecmp(name, "Sec-Fetch-Mode") == 0) {
		request->has_mode = true;
		request->navigation = strcmp(value, "navigate") == 0;
	}
}

unsigned lbr_gate_end(struct lbr_gate_request *request)
{
	if (!request->has_mode)
		request->navigation = request->accepts_html;
	if (request->status != 0)
		memset(request->session, 0, sizeof(request->session));
	return request->status;
}

static bool put(char *ret, const char *text)
{
	size_t used = strlen(ret), len = strlen(text);

	if (len >= LBR_GATE_LOCATION_MAX - used)
		return false;
	memcpy(ret + used, text, len + 1);
	return true;
}

void lbr_gate_location(const struct lbr_gate_request *request, const char *origin, const char *base,
                       bool elsewhere, char ret[LBR_GATE_LOCATION_MAX])
{
	bool whole;

	ret[0] = '\0';
	if (!request->navigation)
		return;
	whole = put(ret, origin) && put(ret, base) && put(ret, elsewhere ? "/go?" : "/sign-in?") &&
	        put(ret, request->post ? "said=ended&rd=/" : "rd=");
	if (whole && !request->post)
		whole = put(ret, request->back);
	if (!whole)
		ret[0] = '\0';
}
