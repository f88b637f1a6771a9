/* What comes from a browser: the head's bytes, the request, the form, the cookies, the query, and what the gate makes of it; and
 * portal.conf. The first byte chooses; the rest is the input. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#include "answer_fields.h"
#include "form.h"
#include "gate_request.h"
#include "head_filter.h"
#include "html.h"
#include "http_request.h"
#include "portal_settings.h"
#include "wanted_language.h"

/* A head in two cuts is the head in one; what passes holds no line end but CR LF and no control. */
static size_t try_head(const char *bytes, size_t len)
{
	struct lbr_head whole = { 0 }, cut = { 0 };
	size_t used = lbr_head_feed(&whole, bytes, len), at, half = len / 2;
	size_t first = lbr_head_feed(&cut, bytes, half);

	if (first == half)
		first += lbr_head_feed(&cut, bytes + half, len - half);
	fuzz_expect(first == used && cut.place == whole.place && cut.status == whole.status, "the cut of the bytes matters");
	if (whole.place != LBR_HEAD_DONE)
		return 0;
	fuzz_expect(used <= LBR_HEAD_MAX && used >= 4 && memcmp(bytes + used - 4, "\r\n\r\n", 4) == 0, "the end of a head");
	for (at = 0; at < used; at++) {
		fuzz_expect(bytes[at] != '\0', "a NUL passes");
		fuzz_expect(bytes[at] != '\n' || (at > 0 && bytes[at - 1] == '\r'), "a bare line feed passes");
		fuzz_expect(bytes[at] != '\r' || bytes[at + 1] == '\n', "a bare carriage return passes");
		fuzz_expect(at < 2 || bytes[at - 1] != '\n' || (bytes[at] != ' ' && bytes[at] != '\t'), "a folded line passes");
	}
	return used;
}

static void judge_request(const struct lbr_http_request *request)
{
	fuzz_expect(request->query.back[0] == '\0' || lbr_return_path_is_sound(request->query.back), "an unsound path");
	fuzz_expect(strspn(request->query.said, "abcdefghijklmnopqrstuvwxyz-") == strlen(request->query.said), "a word");
	fuzz_expect(strlen(request->address) < LBR_CLAIMED_ADDRESS_MAX && request->address[0] != '\0', "an address");
	fuzz_expect(request->session[0] == '\0' || strlen(request->session) == LBR_COOKIE_SESSION_LEN, "a session's cookie");
	fuzz_expect(request->go[0] == '\0' || strlen(request->go) == LBR_COOKIE_GO_LEN, "a nonce's cookie");
	fuzz_expect(request->query.destination[0] == '\0' || strlen(request->query.destination) == LBR_DESTINATION_LEN, "a destination");
	fuzz_expect(request->query.ticket[0] == '\0' || strlen(request->query.ticket) == LBR_TICKET_TEXT_LEN, "a ticket");
	if (request->status != 0)
		return;
	fuzz_expect(request->path[0] == '/' && strchr(request->path, '%') == NULL && strstr(request->path, "//") == NULL, "a path");
	fuzz_expect(request->length <= LBR_FORM_MAX && (request->method == LBR_METHOD_POST || request->length == 0), "a length");
}

/* As libmicrohttpd splits it: method, target, version; then name and value, without the blanks around the value. */
static void try_request(char *head)
{
	struct lbr_http_request request;
	struct lbr_gate_request gate;
	char location[LBR_GATE_LOCATION_MAX], *line = strsep(&head, "\r"), *method = strsep(&line, " "), *target = strsep(&line, " ");
	const char *way;
	char *name;

	lbr_http_begin(&request, method, target != NULL ? target : "", line != NULL ? line : "");
	lbr_gate_begin(&gate, target != NULL ? target : "");
	while ((line = strsep(&head, "\r")) != NULL && *++line != '\0') {
		name = strsep(&line, ":");
		if (line == NULL)
			break;
		line += strspn(line, " \t");
		lbr_http_field(&request, name, line);
		lbr_gate_field(&gate, name, line);
	}
	(void)lbr_http_end(&request);
	judge_request(&request);
	if (lbr_gate_end(&gate) != 0)
		fuzz_expect(gate.session[0] == '\0', "a refused request keeps its cookie");
	way = gate.redirect ? "https://h/b/go?" : "https://h/b/sign-in?";
	lbr_gate_location(&gate, "https://h", "/b", gate.redirect, location);
	fuzz_expect(location[0] == '\0' || (gate.navigation && strncmp(location, way, strlen(way)) == 0), "a location");
	fuzz_expect(strpbrk(location, "\r\n \t\\\"<>") == NULL, "a location's bytes");
}

