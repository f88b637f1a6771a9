/* The file of google-authenticator, as its own reader reads it: the key, then options and emergency codes in any order. */
#include "found.h"

#include <string.h>

#define STEP_DEFAULT 30

/* The value of the line '" KEY value', the first one. */
static bool find_option(struct import_span rest, const char *key, struct import_span *ret)
{
	size_t len = strlen(key);
	struct import_span line;

	while (cli_import_line(&rest, &line)) {
		if (line.len < len + 2 || memcmp(line.at, "\" ", 2) != 0 || memcmp(line.at + 2, key, len) != 0)
			continue;
		line.at += len + 2;
		line.len -= len + 2;
		if (line.len > 0 && line.at[0] != ' ' && line.at[0] != '\t')
			continue;
		while (line.len > 0 && (line.at[0] == ' ' || line.at[0] == '\t')) {
			line.at++;
			line.len--;
		}
		*ret = line;
		return true;
	}
	return false;
}

static bool is_code(struct import_span line)
{
	size_t at;

	for (at = 0; at < line.len; at++)
		if (line.at[at] < '0' || line.at[at] > '9')
			return false;
	return line.len == LBR_RECOVERY_DIGITS && line.at[0] != '0';
}

/* Its own reader stops at the first line that is none. */
static void take_codes(struct import_span rest, struct import_found *found)
{
	struct import_span line;

	while (cli_import_line(&rest, &line)) {
		if (line.len == 0 || line.at[0] == '"')
			continue;
		if (!is_code(line) || found->code_count == LBR_RECOVERY_CODES) {
			found->notes |= IMPORT_BIT(IMPORT_CODES_END);
			return;
		}
		(void)cli_import_copy(line, found->codes[found->code_count++], sizeof(found->codes[0]));
	}
}

static void judge_mode(struct import_span file, struct import_found *found)
{
	struct import_span value;
	int64_t number = 0;

	/* A counter that counts decides, whatever else the file says. */
	if (find_option(file, "HOTP_COUNTER", &value) && (!cli_import_number(value, &number) || number > 0))
		found->reason = IMPORT_COUNTER;
	else if (!find_option(file, "TOTP_AUTH", &value))
		found->reason = IMPORT_NO_TOTP;
	else if (find_option(file, "STEP_SIZE", &value) && (!cli_import_number(value, &number) || number != STEP_DEFAULT))
		found->reason = IMPORT_STEP;
}

/* The steps that were used. */
static void take_used(struct import_span used, struct import_found *found)
{
	struct import_span word;
	int64_t step;

	while (cli_import_cut(&used, ' ', &word))
		if (cli_import_number(word, &step) && step > found->last_step)
			found->last_step = step;
}

static void take_options(struct import_span file, struct import_found *found)
{
	struct import_span value;
	int64_t number = 0;

	if (find_option(file, "TIME_SKEW", &value) && (!cli_import_number(value, &number) || number != 0))
		found->notes |= IMPORT_BIT(IMPORT_SKEW);
	if (find_option(file, "OTP_DISABLED", &value))
		found->notes |= IMPORT_BIT(IMPORT_SWITCHED_OFF);
	if (find_option(file, "WINDOW_SIZE", &value))
		found->notes |= IMPORT_BIT(IMPORT_WINDOW);
	if (find_option(file, "RATE_LIMIT", &value))
		found->notes |= IMPORT_BIT(IMPORT_RATE);
	if (find_option(file, "DISALLOW_REUSE", &value))
		take_used(value, found);
	else
		found->notes |= IMPORT_BIT(IMPORT_REUSE);
}

void cli_import_google_authenticator(const char *bytes, size_t len, int64_t now_s, import_take *take, void *context)
{
	struct import_found found = { .line = 1, .piece = IMPORT_TOKEN };
	struct import_span file = { bytes, len }, rest = file, key;

	(void)now_s;
	if (len > 0 && memchr(bytes, '\0', len) != NULL)
		found.reason = IMPORT_OTHER_KIND;
	else if (!cli_import_line(&rest, &key) || key.len == 0)
		found.reason = IMPORT_NOT_BASE32;
	else
		judge_mode(file, &found);
	if (found.reason == IMPORT_USABLE || found.reason == IMPORT_NO_TOTP || found.reason == IMPORT_COUNTER) {
		enum import_reason mode = found.reason;

		found.reason = IMPORT_USABLE;
		cli_import_base32(&found, key, true);
		if (mode != IMPORT_USABLE && found.reason != IMPORT_NOT_BASE32)
			found.reason = mode;
		take_options(file, &found);
		take_codes(rest, &found);
	}
	take(context, &found);
	lbr_wipe(&found, sizeof(found));
}
