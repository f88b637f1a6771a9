/* A talk begins: the agent hears who asks, and all that the person typed. */
#include "talk.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "keeper_log.h"

/* What the agent's log and fail2ban call this service. */
#define SERVICE "liberations-portal"

static void greet(const struct lbr_keeper *keeper, const struct lbr_visit *visit, struct lbr_hello *hello)
{
	(void)keeper;
	hello->structured = true;
	hello->entry = LBR_ENTRY_SEPARATE;
	hello->qr = LBR_QR_NONE;
	hello->language = visit->route.language;
	memcpy(hello->service, SERVICE, sizeof(SERVICE));
	(void)snprintf(hello->rhost, sizeof(hello->rhost), "%s", visit->ask.address);
}

/* The agent's socket, the greeting and the request. EAGAIN: its queue is full, and it is not lost. */
static bool reach_agent(const struct lbr_keeper *keeper, struct lbr_talk *talk, const struct lbr_visit *visit,
                        const struct lbr_request *request)
{
	struct lbr_hello hello = { .version = 0 };
	char why[256];
	int failed = lbr_steps_connect(&talk->steps, keeper->settings->agent);

	if (failed != 0 && failed != EAGAIN) {
		(void)snprintf(why, sizeof(why), "%.160s: %s", keeper->settings->agent, strerror(failed));
		lbr_keeper_log_agent_lost(why);
	}
	if (failed != 0)
		return false;
	greet(keeper, visit, &hello);
	return lbr_steps_greet(&talk->steps, &hello) == LBR_OK && lbr_steps_request(&talk->steps, request) == LBR_OK;
}

enum lbr_handled lbr_talk_begin(struct lbr_keeper *keeper, struct lbr_visit *visit, enum lbr_dialogue_flow flow,
                                const struct lbr_request *request, const struct lbr_secret *new, const struct lbr_secret *again,
                                struct lbr_page_tell *tell)
{
	unsigned char browser[LBR_PORTAL_MAC_LEN];
	struct lbr_talk *talk;

	lbr_form_cookie_browser(&keeper->key, visit->ask.form_cookie, browser);
	lbr_talks_end_browser(keeper, browser);
	talk = lbr_talk_take(keeper);
	if (talk == NULL)
		return LBR_HANDLED_NOW;
	memcpy(talk->browser, browser, sizeof(browser));
	memcpy(talk->form_cookie, visit->ask.form_cookie, sizeof(talk->form_cookie));
	memcpy(talk->session, visit->ask.session, sizeof(talk->session));
	memcpy(talk->user, request->user, sizeof(talk->user));
	memcpy(talk->destination, visit->ask.form.destination, sizeof(talk->destination));
	memcpy(talk->back, visit->ask.form.back, sizeof(talk->back));
	memcpy(talk->address, visit->ask.address, sizeof(talk->address));
	talk->site = visit->route.site;
	talk->language = visit->route.language;
	lbr_dialogue_begin(&talk->dialogue, flow, keeper->now_ms);
	talk->dialogue.typed = new != NULL;
	if (new != NULL) {
		talk->new = *new;
		talk->again = *again;
	}
	talk->form = visit->form;
	if (reach_agent(keeper, talk, visit, request))
		return LBR_HANDLED_LATER;
	lbr_talk_free(talk);
	lbr_tell_fault(503, tell);
	return LBR_HANDLED_NOW;
}
