/* The answer that the keeper chose, as HTTP. */
#include "serve_page.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "answer_fields.h"

#define CLOSED_WAIT_S 60
/* A site's own files. An SVG may be opened by itself: nothing in it runs, loads or is framed. */
#define FILE_POLICY "default-src 'none'; style-src 'unsafe-inline'; sandbox; base-uri 'none'; frame-ancestors 'none'"
#define FILE_LIFE "max-age=3600"
#define FILE_MOST (256 * 1024)

static void add(struct MHD_Response *response, const char *name, const char *value)
{
	if (value[0] != '\0')
		(void)MHD_add_response_header(response, name, value);
}

static void add_cookie(struct MHD_Response *response, enum lbr_cookie_kind kind, const char *value)
{
	char field[LBR_SET_COOKIE_MAX];

	lbr_set_cookie(kind, value, field);
	add(response, "Set-Cookie", field);
}

/* The application's own cookies end with our session. */
static void forget_cookies(struct MHD_Response *response, const char *names)
{
	static const char behind[] = "=; Path=/; Max-Age=0; Secure";
	char field[sizeof(((struct lbr_page_tell *)0)->forget) + sizeof(behind)];

	while (*names != '\0') {
		size_t len = strcspn(names, " ");

		memcpy(field, names, len);
		memcpy(field + len, behind, sizeof(behind));
		add(response, "Set-Cookie", field);
		names += len;
		names += *names == ' ';
	}
}

static void add_wait(struct MHD_Response *response, unsigned wait_s)
{
	char digits[16];

	(void)snprintf(digits, sizeof(digits), "%u", wait_s);
	add(response, "Retry-After", digits);
}

/* After each form its browser gets its cookie anew, though it is the same: that makes Chromium drop the page that the form was on.
 * It would keep it for its back button for minutes, no-store or not, and on it there may be a key. */
static void add_form_cookie(struct lbr_serving *serving, struct MHD_Response *response)
{
	const struct lbr_page_tell *tell = &serving->tell;

	if (tell->form_cookie[0] != '\0')
		add_cookie(response, LBR_COOKIE_KIND_FORM, tell->form_cookie);
	else if (tell->kind == LBR_TELL_GO && serving->request.method == LBR_METHOD_POST && serving->request.form[0] != '\0')
		add_cookie(response, LBR_COOKIE_KIND_FORM, serving->request.form);
}

static bool is_file(const struct lbr_page_tell *tell)
{
	return tell->kind == LBR_TELL_CSS || tell->kind == LBR_TELL_PNG || tell->kind == LBR_TELL_SVG;
}

static void add_fields(struct lbr_serving *serving, struct MHD_Response *response)
{
	const struct lbr_page_tell *tell = &serving->tell;
	const struct lbr_answer_field *field;
	char location[LBR_LOCATION_MAX], policy[LBR_CONTENT_POLICY_MAX];

	lbr_content_policy(tell->kind == LBR_TELL_PAGE ? tell->allowed : "", policy);
	if (is_file(tell))
		memcpy(policy, FILE_POLICY, sizeof(FILE_POLICY));
	for (field = lbr_answer_fields; field->name != NULL; field++)
		if (strcmp(field->name, LBR_CONTENT_POLICY) == 0)
			add(response, field->name, policy);
		else
			add(response, field->name,
			    is_file(tell) && strcmp(field->name, "Cache-Control") == 0 ? FILE_LIFE : field->value);
	add(response, "Connection", "close");
	if (tell->set_session != LBR_TELL_COOKIE_KEEP)
		add_cookie(response, LBR_COOKIE_KIND_SESSION, tell->set_session == LBR_TELL_COOKIE_SET ? tell->session : "");
	add_form_cookie(serving, response);
	if (tell->go_cookie[0] != '\0')
		add_cookie(response, LBR_COOKIE_KIND_GO, tell->go_cookie);
	if (tell->set_language != LBR_LANGUAGE_NONE)
		add_cookie(response, LBR_COOKIE_KIND_LANGUAGE, lbr_language_name(tell->set_language));
	forget_cookies(response, tell->forget);
	if (tell->kind == LBR_TELL_GO) {
		lbr_location(tell->origin, tell->own, tell->go, location);
		add(response, "Location", location);
	}
	if (tell->kind == LBR_TELL_FAULT && tell->status == 503)
		add_wait(response, tell->wait_s > 0 ? tell->wait_s : CLOSED_WAIT_S);
}

/* A site's own file. The keeper has sealed it: it stays as long as it is mapped. */
static unsigned map_file(const struct lbr_page_tell *tell, size_t *ret_len, const char **ret_type, const char **ret_body)
{
	struct stat file;
	void *bytes;

	if (tell->file <= 0 || fstat(tell->file, &file) != 0 || file.st_size <= 0 || file.st_size > FILE_MOST)
		return 500;
	bytes = mmap(NULL, (size_t)file.st_size, PROT_READ, MAP_PRIVATE, tell->file, 0);
	if (bytes == MAP_FAILED)
		return 500;
	*ret_len = (size_t)file.st_size;
	*ret_body = bytes;
	*ret_type = tell->kind == LBR_TELL_PNG ? "image/png" : tell->kind == LBR_TELL_SVG ? "image/svg+xml" :
	                                                                                    "text/css; charset=utf-8";
	return 200;
}

/* The bytes of the answer and its status. A page that cannot be written is a fault of the portal. */
static unsigned write_body(struct lbr_serving *serving, size_t *ret_len, const char **ret_type, const char **ret_body)
{
	struct lbr_html html = { .len = 0 };
	struct lbr_look look;
	struct lbr_page page;

	*ret_type = "text/html; charset=utf-8";
	*ret_body = serving->bytes;
	*ret_len = 0;
	switch (serving->tell.kind) {
	case LBR_TELL_GO:
		return 303;
	case LBR_TELL_UP:
		return 204;
	case LBR_TELL_STYLE:
		*ret_type = "text/css; charset=utf-8";
		*ret_body = lbr_page_style(ret_len);
		return 200;
	case LBR_TELL_CSS:
	case LBR_TELL_PNG:
	case LBR_TELL_SVG:
		return map_file(&serving->tell, ret_len, ret_type, ret_body);
	case LBR_TELL_PAGE:
	case LBR_TELL_FAULT:
		break;
	}
	lbr_page_of_tell(&serving->tell, &look, &page);
	if (lbr_page_write(&page, &html, serving->bytes, sizeof(serving->bytes)) != LBR_OK)
		return 500;
	*ret_len = html.len;
	return serving->tell.kind == LBR_TELL_FAULT ? serving->tell.status : 200;
}

enum MHD_Result lbr_answer_page(struct lbr_serving *serving, struct MHD_Connection *connection)
{
	const char *type, *body;
	struct MHD_Response *response;
	enum MHD_Result result;
	unsigned status;
	size_t len;

	status = write_body(serving, &len, &type, &body);
	/* libmicrohttpd reads these bytes only. */
	response = MHD_create_response_from_buffer(len, (void *)(uintptr_t)body, MHD_RESPMEM_PERSISTENT);
	if (response == NULL)
		return MHD_NO;
	add_fields(serving, response);
	if (len > 0)
		add(response, "Content-Type", type);
	lbr_wipe(&serving->tell, sizeof(serving->tell));
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}
