/* The prompt that shows a token to its phone: on a terminal of 80x24 there is always a key to type beside the question. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "stage.h"

#include <liberations/texts.h>

#define KEY "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ" /* WORLD_KEY_HEX */
#define COLUMNS 80
#define LINES 24
#define LONG_NAME "un.nom.de.soixante-quatre.lettres.que.porte.la.personne.invitee." /* LBR_NAME_MAX */

struct row {
	const char *arguments, *name;
	char        ink; /* '#', 'b' for blocks, 0: no picture */
	bool        tall; /* the words above the picture have scrolled away when the question shows */
};

static const struct row rows[] = {
	{"", "scan-utf8", 'b', false}, {"qr=ascii", "scan-ascii", '#', true}, {"messages=ascii", "scan-messages", '#', true},
	{"messages=ascii language=fr", "scan-fr", '#', true}, {"qr=none", "scan-none", 0, false},
	{"qr=utf8 expired=auth", LONG_NAME, 'b', true}, {"qr=ascii expired=auth", LONG_NAME, 0, false},
	{"messages=ascii expired=auth", LONG_NAME, 0, false},
	{"messages=ascii", "thirty-seven.letters.of.a.person.s.na", '#', true},
};

static int columns_of(const char *line, size_t len)
{
	int columns = 0;

	for (; len > 0; len--, line++)
		columns += ((unsigned char)*line & 0xc0) != 0x80;
	return columns;
}

/* The URI is for a program, not for the eye; it may wrap. */
static void expect_narrow(const char *prompt)
{
	const char *line, *end;

	for (line = prompt; *line != '\0'; line = *end == '\0' ? end : end + 1) {
		end = line + strcspn(line, "\n");
		expect(columns_of(line, (size_t)(end - line)) <= COLUMNS || strncmp(line, "otpauth:", 8) == 0, "%.*s",
		       (int)(end - line), line);
	}
}

/* What a terminal still shows when the question stands on its last line. */
static const char *last_screen(const char *prompt)
{
	const char *at = prompt + strlen(prompt) - 1; /* before the newline that closes the transcript */
	int lines = 0;

	while (at > prompt && (at[-1] != '\n' || ++lines < LINES))
		at--;
	return at;
}

static int count_of(const char *text, const char *word)
{
	int count = 0;

	for (; (text = strstr(text, word)) != NULL; text++)
		count++;
	return count;
}

static const char *type_key(const struct row *row)
{
	bool french = strstr(row->arguments, "language=fr") != NULL;

	/* Without the accents, as messages=ascii has it. */
	return french ? "Tapez cette cle dans votre application :" : lbr_text(LBR_TEXT_TYPE_KEY, LBR_LANGUAGE_EN);
}

static void look_at_prompt(const struct row *row, const char *prompt)
{
	bool blocks = strstr(prompt, "\342\226\210") != NULL, hashes = strstr(prompt, "####") != NULL;

	expect_narrow(prompt);
	expect(blocks == (row->ink == 'b') && hashes == (row->ink == '#'), "%s %s: %s", row->arguments, row->name, prompt);
	expect((strstr(prompt, "otpauth:") != NULL) == (row->ink == 0), "%s %s: %s", row->arguments, row->name, prompt);
	expect(strstr(last_screen(prompt), KEY) != NULL, "%s %s: the key is away: %s", row->arguments, row->name, prompt);
	expect(count_of(prompt, KEY) == 1, "%s %s: %s", row->arguments, row->name, prompt);
	expect((strstr(last_screen(prompt), type_key(row)) != NULL) == (row->tall || row->ink == 0), "%s", prompt);
}

static void key_and_question(void)
{
	const char *prompt;
	struct stage stage;
	char service[32];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		world_set(&stage_world, rows[i].name, "state=pending", NULL);
		snprintf(service, sizeof(service), "scan-%zu", i);
		stage_service(service, rows[i].arguments);
		stage_open(&stage, service, rows[i].name);
		stage_script(&stage, "P", "", NULL);
		expect(pam_authenticate(stage.pamh, 0) == PAM_CONV_ERR, "%s %s", rows[i].arguments, stage.transcript);
		prompt = strstr(stage.transcript, "|\n");
		expect(stage.prompts == 3 && prompt != NULL, "%s", stage.transcript);
		look_at_prompt(&rows[i], prompt + 2);
		stage_close(&stage);
	}
}

const struct proof scan_proofs[] = {
	{"scan_key_and_question_on_one_screen", key_and_question},
	{NULL, NULL},
};
