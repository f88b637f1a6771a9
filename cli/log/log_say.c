#include "log_say.h"

#include <stdio.h>
#include <string.h>

struct sentence {
	enum lbr_language language;
	char refusal[LOG_DETAIL_MAX], front[LOG_DETAIL_MAX], beside[LOG_DETAIL_MAX];
};

enum place { FRONT, BESIDE };

static const struct clause { const char *logged; enum place place; enum cli_text text; } clauses[] = {
#define LOG_CLAUSE(logged, place, text) { logged, place, TEXT_##text },
#include "clauses.def"
#undef LOG_CLAUSE
};

/* Where a clause ends: "; " or ": " comes between two. */
static size_t end_at(const char *at)
{
	return at[0] == '\0' ? 1 : (at[0] == ';' || at[0] == ':') && at[1] == ' ' ? 2 : 0;
}

/* Returns how much of `at` the clause takes, with what ends it; 0: it is another. `word` gets what stands for the asterisk. */
static size_t match(const struct clause *clause, const char *at, char word[LOG_FIELD_MAX])
{
	const char *from = at, *star = strchr(clause->logged, '*');
	size_t len = star != NULL ? (size_t)(star - clause->logged) : strlen(clause->logged), ending;

	word[0] = '\0';
	if (strncmp(at, clause->logged, len) != 0)
		return 0;
	at += len;
	if (star != NULL) {
		len = strspn(at, "0123456789-:TZ");
		len -= len > 0 && at[len - 1] == ':'; /* what ends a moment is not part of it */
		snprintf(word, LOG_FIELD_MAX, "%.*s", len < LOG_FIELD_MAX ? (int)len : LOG_FIELD_MAX - 1, at);
		at += len;
		if (strncmp(at, star + 1, strlen(star + 1)) != 0)
			return 0;
		at += strlen(star + 1);
	}
	ending = end_at(at);
	return ending == 0 ? 0 : (size_t)(at - from) + (at[0] != '\0' ? ending : 0);
}

static void add(char *to, const char *between, const char *text)
{
	size_t len = strlen(to);

	snprintf(to + len, LOG_DETAIL_MAX - len, "%s%s", len > 0 ? between : "", text);
}

static void format(enum lbr_language language, enum cli_text text, const char *word, char ret[LOG_DETAIL_MAX])
{
	const char *form = cli_text(text, language), *hole = strstr(form, "%1");

	if (hole == NULL)
		snprintf(ret, LOG_DETAIL_MAX, "%s", form);
	else
		snprintf(ret, LOG_DETAIL_MAX, "%.*s%s%s", (int)(hole - form), form, word, hole + 2);
}

/* Takes one clause from `at`, and returns what is left. */
static const char *take(struct sentence *to, const char *at)
{
	char word[LOG_FIELD_MAX], said[LOG_DETAIL_MAX];
	size_t each, len;

	for (each = 0; each < sizeof(clauses) / sizeof(clauses[0]); each++) {
		len = match(&clauses[each], at, word);
		if (len == 0)
			continue;
		format(to->language, clauses[each].text, word, said);
		if (clauses[each].text == TEXT_LOG_REFUSED)
			add(to->refusal, "", said);
		else
			add(clauses[each].place == FRONT ? to->front : to->beside, "; ", said);
		return at + len;
	}
	len = strcspn(at, ";");
	snprintf(said, sizeof(said), "%.*s", (int)len, at);
	add(to->front[0] == '\0' ? to->front : to->beside, "; ", said);
	at += len;
	return at + strspn(at, "; ");
}

static void say_place(const struct log_line *line, enum lbr_language language, char ret[LOG_DETAIL_MAX])
{
	char from[LOG_DETAIL_MAX] = "";

	if (line->rhost[0] != '\0')
		format(language, line->is_claim ? TEXT_LOG_FROM_CLAIM : TEXT_LOG_FROM, line->rhost, from);
	snprintf(ret, LOG_DETAIL_MAX, "%s%s%s", from, line->service[0] != '\0' ? ", " : "", line->service);
}

static void say_desk(const struct log_line *line, enum lbr_language language, char ret[LOG_SENTENCE_MAX])
{
	static const struct { const char *logged; enum cli_text text; } outcomes[] = {
		{ "done", TEXT_LOG_DONE }, { "unchanged", TEXT_LOG_UNCHANGED }, { "refused", TEXT_LOG_DESK_REFUSED },
		{ "not-allowed", TEXT_LOG_NOT_ALLOWED }, { "failed", TEXT_LOG_FAILED },
	};
	const char *outcome = line->detail;
	char by[LOG_DETAIL_MAX];
	size_t at;

	for (at = 0; at < sizeof(outcomes) / sizeof(outcomes[0]); at++)
		if (strcmp(outcomes[at].logged, line->detail) == 0)
			outcome = cli_text(outcomes[at].text, language);
	format(language, TEXT_LOG_BY, line->by, by);
	snprintf(ret, LOG_SENTENCE_MAX, "%s %s %s%s%s%s", line->event, by, outcome, line->other[0] != '\0' ? " (" : "", line->other,
	         line->other[0] != '\0' ? ")" : "");
}

void cli_log_say(const struct log_line *line, enum lbr_language language, char ret[LOG_SENTENCE_MAX])
{
	struct sentence sentence = { .language = language };
	const char *at = line->detail;
	char place[LOG_DETAIL_MAX];

	if (line->of_desk) {
		say_desk(line, language, ret);
		return;
	}
	while (*at != '\0')
		at = take(&sentence, at);
	say_place(line, language, place);
	snprintf(ret, LOG_SENTENCE_MAX, "%s%s%s%s%s", sentence.refusal, sentence.front, place,
	         sentence.beside[0] != '\0' ? "; " : "", sentence.beside);
}
