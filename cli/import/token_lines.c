/* otpauth:// lines, one token each, and the lines of Google's transfer. */
#include "found.h"

#include <string.h>
#include <strings.h>

#define VALUE_MAX 512

enum param { PARAM_SECRET, PARAM_ISSUER, PARAM_ALGORITHM, PARAM_DIGITS, PARAM_PERIOD, PARAMS };

struct token_line {
	char     type[16], label[VALUE_MAX], values[PARAMS][VALUE_MAX];
	unsigned seen; /* a bit for each param */
};

static int hex(char c)
{
	const char *digits = "0123456789abcdef", *found = c != '\0' ? strchr(digits, c | 0x20) : NULL;

	return found != NULL ? (int)(found - digits) : -1;
}

/* `plus`: a plus sign is a blank. */
static bool decode(struct import_span text, bool plus, char ret[VALUE_MAX])
{
	size_t at, len = 0;

	lbr_wipe(ret, VALUE_MAX);
	for (at = 0; at < text.len && len < VALUE_MAX - 1; at++) {
		char c = text.at[at];

		if (c == '%' && at + 2 < text.len && hex(text.at[at + 1]) >= 0 && hex(text.at[at + 2]) >= 0) {
			c = (char)(hex(text.at[at + 1]) << 4 | hex(text.at[at + 2]));
			at += 2;
		} else if (c == '+' && plus) {
			c = ' ';
		}
		if (c == '\0')
			return false;
		ret[len++] = c;
	}
	return at == text.len;
}

/* False: given twice, or too long. */
static bool take_param(struct import_span pair, struct token_line *uri)
{
	static const char *const names[PARAMS] = { "secret", "issuer", "algorithm", "digits", "period" };
	struct import_span name;
	unsigned at;

	if (!cli_import_cut(&pair, '=', &name))
		return true;
	for (at = 0; at < PARAMS; at++) {
		if (name.len != strlen(names[at]) || strncasecmp(name.at, names[at], name.len) != 0)
			continue;
		if ((uri->seen & 1U << at) != 0 || !decode(pair, true, uri->values[at]))
			return false;
		uri->seen |= 1U << at;
	}
	return true;
}

/* 0: not said; -1: no number. */
static int64_t number_of(const struct token_line *uri, enum param param)
{
	int64_t number = 0;
	struct import_span text = { uri->values[param], strlen(uri->values[param]) };

	if ((uri->seen & 1U << param) == 0)
		return 0;
	return cli_import_number(text, &number) ? number : -1;
}

static void judge(const struct token_line *uri, struct import_found *found)
{
	const struct import_span secret = { uri->values[PARAM_SECRET], strlen(uri->values[PARAM_SECRET]) };
	struct import_words words = { .type = uri->type, .label = uri->label, .issuer = uri->values[PARAM_ISSUER],
	                              .digits = number_of(uri, PARAM_DIGITS), .period = number_of(uri, PARAM_PERIOD) };

	if ((uri->seen & 1U << PARAM_ALGORITHM) != 0)
		words.algorithm = uri->values[PARAM_ALGORITHM];
	cli_import_judge(found, &words);
	if (found->reason == IMPORT_USABLE || found->reason == IMPORT_NO_NAME || found->reason == IMPORT_BAD_NAME) {
		enum import_reason name = found->reason;

		found->reason = IMPORT_USABLE;
		cli_import_base32(found, secret, false);
		if (found->reason == IMPORT_USABLE)
			found->reason = name;
	}
}

void cli_import_uri(struct import_span line, struct import_found *found)
{
	struct import_span rest = { line.at + strlen("otpauth://"), line.len - strlen("otpauth://") }, type, label, pair;
	struct token_line uri = { .seen = 0 };
	bool once = true;

	if (!cli_import_cut(&rest, '/', &type) || !cli_import_copy(type, uri.type, sizeof(uri.type)) ||
	    !cli_import_cut(&rest, '?', &label) || !decode(label, false, uri.label)) {
		found->reason = IMPORT_BAD_LINE;
		return;
	}
	while (rest.len > 0 && cli_import_cut(&rest, '&', &pair))
		once = take_param(pair, &uri) && once;
	if (once)
		judge(&uri, found);
	else
		found->reason = IMPORT_DOUBLED;
	lbr_wipe(&uri, sizeof(uri));
}

static bool begins(struct import_span line, const char *text)
{
	return line.len >= strlen(text) && strncasecmp(line.at, text, strlen(text)) == 0;
}

static void read_line(struct import_span line, unsigned number, uint64_t *parts, import_take *take, void *context)
{
	static const char migration[] = "otpauth-migration://offline?data=";
	struct import_found found = { .line = number, .piece = IMPORT_TOKEN };

	if (begins(line, migration)) {
		line.at += sizeof(migration) - 1;
		line.len -= sizeof(migration) - 1;
		cli_import_migration(line, number, parts, take, context);
		return;
	}
	if (begins(line, "otpauth://"))
		cli_import_uri(line, &found);
	else
		found.reason = IMPORT_BAD_LINE;
	take(context, &found);
	lbr_wipe(&found, sizeof(found));
}

/* As many as the highest of them says: the low half of `parts` names those that came. */
static bool is_whole(uint64_t parts)
{
	unsigned size = 0;

	while (size < 32 && parts >> (32 + size) != 0)
		size++;
	return (uint32_t)parts == (UINT64_C(1) << size) - 1;
}

static void report(enum import_reason reason, import_take *take, void *context)
{
	const struct import_found found = { .reason = reason, .piece = IMPORT_TOKEN };

	take(context, &found);
}

void cli_import_otpauth(const char *bytes, size_t len, int64_t now_s, import_take *take, void *context)
{
	struct import_span rest = { bytes, len }, line;
	uint64_t parts = 0;
	unsigned number = 0;

	if (len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
		rest = (struct import_span){ bytes + 3, len - 3 };
	while (rest.len > 0 && strchr(" \t\r\n", rest.at[0]) != NULL && rest.at[0] != '\0') {
		number += rest.at[0] == '\n';
		rest.at++;
		rest.len--;
	}
	if (rest.len > 0 && (rest.at[0] == '{' || rest.at[0] == '[')) {
		cli_import_apps(rest.at, rest.len, now_s, take, context);
		return;
	}
	if (rest.len == 0 || (!begins(rest, "otpauth") && rest.at[0] != '#')) {
		report(IMPORT_OTHER_KIND, take, context);
		return;
	}
	while (cli_import_line(&rest, &line)) {
		number++;
		while (line.len > 0 && (line.at[line.len - 1] == ' ' || line.at[line.len - 1] == '\t'))
			line.len--;
		if (line.len > 0 && line.at[0] != '#')
			read_line(line, number, &parts, take, context);
	}
	if (!is_whole(parts))
		report(IMPORT_PARTS, take, context);
}
