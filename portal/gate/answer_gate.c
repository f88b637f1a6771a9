/* What the proxy hears. */
#include "serve_gate.h"

static unsigned status_of(const struct lbr_gate_visit *visit, const char *user, const char *location)
{
	if (visit->request.status != 0 || visit->tell.verdict == LBR_GATE_UNREADABLE)
		return 400;
	if (visit->tell.verdict == LBR_GATE_NO)
		return visit->request.redirect && location[0] != '\0' ? 303 : 401;
	if (visit->tell.verdict == LBR_GATE_YES && user[0] != '\0')
		return 200;
	return 503;
}

enum MHD_Result lbr_answer_gate(const struct lbr_gate_visit *visit, struct MHD_Connection *connection)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	char user[LBR_REMOTE_USER_MAX], location[LBR_GATE_LOCATION_MAX] = "";
	enum MHD_Result result;
	unsigned status;

	if (response == NULL)
		return MHD_NO;
	lbr_remote_user(visit->tell.user, user);
	if (visit->tell.verdict == LBR_GATE_NO)
		lbr_gate_location(&visit->request, visit->tell.origin, visit->tell.base, visit->tell.elsewhere, location);
	status = status_of(visit, user, location);
	(void)MHD_add_response_header(response, "Cache-Control", "no-store");
	if (status == 200)
		(void)MHD_add_response_header(response, "Remote-User", user);
	if (location[0] != '\0')
		(void)MHD_add_response_header(response, "Location", location);
	if (status == 503)
		(void)MHD_add_response_header(response, "Retry-After", "5");
	if (status == 400 || status == 503 || visit->last)
		(void)MHD_add_response_header(response, "Connection", "close");
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}
