#include "line.h"

#include <string.h>

/* Takes an option, and its value from the next complete word. True: the value is the word at the cursor. */
static bool take_option(struct line *line, const char *const *words, size_t count, size_t *at)
{
	const char *value = NULL;
	const struct cli_option_row *option = cli_option_find(words[*at], line->verb->options | CLI_HELP, &value);

	if (option == NULL)
		return false;
	line->given |= option->option;
	if (option->value == 0)
		return false;
	if (value == NULL && *at + 2 == count) {
		line->option = option;
		return true;
	}
	if (value == NULL)
		value = words[++*at];
	if (option->option == CLI_CONFIG)
		line->config = value;
	return false;
}

/* "--sort=us" wants a value too. */
static void read_option_at_cursor(struct line *line, const char *word)
{
	const char *value = NULL;
	const struct cli_option_row *option = cli_option_find(word, line->verb->options | CLI_HELP, &value);

	line->wants = LINE_WANTS_OPTION;
	if (value == NULL)
		return;
	line->wants = option->value != 0 ? LINE_WANTS_VALUE : LINE_WANTS_NOTHING;
	line->option = option;
	line->before_len = (size_t)(value - word);
	line->typed = value;
}

static void read_rest(struct line *line, const char *const *words, size_t count)
{
	bool options_over = false, wants_value = false;
	size_t at;

	for (at = 1; at + 1 < count && !wants_value; at++) {
		if (!options_over && strcmp(words[at], "--") == 0)
			options_over = true;
		else if (!options_over && words[at][0] == '-' && words[at][1] != '\0')
			wants_value = take_option(line, words, count, &at);
		else
			line->words++;
	}
	if (wants_value)
		line->wants = LINE_WANTS_VALUE;
	else if (!options_over && line->typed[0] == '-')
		read_option_at_cursor(line, line->typed);
	else
		line->wants = LINE_WANTS_WORD;
}

void cli_line_read(const char *const *words, size_t count, struct line *ret)
{
	*ret = (struct line){ .wants = LINE_WANTS_VERB, .typed = words[count - 1], .before = words[count - 1] };
	if (count == 1)
		return;
	ret->wants = LINE_WANTS_NOTHING;
	ret->verb = cli_verb_find(words[0]);
	if (ret->verb != NULL)
		read_rest(ret, words, count);
	else if (strcmp(words[0], "help") == 0 && count == 2)
		ret->wants = LINE_WANTS_HELP_TOPIC;
}

static size_t name_len(const char *text)
{
	return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
}

const char *cli_line_name_of_word(const struct verb *verb, unsigned at, size_t *ret_len)
{
	const char *text = cli_text(verb->arguments, LBR_LANGUAGE_EN), *name = NULL;
	unsigned found = 0;

	/* Options come after the words. */
	for (;;) {
		text += strspn(text, " [");
		if (name_len(text) == 0)
			return NULL;
		name = text;
		*ret_len = name_len(text);
		text += *ret_len;
		if (found++ == at || strncmp(text, "...", 3) == 0)
			return name;
		text += strspn(text, "]");
		text += text[0] == '|' ? strcspn(text, " ]") : 0;
		text += strspn(text, "]");
	}
}