static void try_form(const char *body, size_t len)
{
	static struct lbr_form form;
	static const struct lbr_form empty;
	static char page[16384];
	struct lbr_html html;

	if (lbr_form_read(body, len, &form) != LBR_OK) {
		fuzz_expect(memcmp(&form, &empty, sizeof(form)) == 0, "a refused form left something");
		return;
	}
	fuzz_expect(strlen(form.user) <= LBR_FORM_USER_MAX && strlen(form.password.bytes) == form.password.len, "a box");
	fuzz_expect(form.back[0] == '\0' || lbr_return_path_is_sound(form.back), "an unsound path");
	lbr_html_begin(&html, page, sizeof(page));
	html_text(&html, form.user);
	html_text(&html, form.password.bytes);
	if (lbr_html_end(&html) == LBR_OK)
		fuzz_expect(strpbrk(page, "<>\"'\r\t") == NULL, "markup");
	else
		fuzz_expect(page[0] == '\0', "half a page");
	lbr_wipe(&form, sizeof(form));
}

static void try_texts(const char *text)
{
	char value[LBR_COOKIE_SESSION_LEN + 1], cookie[LBR_SET_COOKIE_MAX], location[LBR_LOCATION_MAX];
	struct lbr_query query;

	if (lbr_cookie_find(text, LBR_COOKIE_SESSION, LBR_COOKIE_SESSION_LEN, value) == LBR_OK)
		fuzz_expect(strlen(value) == LBR_COOKIE_SESSION_LEN && strpbrk(value, "; =,\"") == NULL, "a cookie");
	else
		fuzz_expect(value[0] == '\0', "a refused cookie");
	lbr_query_read(text, &query);
	fuzz_expect(query.back[0] == '\0' || lbr_return_path_is_sound(query.back), "an unsound path");
	lbr_location("https://h", "", text, location);
	fuzz_expect(strncmp(location, "https://h/", 10) == 0 && location[10] != '/' && strpbrk(location, "\r\n \\") == NULL, "a location");
	lbr_set_cookie(LBR_COOKIE_KIND_SESSION, text, cookie);
	fuzz_expect(strpbrk(cookie, "\r\n,\"") == NULL, "a cookie's line");
	(void)lbr_wanted_language(text);
}

static unsigned faults;

static void count_fault(void *context, const struct lbr_reason *reason)
{
	(void)context;
	fuzz_expect(reason->text[0] != '\0' && strpbrk(reason->text, "\n\r\033") == NULL, "a fault's sentence");
	faults++;
}

static void try_settings(const char *text, size_t len)
{
	static struct lbr_portal_settings settings;
	enum lbr_error error;
	unsigned at;

	faults = 0;
	error = lbr_portal_settings_read("f", text, len, &settings, count_fault, NULL);
	fuzz_expect((error == LBR_OK) == (faults == 0), "refused without a fault, or accepted with one");
	fuzz_expect(error == LBR_OK ? settings.site_count > 0 : settings.site_count == 0, "sites");
	for (at = 0; at < settings.site_count; at++) {
		fuzz_expect(strncmp(settings.sites[at].origin, "https://", 8) == 0 && settings.sites[at].name[0] != '\0', "an origin");
		fuzz_expect(settings.sites[at].base[0] == '/' && strpbrk(settings.sites[at].base, "%\"<> ") == NULL, "a base");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	size_t head;

	fuzz_expect(text != NULL, "memory");
	memcpy(text, data, size);
	text[size] = '\0';
	if (size > 0 && text[0] == 'f') {
		try_form(text + 1, size - 1);
	} else if (size > 0 && text[0] == 't') {
		try_texts(text + 1);
	} else if (size > 0 && text[0] == 's') {
		try_settings(text + 1, size - 1);
	} else {
		head = try_head(text, size);
		if (head > 0) {
			text[head - 2] = '\0';
			try_request(text);
		}
	}
	free(text);
	return 0;
}
