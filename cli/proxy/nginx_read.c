/* nginx's block syntax, as its ngx_conf_read_token() cuts it into words. */
#include <stdlib.h>
#include <string.h>

#include "proxy_tree.h"

struct cutting {
	const char *at, *end;
	unsigned    line, begun; /* the line, and that of the directive's first word */
	size_t      used;
	unsigned    count;
	char        words[PROXY_DIRECTIVE_MAX];
};

static int peek(const struct cutting *on)
{
	return on->at < on->end ? (unsigned char)*on->at : -1;
}

static int take(struct cutting *on)
{
	int sign = peek(on);

	if (sign >= 0)
		on->at++;
	on->line += sign == '\n';
	return sign;
}

static bool put(struct cutting *on, int sign)
{
	if (sign <= 0 || on->used >= sizeof(on->words))
		return false;
	on->words[on->used++] = (char)sign;
	return true;
}

static bool end_word(struct cutting *on)
{
	if (on->used >= sizeof(on->words))
		return false;
	on->words[on->used++] = '\0';
	on->count++;
	return true;
}

static bool is_blank(int sign)
{
	return sign == ' ' || sign == '\t' || sign == '\r' || sign == '\n';
}

/* Behind a backslash, which stays before any other character: regular expressions need it. */
static bool put_escaped(struct cutting *on)
{
	int sign = take(on);

	if (sign == 't' || sign == 'r' || sign == 'n')
		return put(on, sign == 't' ? '\t' : sign == 'r' ? '\r' : '\n');
	return (sign == '"' || sign == '\'' || sign == '\\' || put(on, '\\')) && put(on, sign);
}

static bool read_quoted(struct cutting *on, int quote)
{
	int sign;

	while ((sign = take(on)) != quote)
		if (sign == '\\' ? !put_escaped(on) : !put(on, sign))
			return false;
	return end_word(on);
}

/* A brace behind a dollar is part of the word: ${name}. */
static bool read_bare(struct cutting *on)
{
	bool variable = false, sound = true;
	int sign;

	while (sound && (sign = peek(on)) >= 0 && !is_blank(sign) && sign != ';' && (sign != '{' || variable)) {
		take(on);
		variable = sign == '$';
		sound = sign == '\\' ? put_escaped(on) : put(on, sign);
	}
	return sound && end_word(on);
}

/* "[[" or "[==[" of Lua: the number of "=" between the brackets, or -1. */
static int long_bracket(const struct cutting *on)
{
	const char *at = on->at;

	while (at < on->end && *at == '=')
		at++;
	return at < on->end && *at == '[' ? (int)(at - on->at) : -1;
}

static bool skip_long(struct cutting *on, int level)
{
	int seen = -1, sign;

	while ((sign = take(on)) >= 0) {
		if (sign == ']' && seen == level)
			return true;
		seen = sign == ']' ? 0 : sign == '=' && seen >= 0 ? seen + 1 : -1;
	}
	return false;
}

static bool skip_lua_string(struct cutting *on, int quote)
{
	int sign;

	while ((sign = take(on)) != quote) {
		if (sign == '\\')
			sign = take(on);
		if (sign < 0)
			return false;
	}
	return true;
}

static bool skip_lua_comment(struct cutting *on)
{
	int level;

	take(on);
	if (peek(on) == '[') {
		take(on);
		level = long_bracket(on);
		if (level >= 0)
			return on->at += level + 1, skip_long(on, level);
	}
	while (peek(on) >= 0 && peek(on) != '\n')
		take(on);
	return true;
}

/* A block of Lua has braces, strings and comments of its own. */
static bool skip_lua(struct cutting *on)
{
	int open = 1, sign, level;
	bool sound = true;

	while (sound && open > 0 && (sign = take(on)) >= 0) {
		open += (sign == '{') - (sign == '}');
		if (sign == '"' || sign == '\'')
			sound = skip_lua_string(on, sign);
		else if (sign == '-' && peek(on) == '-')
			sound = skip_lua_comment(on);
		else if (sign == '[' && (level = long_bracket(on)) >= 0)
			sound = (on->at += level + 1, skip_long(on, level));
	}
	return sound && open == 0;
}

static bool is_lua(const char *name)
{
	static const char end[] = "_by_lua_block";
	size_t len = strlen(name);

	return len >= sizeof(end) - 1 && strcmp(name + len - (sizeof(end) - 1), end) == 0;
}

/* `sign` ends the directive whose words were read: ';' or '{'. The block that is open then, or NULL. */
static struct proxy_node *end_directive(struct cutting *on, int sign, const char *path, struct proxy_tree *tree,
                                        struct proxy_node *open)
{
	const struct proxy_node facts = { .path = path, .line = on->begun, .count = on->count, .block = sign == '{' };
	struct proxy_node *made = on->count > 0 ? cli_proxy_add(tree, open, &facts, on->words, on->used) : NULL;

	on->used = on->count = 0;
	if (made == NULL || sign == ';')
		return made != NULL ? open : NULL;
	if (is_lua(made->text))
		return skip_lua(on) ? open : NULL;
	return made;
}

static bool read_word(struct cutting *on, int sign)
{
	if (on->count == 0)
		on->begun = on->line;
	if (sign != '"' && sign != '\'')
		return read_bare(on);
	take(on);
	return read_quoted(on, sign);
}

static bool read_all(struct cutting *on, const char *path, struct proxy_tree *tree, struct proxy_node *into)
{
	struct proxy_node *open = into;
	int sign;

	while (open != NULL && (sign = peek(on)) >= 0) {
		if (is_blank(sign)) {
			take(on);
		} else if (sign == '#') {
			while (peek(on) >= 0 && peek(on) != '\n')
				take(on);
		} else if (sign == ';' || sign == '{') {
			take(on);
			open = end_directive(on, sign, path, tree, open);
		} else if (sign == '}') {
			take(on);
			open = on->count == 0 && open != into ? open->parent : NULL;
		} else if (!read_word(on, sign)) {
			return false;
		}
	}
	return open == into && on->count == 0;
}

unsigned cli_nginx_read(const char *text, size_t len, const char *path, struct proxy_tree *tree, struct proxy_node *into)
{
	struct cutting *on = malloc(sizeof(*on));
	unsigned fault = 1;

	if (on == NULL)
		return fault;
	on->at = text;
	on->end = text + len;
	on->line = 1;
	on->begun = on->count = 0;
	on->used = 0;
	fault = read_all(on, path, tree, into) ? 0 : on->line;
	free(on);
	return fault;
}
