/* `import --from KIND FILE...`: the phones and passwords that people have already. The files are read as the caller, NSS is asked
 * before the key is loaded, and each thing is then taken or skipped for a reason. */
#include <search.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "desk_log.h"
#include "input.h"
#include "progress.h"
#include "report.h"

/* What NSS said of one found thing, in the order of the files. */
struct known {
	bool     looked_up, is_person, is_user;
	uint32_t uid;
};

struct importing {
	struct cli           *cli;
	struct admin_session  session;
	import_read          *read;
	bool                  one_file_one_person;
	const char           *path, *owner; /* of the file that is read */
	struct import_input  *inputs; /* one for each word */
	struct known         *known;
	size_t                count, room, at;
	unsigned              fitting; /* tokens that --user may mean */
	void                 *seen;    /* names with their piece, of this run */
	struct import_sum     sum;
	enum cli_status       worst;
};

/* Judges whom it concerns: files that name somebody else's account are filtered by --user, those that do not are named by it. */
static void address(const struct importing *course, struct import_found *found)
{
	const char *user = course->cli->user;
	bool labelled = course->read == cli_import_otpauth || course->read == cli_import_google_authenticator;
	bool of_a_file = found->reason == IMPORT_OTHER_KIND || found->reason == IMPORT_ENCRYPTED || found->reason == IMPORT_PARTS;
	bool unnamed;

	if (cli_has(course->cli, CLI_ISSUER) && course->read == cli_import_otpauth && !of_a_file &&
	    strcmp(found->issuer, course->cli->issuer) != 0)
		found->reason = IMPORT_OTHER_ISSUER;
	unnamed = found->reason == IMPORT_NO_NAME || found->reason == IMPORT_BAD_NAME;
	if (labelled && user == NULL)
		user = course->owner;
	if (labelled && user != NULL && (found->reason == IMPORT_USABLE || unnamed)) {
		found->reason = IMPORT_USABLE;
		(void)cli_import_name(found, (struct import_span){ user, strlen(user) });
	} else if (!labelled && user != NULL && strcmp(found->name, user) != 0 && found->reason != IMPORT_BAD_LINE) {
		found->reason = IMPORT_OTHER_USER;
	}
	if (found->reason == IMPORT_USABLE && found->name[0] == '\0')
		found->reason = IMPORT_NO_NAME;
}

static void look_up(void *context, const struct import_found *one)
{
	struct importing *course = context;
	struct import_found found = *one;
	struct person person = { .has_uid = false };
	struct known *list = course->known;

	if (course->count == course->room) {
		course->room = course->room > 0 ? course->room * 2 : 64;
		list = reallocarray(course->known, course->room, sizeof(*list));
		if (list == NULL) {
			course->room = course->count;
			course->worst = CLI_FAULT;
			lbr_wipe(&found, sizeof(found));
			return;
		}
		course->known = list;
	}
	address(course, &found);
	if (found.reason == IMPORT_USABLE)
		cli_person_find(found.name, &person);
	course->fitting += found.reason == IMPORT_USABLE;
	list[course->count++] = (struct known){ person.looked_up, person.has_uid, person.has_system_uid, person.system_uid };
	lbr_wipe(&found, sizeof(found));
}

static int compare(const void *one, const void *other)
{
	return strcmp(one, other);
}

/* True the first time. */
static bool is_first(struct importing *course, const struct import_found *found)
{
	char *key = malloc(sizeof(found->name) + 1), **kept;

	if (key == NULL)
		return true;
	key[0] = (char)('0' + found->piece);
	memcpy(key + 1, found->name, sizeof(found->name));
	kept = tsearch(key, &course->seen, compare);
	if (kept != NULL && *kept == key)
		return true;
	free(key);
	return kept == NULL;
}

static void apply(struct importing *course, struct import_found *found, const struct known *known, struct import_result *result)
{
	struct person person = { .looked_up = known->looked_up, .has_system_uid = known->is_user, .system_uid = known->uid };
	struct lbr_reason reason = { .text = "" };
	bool dry = cli_has(course->cli, CLI_DRY_RUN);
	enum cli_status status = CLI_DONE;
	enum lbr_error error;

	memcpy(person.name, found->name, sizeof(person.name));
	person.has_uid = known->is_person || (known->is_user && cli_has(course->cli, CLI_SYSTEM));
	person.uid = known->uid;
	error = cli_import_apply(&course->session, found, &person, dry, result, &reason);
	if (error != LBR_OK)
		status = cli_fail_reason(course->cli, found->name, error, &reason);
	course->worst = status > course->worst ? status : course->worst;
	if (error != LBR_OK || result->reason == IMPORT_USABLE)
		cli_desk_log_change(course->cli, found->name, status, result->changed);
	if (error == LBR_OK)
		cli_import_report(course->cli, course->path, found, result, &course->sum);
}

