/* The text of `message`: from the words or from standard input, measured before anything is sent. */
#include "message.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "json.h"

#define SEGMENTS_MAX 10

/* An account's name has no blank, so a last word with one is the text; where no names are written, any word is. */
static const char *find_text(struct messaging *messaging)
{
	const struct cli *cli = messaging->way.cli;
	const char *last = cli->count > 0 ? cli->words[cli->count - 1] : "";

	messaging->people = cli->count;
	if (cli->count == 0 || (!messaging->everybody && strchr(last, ' ') == NULL))
		return NULL;
	messaging->people--;
	return last;
}

/* One line, perhaps without its newline. False: longer, more, or unreadable. */
static bool read_text(char ret[CLI_SMS_TEXT_MAX])
{
	size_t len = fread(ret, 1, CLI_SMS_TEXT_MAX - 1, stdin);

	ret[len] = '\0';
	if (ferror(stdin) != 0 || !feof(stdin) || strlen(ret) != len)
		return false;
	if (len > 0 && ret[len - 1] == '\n')
		ret[--len] = '\0';
	return len > 0;
}

enum cli_status cli_message_take_text(struct messaging *messaging)
{
	const struct cli *cli = messaging->way.cli;
	const char *word = find_text(messaging);
	char typed[CLI_SMS_TEXT_MAX], units[16], room[16], segments[16];
	struct sms_size size;
	bool sound = word != NULL ? strlen(word) < sizeof(typed) && word[0] != '\0' : read_text(typed);

	if (!sound || !cli_sms_plain(word != NULL ? word : typed, false, messaging->text))
		return cli_fail(cli, CLI_USAGE, TEXT_MESSAGE_BAD, NULL);
	cli_sms_measure(messaging->text, &size);
	snprintf(units, sizeof(units), "%u", size.units);
	snprintf(room, sizeof(room), "%u", size.room);
	snprintf(segments, sizeof(segments), "%u", size.segments);
	if (size.segments > SEGMENTS_MAX || (size.segments > 1 && !cli_has(cli, CLI_LONG)))
		return cli_fail(cli, CLI_NO, size.gsm ? TEXT_MESSAGE_LONG : TEXT_MESSAGE_LONG_UCS2, units, segments, size.first,
		                NULL);
	if (cli_has(cli, CLI_JSON))
		cli_json_line(json_pack("{s:i, s:i, s:i, s:s}", "units", (int)size.units, "room", (int)size.room, "segments",
		                        (int)size.segments, "encoding", size.gsm ? "gsm" : "ucs-2"));
	else
		cli_write(stderr, cli->language, size.gsm ? TEXT_MESSAGE_SIZE : TEXT_MESSAGE_SIZE_UCS2, units, room, segments,
		          size.first, NULL);
	return CLI_DONE;
}
