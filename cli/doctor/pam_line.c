/* One line of a file of pam.d(5). */
#include "pam_stack.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define UNSET (-9)
#define BLANKS " \t"

/* In the order of libpam's numbers. */
static const char *const code_names[PAM_CODES] = {
	"success", "open_err", "symbol_err", "service_err", "system_err", "buf_err", "perm_denied", "auth_err", "cred_insufficient",
	"authinfo_unavail", "user_unknown", "maxtries", "new_authtok_reqd", "acct_expired", "session_err", "cred_unavail",
	"cred_expired", "cred_err", "no_module_data", "conv_err", "authtok_err", "authtok_recover_err", "authtok_lock_busy",
	"authtok_disable_aging", "try_again", "ignore", "abort", "authtok_expired", "module_unknown", "bad_item", "conv_again",
	"incomplete",
};

static const struct { const char *word; int action; } actions[] = {
	{ "ignore", PAM_ACT_PASS }, { "ok", PAM_ACT_OK }, { "done", PAM_ACT_DONE }, { "bad", PAM_ACT_BAD }, { "die", PAM_ACT_DIE },
	{ "reset", PAM_ACT_RESET },
};

static const struct { const char *word, *meaning; } controls[] = {
	{ "required", "[success=ok new_authtok_reqd=ok ignore=ignore default=bad]" },
	{ "requisite", "[success=ok new_authtok_reqd=ok ignore=ignore default=die]" },
	{ "sufficient", "[success=done new_authtok_reqd=done default=ignore]" },
	{ "optional", "[success=ok new_authtok_reqd=ok default=ignore]" },
};

static bool read_action(const char *text, int *ret)
{
	size_t at;
	char *end;
	long jump;

	for (at = 0; at < sizeof(actions) / sizeof(actions[0]); at++)
		if (strcasecmp(text, actions[at].word) == 0) {
			*ret = actions[at].action;
			return true;
		}
	jump = strtol(text, &end, 10);
	*ret = (int)jump;
	return end != text && *end == '\0' && jump >= 0 && jump <= PAM_STACK_MAX;
}

static bool set_action(char *word, int ret[PAM_CODES], int *other)
{
	char *value = strchr(word, '=');
	int action, code;

	if (value == NULL)
		return false;
	*value++ = '\0';
	if (!read_action(value, &action))
		return false;
	if (strcasecmp(word, "default") == 0)
		*other = action;
	for (code = 0; code < PAM_CODES; code++)
		if (strcasecmp(word, code_names[code]) == 0) {
			ret[code] = action;
			return true;
		}
	return strcasecmp(word, "default") == 0;
}

bool cli_pam_control_read(const char *control, int ret[PAM_CODES])
{
	char text[PAM_LINE_TEXT], *word, *rest = text;
	int other = UNSET, code;
	size_t at;
	bool good = true;

	for (at = 0; at < sizeof(controls) / sizeof(controls[0]); at++)
		if (strcasecmp(control, controls[at].word) == 0)
			control = controls[at].meaning;
	snprintf(text, sizeof(text), "%s", control);
	for (code = 0; code < PAM_CODES; code++)
		ret[code] = UNSET;
	if (strlen(text) < 2 || text[0] != '[' || text[strlen(text) - 1] != ']')
		return false;
	text[strlen(text) - 1] = '\0';
	rest++;
	while (good && (word = strsep(&rest, BLANKS)) != NULL)
		good = word[0] == '\0' || set_action(word, ret, &other);
	for (code = 0; code < PAM_CODES; code++)
		if (ret[code] == UNSET)
			ret[code] = other == UNSET ? PAM_ACT_BAD : other;
	return good;
}

/* The next word; one in brackets may hold blanks. Its brackets stay where `keep` says so. */
static char *next_word(char **rest, bool keep)
{
	char *begin = *rest + strspn(*rest, BLANKS), *end;

	if (*begin == '\0')
		return NULL;
	if (*begin == '[' && (end = strchr(begin, ']')) != NULL) {
		end += keep;
		begin += !keep;
		if (*end == '\0') {
			*rest = end;
			return begin;
		}
	} else {
		end = begin + strcspn(begin, BLANKS);
	}
	*rest = *end != '\0' ? end + 1 : end;
	*end = '\0';
	return begin;
}

static bool read_type(const char *word, struct pam_line *ret)
{
	static const char *const types[PAM_TYPES] = { "auth", "account", "password", "session" };
	int at;

	ret->may_miss = word[0] == '-';
	word += ret->may_miss;
	for (at = 0; at < PAM_TYPES; at++)
		if (strcasecmp(word, types[at]) == 0) {
			ret->type = (enum pam_type)at;
			return true;
		}
	return false;
}

int cli_pam_line_read(const char *text, struct pam_line *ret, const char **ret_file)
{
	char *rest = ret->text, *word, *control;

	snprintf(ret->text, sizeof(ret->text), "%s", text);
	ret->substack = false;
	ret->count = 0;
	ret->module = NULL;
	word = next_word(&rest, true);
	if (word == NULL)
		return 0;
	if (strcmp(word, "@include") == 0) {
		*ret_file = next_word(&rest, true);
		ret->type = PAM_TYPES;
		return *ret_file != NULL ? 2 : -1;
	}
	if (!read_type(word, ret) || (control = next_word(&rest, true)) == NULL || (word = next_word(&rest, true)) == NULL)
		return -1;
	if (strcasecmp(control, "include") == 0 || strcasecmp(control, "substack") == 0) {
		ret->substack = strcasecmp(control, "substack") == 0;
		*ret_file = word;
		return 2;
	}
	ret->module = word;
	while (ret->count < PAM_WORDS_MAX && (word = next_word(&rest, false)) != NULL)
		ret->words[ret->count++] = word;
	return cli_pam_control_read(control, ret->actions) ? 1 : -1;
}

enum pam_join cli_pam_join(const char *line, size_t len, enum pam_join before)
{
	bool comment = memchr(line, '#', len) != NULL;
	size_t begin = 0, end = len;

	while (begin < len && isspace((unsigned char)line[begin]))
		begin++;
	while (end > begin && isspace((unsigned char)line[end - 1]))
		end--;
	if (before == PAM_JOIN_NEXT && (begin == len || line[begin] == '#'))
		return PAM_JOIN_HIDDEN;
	if (comment || end == begin || line[end - 1] != '\\')
		return PAM_JOIN_NONE;
	return end == len ? PAM_JOIN_NEXT : PAM_JOIN_HIDDEN;
}

bool cli_pam_is(const struct pam_line *line, const char *module)
{
	const char *name = line->module != NULL ? strrchr(line->module, '/') : NULL;

	return line->module != NULL && strcmp(name != NULL ? name + 1 : line->module, module) == 0;
}

bool cli_pam_has_word(const struct pam_line *line, const char *word)
{
	int at;

	for (at = 0; at < line->count; at++)
		if (strcmp(line->words[at], word) == 0)
			return true;
	return false;
}
