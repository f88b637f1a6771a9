/* What the agent said and asked. */
#include "talk_told.h"

#include <string.h>

#include <liberations/random.h>

void lbr_talk_note_say(struct lbr_talk *talk, const struct lbr_say *say)
{
	struct lbr_told *told;
	size_t len = strlen(say->text);

	if (len >= sizeof(told->text))
		return;
	if (talk->told_count == LBR_PAGE_SAYS_MAX) {
		memmove(talk->told, talk->told + 1, sizeof(talk->told) - sizeof(talk->told[0]));
		talk->told_count--;
	}
	told = &talk->told[talk->told_count++];
	told->error = say->error;
	memcpy(told->text, say->text, len + 1);
	memcpy(told->word, say->word, sizeof(told->word));
}

enum lbr_error lbr_talk_note_ask(struct lbr_talk *talk, const struct lbr_ask *ask)
{
	struct lbr_open_question *question = &talk->question;

	if (!ask->structured)
		return LBR_ERR_SYNTAX;
	memcpy(question->uri, ask->uri, sizeof(question->uri));
	memcpy(question->key, ask->key, sizeof(question->key));
	memcpy(question->codes, ask->codes, sizeof(question->codes));
	question->code_count = ask->code_count;
	question->tries_left = ask->tries_left;
	do {
		if (lbr_random(&question->tag, sizeof(question->tag)) != LBR_OK)
			return LBR_ERR_SYSTEM;
	} while (question->tag == 0);
	return LBR_OK;
}

void lbr_talk_forget_told(struct lbr_talk *talk)
{
	lbr_wipe(&talk->question, sizeof(talk->question));
	lbr_wipe(talk->told, sizeof(talk->told));
	talk->told_count = 0;
}

void lbr_talk_put_told(const struct lbr_talk *talk, struct lbr_page_tell *tell)
{
	unsigned at;

	for (at = 0; at < talk->told_count; at++) {
		tell->say_errors[at] = talk->told[at].error;
		memcpy(tell->says[at], talk->told[at].text, sizeof(tell->says[at]));
	}
	tell->say_count = talk->told_count;
}

static enum lbr_said said_of_word(const char *word)
{
	static const struct { const char *word; enum lbr_said said; } words[] = {
		{ "WAIT_ONE", LBR_SAID_WAIT },    { "WAIT_MANY", LBR_SAID_WAIT }, { "USED_CODE", LBR_SAID_USED },
		{ "USED_RECOVERY", LBR_SAID_USED_RECOVERY }, { "CHANGE_UNKNOWN", LBR_SAID_PERHAPS },
		{ "UNAVAILABLE", LBR_SAID_BUSY }, { "TRY_LATER", LBR_SAID_BUSY },
	};
	size_t at;

	for (at = 0; at < sizeof(words) / sizeof(words[0]); at++)
		if (strcmp(words[at].word, word) == 0)
			return words[at].said;
	return LBR_SAID_NOTHING;
}

enum lbr_said lbr_talk_said(const struct lbr_talk *talk, const char **ret)
{
	enum lbr_said said;
	unsigned at;

	*ret = "";
	for (at = talk->told_count; at > 0; at--) {
		said = said_of_word(talk->told[at - 1].word);
		if (said != LBR_SAID_NOTHING) {
			if (said == LBR_SAID_WAIT) /* how long; else the page's own words say as much, and need no ASCII */
				*ret = talk->told[at - 1].text;
			return said;
		}
	}
	return LBR_SAID_NOTHING;
}
