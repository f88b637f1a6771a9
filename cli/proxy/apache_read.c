/* Apache's lines and sections: one directive a line, which a backslash continues. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "proxy_tree.h"

struct lines {
	const char *at, *end;
	unsigned    line, begun;
	size_t      len;
	char        text[PROXY_DIRECTIVE_MAX];
};

/* The next logical line. False: the end, or one that is too long or has a NUL; then `len` says which. */
static bool next_line(struct lines *on)
{
	on->len = 0;
	on->begun = on->line;
	while (on->at < on->end && *on->at != '\0' && on->len + 1 < sizeof(on->text)) {
		char sign = *on->at++;

		on->line += sign == '\n';
		if (sign == '\n' && on->len > 0 && on->text[on->len - 1] == '\\') {
			on->len--;
			continue;
		}
		if (sign == '\n') {
			on->text[on->len] = '\0';
			return true;
		}
		if (sign != '\r')
			on->text[on->len++] = sign;
	}
	on->text[on->len] = '\0';
	return on->at == on->end && on->len > 0;
}

/* Cuts one word off in place, as ap_getword_conf() does. NULL: none is left. */
static char *cut_word(char **rest)
{
	char *at = *rest + strspn(*rest, " \t"), *to = at, *word = at, quote;

	if (*at == '\0')
		return NULL;
	if (*at == '"' || *at == '\'') {
		for (quote = *at++; *at != '\0' && *at != quote; at++) {
			if (*at == '\\' && (at[1] == quote || at[1] == '\\'))
				at++;
			*to++ = *at;
		}
		at += *at == quote;
	} else {
		at += strcspn(at, " \t");
		to = at;
	}
	*rest = at + (*at != '\0' && at == to);
	*to = '\0';
	return word;
}

static bool is_through(const char *name, const char *argument)
{
	return strcasecmp(name, "ifmodule") == 0 || strcasecmp(name, "ifdefine") == 0 || strcasecmp(name, "ifversion") == 0 ||
	       strcasecmp(name, "iffile") == 0 || strcasecmp(name, "ifdirective") == 0 || strcasecmp(name, "ifsection") == 0 ?
	       argument[0] != '!' : false;
}

/* Moves the words to the front, each with its NUL. Their number. */
static unsigned cut_all(char *text, size_t *ret_len)
{
	char *rest = text, *word, *to = text;
	unsigned count = 0;

	while ((word = cut_word(&rest)) != NULL) {
		size_t len = strlen(word) + 1;

		memmove(to, word, len);
		to += len;
		count++;
	}
	*ret_len = (size_t)(to - text);
	return count;
}

static struct proxy_node *add_line(struct lines *on, const char *path, struct proxy_tree *tree, struct proxy_node *open)
{
	struct proxy_node facts = { .path = path, .line = on->begun }, *made;
	char *text = on->text + strspn(on->text, " \t");
	size_t len;

	if (*text == '\0' || *text == '#')
		return open;
	facts.block = *text == '<';
	if (facts.block) {
		len = strlen(text);
		while (len > 1 && isspace((unsigned char)text[len - 1]))
			len--;
		if (text[len - 1] != '>')
			return NULL;
		text[len - 1] = '\0';
		text++;
	}
	facts.count = cut_all(text, &len);
	made = facts.count > 0 ? cli_proxy_add(tree, open, &facts, text, len) : NULL;
	if (made == NULL)
		return NULL;
	made->through = made->block && is_through(made->text, cli_proxy_word(made, 1));
	return made->block ? made : open;
}

/* "</Name>" of the section that is open. */
static bool closes(const char *text, const struct proxy_node *open)
{
	size_t len = strlen(open->text);

	return strncasecmp(text + 2, open->text, len) == 0 && (text[2 + len] == '>' || isspace((unsigned char)text[2 + len]));
}

unsigned cli_apache_read(const char *text, size_t len, const char *path, struct proxy_tree *tree, struct proxy_node *into)
{
	struct lines *on = malloc(sizeof(*on));
	struct proxy_node *open = into;
	unsigned fault;

	if (on == NULL)
		return 1;
	on->at = text;
	on->end = text + len;
	on->line = 1;
	while (open != NULL && next_line(on)) {
		const char *first = on->text + strspn(on->text, " \t");

		if (first[0] == '<' && first[1] == '/')
			open = open != into && closes(first, open) ? open->parent : NULL;
		else
			open = add_line(on, path, tree, open);
	}
	fault = open == into && on->at == on->end ? 0 : on->begun;
	free(on);
	return fault;
}
