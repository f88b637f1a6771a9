/* The reasons of lib/ in the administrator's language. */
#include "reason.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define JOINT ": "
#define JOINT_FR " : "
#define WORDS_MAX 2

struct word {
	const char *at;
	size_t      len;
};

struct writing {
	char  *at;
	size_t left; /* without the closing NUL */
};

static const struct { const char *en, *fr; } clauses[] = {
#define CLI_REASON(en, fr) { en, fr },
#include "reasons.def"
#undef CLI_REASON
};
#define CLAUSES (sizeof(clauses) / sizeof(clauses[0]))

static bool starts(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* A piece is written whole or not at all: half a character is none. */
static void put(struct writing *to, const char *text, size_t len)
{
	if (len > to->left)
		return;
	memcpy(to->at, text, len);
	to->at += len;
	to->left -= len;
	*to->at = '\0';
}

static bool is_place(const char *at)
{
	return at[0] == '%' && at[1] >= '1' && at[1] <= '0' + WORDS_MAX;
}

/* The end of the clause if `text` begins with one of this `form`, else NULL. A place takes as few bytes as will do. */
static const char *match(const char *form, const char *text, struct word words[WORDS_MAX])
{
	const char *end;
	struct word *word;

	for (; *form != '\0' && !is_place(form); form++, text++)
		if (*form != *text)
			return NULL;
	if (*form == '\0')
		return *text == '\0' || starts(text, JOINT) ? text : NULL;
	word = &words[form[1] - '1'];
	word->at = text;
	for (word->len = 0;; word->len++) {
		end = match(form + 2, text + word->len, words);
		if (end != NULL || text[word->len] == '\0')
			return end;
	}
}

static void put_french(struct writing *to, const char *form, const struct word words[WORDS_MAX])
{
	const struct word *word;
	size_t len;

	while (*form != '\0') {
		if (is_place(form)) {
			word = &words[form[1] - '1'];
			put(to, word->at, word->len);
			form += 2;
			continue;
		}
		len = strcspn(form, "%");
		len = len > 0 ? len : 1;
		put(to, form, len);
		form += len;
	}
}

/* Writes the first clause of `text`; returns its end. */
static const char *put_clause(struct writing *to, const char *text)
{
	struct word words[WORDS_MAX] = {{ "", 0 }};
	const char *end;
	size_t at;

	for (at = 0; at < CLAUSES; at++) {
		end = match(clauses[at].en, text, words);
		if (end != NULL) {
			put_french(to, clauses[at].fr, words);
			return end;
		}
	}
	end = strstr(text, JOINT);
	end = end != NULL ? end : text + strlen(text);
	put(to, text, (size_t)(end - text));
	return end;
}

const char *cli_reason(enum lbr_language language, const char *sentence, char ret[CLI_REASON_MAX])
{
	struct writing to = { ret, CLI_REASON_MAX - 1 };
	const char *rest;

	ret[0] = '\0';
	if (language != LBR_LANGUAGE_FR) {
		put(&to, sentence, strnlen(sentence, to.left));
		return ret;
	}
	for (rest = put_clause(&to, sentence); *rest != '\0'; rest = put_clause(&to, rest + strlen(JOINT)))
		put(&to, JOINT_FR, strlen(JOINT_FR));
	return ret;
}

const char *cli_errno(enum lbr_language language, int number)
{
	const char *words = strerrordesc_np(number);
	size_t at;

	words = words != NULL ? words : "unknown error";
	for (at = 0; language == LBR_LANGUAGE_FR && at < CLAUSES; at++)
		if (strcmp(clauses[at].en, words) == 0)
			return clauses[at].fr;
	return words;
}