static void take(void *context, const struct import_found *one)
{
	struct importing *course = context;
	struct import_found found = *one;
	struct import_result result = { .reason = IMPORT_USABLE };
	const struct known *known = &course->known[course->at++];

	address(course, &found);
	if (found.reason == IMPORT_USABLE && known->is_user && !known->is_person && !cli_has(course->cli, CLI_SYSTEM))
		found.reason = IMPORT_SYSTEM;
	if (found.reason == IMPORT_USABLE && !is_first(course, &found))
		found.reason = IMPORT_TWICE;
	cli_progress_draw(course->at, course->count);
	if (found.reason == IMPORT_USABLE) {
		apply(course, &found, known, &result);
	} else {
		result.reason = found.reason;
		cli_progress_clear();
		cli_import_report(course->cli, course->path, &found, &result, &course->sum);
	}
	lbr_wipe(&found, sizeof(found));
}

static void read_all(struct importing *course, import_take *each)
{
	int at;

	for (at = 0; at < course->cli->count; at++) {
		const struct import_input *input = &course->inputs[at];

		course->path = course->cli->words[at];
		course->owner = input->owner_name[0] != '\0' ? input->owner_name : NULL;
		course->read(input->file.bytes, input->file.len, cli_now_s(), each, course);
	}
}

static enum cli_status judge_options(struct importing *course)
{
	struct cli *cli = course->cli;

	if (!cli_has(cli, CLI_FROM))
		return cli_fail(cli, CLI_USAGE, TEXT_IMPORT_SAY_FROM, NULL);
	course->read = cli_import_reader(cli->from);
	if (course->read == NULL)
		return cli_fail(cli, CLI_USAGE, TEXT_IMPORT_KINDS, NULL);
	course->one_file_one_person = course->read == cli_import_google_authenticator;
	if (cli->user != NULL && lbr_name_check(cli->user) != LBR_OK)
		return cli_fail(cli, CLI_USAGE, TEXT_BAD_NAME, cli_safe(cli->user), NULL);
	return CLI_DONE;
}

/* The file of one person belongs to that person, unless --user says whose it is. */
static enum cli_status read_inputs(struct importing *course)
{
	enum cli_status worst = CLI_DONE, status;
	int at;

	course->inputs = calloc((size_t)course->cli->count, sizeof(*course->inputs));
	for (at = 0; course->inputs != NULL && at < course->cli->count; at++) {
		status = cli_import_input_read(course->cli, course->cli->words[at], course->one_file_one_person,
		                               &course->inputs[at]);
		worst = status > worst ? status : worst;
	}
	return course->inputs != NULL ? worst : CLI_FAULT;
}

static enum cli_status import(struct importing *course)
{
	enum cli_status status = judge_options(course);
	bool labelled = course->read == cli_import_otpauth || course->one_file_one_person;

	if (status == CLI_DONE)
		status = cli_settings_load(course->cli, &course->session.settings);
	if (status == CLI_DONE)
		status = read_inputs(course);
	if (status != CLI_DONE)
		return status;
	read_all(course, look_up);
	if (course->worst != CLI_DONE)
		return course->worst;
	if (course->cli->user != NULL && labelled && course->fitting > 1)
		return cli_fail(course->cli, CLI_USAGE, TEXT_IMPORT_SEVERAL, NULL);
	status = cli_admin_open_loaded(course->cli, &course->session);
	if (status != CLI_DONE)
		return status;
	read_all(course, take);
	cli_progress_clear();
	cli_import_report_sum(course->cli, &course->sum);
	if (course->worst != CLI_DONE)
		return course->worst;
	return course->sum.taken + course->sum.already > 0 ? CLI_DONE : CLI_NO;
}

enum cli_status cli_import(struct cli *cli)
{
	struct importing course = { .cli = cli };
	enum cli_status status = import(&course);
	int at;

	for (at = 0; course.inputs != NULL && at < cli->count; at++)
		cli_whole_file_free(&course.inputs[at].file);
	free(course.inputs);
	free(course.known);
	tdestroy(course.seen, free);
	cli_admin_close(&course.session);
	return status;
}
