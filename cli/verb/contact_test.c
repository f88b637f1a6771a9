/* `contact USER --test`: a word goes to the person, who reads it to the administrator, who types it. */
#include "contact_verb.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <liberations/random.h>
#include <liberations/secret.h>
#include <liberations/store.h>

#include "carriers_load.h"
#include "deliver.h"
#include "desk_log.h"
#include "prompt.h"
#include "reason.h"
#include "sms.h"

#define SYLLABLES 3
#define WORD_MAX (2 * SYLLABLES + 1)

/* Is said aloud, so each sound has one letter in either language: no c, g or z, which share theirs with k, j and s, and no e. It is
 * no secret. */
static enum cli_status draw_word(const struct cli *cli, char ret[WORD_MAX])
{
	static const char first[] = "bdfjklmnprstv", second[] = "aiou";
	unsigned char bytes[2 * SYLLABLES];
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = lbr_random(bytes, sizeof(bytes));
	size_t at;

	if (error != LBR_OK) {
		lbr_fail(&reason, error, LBR_WHY(NO_RANDOMNESS));
		return cli_fail_reason(cli, NULL, error, &reason);
	}
	for (at = 0; at < SYLLABLES; at++) {
		ret[2 * at] = first[bytes[2 * at] % (sizeof(first) - 1)];
		ret[2 * at + 1] = second[bytes[2 * at + 1] % (sizeof(second) - 1)];
	}
	ret[2 * at] = '\0';
	return CLI_DONE;
}

/* Blanks around it and capitals are a telephone's, or a typist's. */
static bool is_word(const char *typed, const char *word)
{
	size_t len = strlen(word), at;

	typed += strspn(typed, " \t");
	for (at = 0; at < len; at++)
		if (tolower((unsigned char)typed[at]) != word[at])
			return false;
	return typed[len + strspn(typed + len, " \t")] == '\0';
}

static bool compose(const struct delivering *way, const struct lbr_account *account, bool phone, const char *word,
                    char ret[LBR_MESSAGE_MAX])
{
	const struct lbr_settings *settings = &way->session.settings;
	enum lbr_language language = cli_language_of_person(way->cli, settings, account);
	char typed[CLI_SMS_TEXT_MAX] = "";
	FILE *file = fmemopen(typed, sizeof(typed), "we");

	if (file == NULL)
		return false;
	cli_write(file, language, TEXT_CONTACT_WORD, settings->issuer, word, NULL);
	return fclose(file) == 0 && cli_sms_plain(typed, phone, ret);
}

static enum cli_status send_word(struct delivering *way, const struct lbr_account *account, const char *word)
{
	struct lbr_message message = { .kind = LBR_NOTICE_KINDS };
	struct delivered delivered = { .message = &message };
	const char *name = account->name, *cause;
	struct message_way to;
	char number[24];

	memcpy(message.name, name, sizeof(message.name));
	if (account->contact[0] == '\0')
		return cli_fail(way->cli, CLI_NO, TEXT_CONTACT_NONE_YET, name, NULL);
	if (!cli_deliver_find_way(way, &message, &to))
		return cli_fail(way->cli, CLI_NO, TEXT_CONTACT_NO_WAY, name, NULL);
	if (!compose(way, account, to.phone, word, message.text))
		return cli_fail(way->cli, CLI_FAULT, TEXT_MESSAGE_BAD, NULL);
	cli_deliver_send(way, &message, &to, &delivered);
	if (delivered.mailed == CLI_MAIL_TAKEN)
		return CLI_DONE;
	snprintf(number, sizeof(number), "%d", delivered.number);
	cause = delivered.mailed == CLI_MAIL_NOT_STARTED ? cli_errno(way->cli->language, delivered.number) :
	        delivered.mailed == CLI_MAIL_HUNG ? cli_text(TEXT_CONTACT_HUNG, way->cli->language) : number;
	return cli_fail(way->cli, CLI_FAULT, TEXT_CONTACT_NOT_TAKEN, name, cause, NULL);
}

static enum cli_status ask(const struct delivering *way, const char *word)
{
	char question[256] = "";
	FILE *file = fmemopen(question, sizeof(question), "we");
	struct lbr_secret typed = { .len = 0 };
	bool right;

	if (file != NULL) {
		cli_write(file, way->cli->language, TEXT_CONTACT_ASK, way->cli->words[0], NULL);
		fclose(file);
	}
	right = cli_prompt_ask(stderr, question, true, &typed) && is_word(typed.bytes, word);
	lbr_secret_wipe(&typed);
	return right ? CLI_DONE : cli_fail(way->cli, CLI_NO, TEXT_CONTACT_NOT_READ, way->cli->words[0], NULL);
}

struct word_check {
	const char *field; /* as it was when the word was sent */
	int64_t     now_s;
	bool        done;
};

static enum lbr_error edit(void *context, struct lbr_view *view, unsigned *ret_parts, struct lbr_reason *reason)
{
	struct word_check *checking = context;
	char dated[LBR_CONTACT_MAX] = "";
	struct lbr_contact contact;

	(void)reason;
	checking->done = strcmp(view->account.contact, checking->field) == 0 && lbr_contact_read(checking->field, &contact);
	if (checking->done) {
		contact.verified_s = checking->now_s;
		checking->done = lbr_contact_write(&contact, dated);
	}
	if (checking->done)
		memcpy(view->account.contact, dated, sizeof(dated));
	*ret_parts = checking->done ? LBR_PART_ACCOUNT : LBR_PART_NONE;
	return LBR_OK;
}

/* The account may have signed in meanwhile, so it is read again; its contact must be the one that got the word. */
static enum cli_status record(struct delivering *way, const char *field)
{
	struct word_check checking = { field, cli_now_s(), false };
	enum cli_status status = CLI_DONE;
	struct lbr_reason reason = { .text = "" };
	const char *name = way->cli->words[0];
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(way->session.store, name, &view, &reason);

	if (error == LBR_OK)
		error = lbr_store_commit(&view, edit, &checking, &reason);
	if (error != LBR_OK)
		status = cli_admin_fail(way->cli, name, error, &reason);
	else if (!checking.done)
		status = cli_fail(way->cli, CLI_NO, TEXT_CONTACT_MOVED, name, NULL);
	else
		cli_contact_print(way->cli, view.account.contact, true);
	lbr_view_release(&view);
	return status;
}

static enum cli_status test(struct delivering *way)
{
	const char *name = way->cli->words[0];
	struct lbr_reason reason = { .text = "" };
	char word[WORD_MAX], field[LBR_CONTACT_MAX] = "";
	struct lbr_view view;
	enum lbr_error error = lbr_store_load(way->session.store, name, &view, &reason);
	enum cli_status status;

	if (error != LBR_OK)
		status = cli_admin_fail(way->cli, name, error, &reason);
	else
		status = draw_word(way->cli, word);
	if (status == CLI_DONE)
		status = send_word(way, &view.account, word);
	memcpy(field, view.account.contact, sizeof(field));
	lbr_view_release(&view);
	if (status == CLI_DONE)
		status = ask(way, word);
	if (status == CLI_DONE)
		status = record(way, field);
	cli_desk_log(way->cli, name, status);
	return status;
}

enum cli_status cli_contact_test(struct cli *cli)
{
	static struct delivering way;
	enum cli_status status;

	way = (struct delivering){ .cli = cli };
	status = cli_carriers_load(cli, &way.carriers);
	if (status == CLI_DONE)
		status = cli_admin_open(cli, &way.session);
	if (status != CLI_DONE)
		return status;
	way.now_s = cli_now_s();
	status = test(&way);
	cli_delivering_close(&way);
	return status;
}
