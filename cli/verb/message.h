/* What the files of `message` share. */
#ifndef CLI_MESSAGE_H
#define CLI_MESSAGE_H

#include "deliver.h"
#include "sms.h"
#include "states.h"

struct messaging {
	struct delivering way;
	char              text[CLI_SMS_TEXT_MAX];
	char              run[LBR_RUN_MAX];
	bool              everybody; /* no names are written: --all, or those whom these choose: */
	cli_states        states;    /* 0: any */
	unsigned          ahead_s; /* of --expiring */
	bool              delivers;  /* --deliver: what waits, of every run */
	int               people;    /* of the words; the last may be the text */
	unsigned          put;
	bool              missed;    /* an account could not be read */
};

/* Takes the text out of the words or reads it, and says its length. CLI_NO: too long; CLI_USAGE: not a text. */
enum cli_status cli_message_take_text(struct messaging *messaging);

/* Reads whom --state, --expiring and --never-signed-in choose. */
enum cli_status cli_message_choose(struct messaging *messaging);

/* Returns true if people are chosen, and the one word, the text, is somebody's name: probably meant as one. */
bool cli_message_text_is_name(const struct messaging *messaging);

/* Puts the text into the spool for everybody whom the words or the options name; all of it counts, or nothing. */
void cli_message_spool(struct messaging *messaging);

/* Says what became of one message; `context` is a struct messaging. */
void cli_message_tell(void *context, const struct delivered *delivered);

/* Says that this person cannot be reached. */
void cli_message_tell_no_contact(const struct messaging *messaging, const char *name);

/* Says the totals. */
void cli_message_sum_up(const struct messaging *messaging);

#endif
