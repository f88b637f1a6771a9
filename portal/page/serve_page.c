/* One request of one connection. */
#include "serve_page.h"

#include <string.h>

void *lbr_serve_target(void *serving, const char *target, struct MHD_Connection *connection)
{
	struct lbr_serving *own = serving;
	size_t len = strnlen(target, sizeof(own->target) - 1);

	(void)connection;
	memcpy(own->target, target, len);
	own->target[len] = '\0';
	return NULL;
}

static enum MHD_Result take_field(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
	(void)kind;
	lbr_http_field(context, name, value != NULL ? value : "");
	return MHD_YES;
}

static void refuse(struct lbr_serving *serving, unsigned status)
{
	if (serving->request.status == 0)
		serving->request.status = status;
}

static void read_form(struct lbr_serving *serving)
{
	if (serving->request.status != 0 || serving->request.method != LBR_METHOD_POST)
		return;
	if (serving->len != serving->request.length || lbr_form_read(serving->body, serving->len, &serving->ask.form) != LBR_OK)
		refuse(serving, 400);
	lbr_wipe(serving->body, sizeof(serving->body));
}

static void fill_ask(struct lbr_serving *serving)
{
	const struct lbr_http_request *request = &serving->request;
	struct lbr_page_ask *ask = &serving->ask;

	ask->method = request->method;
	ask->status = request->status;
	if (strlen(request->path) < sizeof(ask->path))
		memcpy(ask->path, request->path, strlen(request->path) + 1);
	memcpy(ask->host, request->host, sizeof(ask->host));
	ask->fetch_site = request->fetch_site;
	ask->has_origin = request->has_origin;
	memcpy(ask->origin, request->origin, sizeof(ask->origin));
	memcpy(ask->session, request->session, sizeof(ask->session));
	memcpy(ask->form_cookie, request->form, sizeof(ask->form_cookie));
	memcpy(ask->go_cookie, request->go, sizeof(ask->go_cookie));
	ask->language = request->language;
	memcpy(ask->address, request->address, sizeof(ask->address));
	ask->query = request->query;
	if (request->status != 0)
		lbr_wipe(&ask->form, sizeof(ask->form));
}

/* Called once with the head, then with each piece of the body, then without any: then the answer is wanted. */
enum MHD_Result lbr_serve_page(void *serving, struct MHD_Connection *connection, const char *url, const char *method,
                               const char *version, const char *upload, size_t *upload_len, void **state)
{
	struct lbr_serving *own = serving;

	(void)url;
	(void)state;
	if (!own->begun) {
		own->begun = true;
		lbr_http_begin(&own->request, method, own->target, version);
		(void)MHD_get_connection_values(connection, MHD_HEADER_KIND, take_field, &own->request);
		(void)lbr_http_end(&own->request);
		if (own->request.status == 0)
			return MHD_YES;
	} else if (*upload_len > 0) {
		if (*upload_len > sizeof(own->body) - own->len)
			return MHD_NO;
		memcpy(own->body + own->len, upload, *upload_len);
		own->len += *upload_len;
		*upload_len = 0;
		return MHD_YES;
	}
	if (own->asked)
		return MHD_NO;
	own->asked = true;
	read_form(own);
	fill_ask(own);
	lbr_ask_keeper(own);
	return lbr_answer_page(own, connection);
}
