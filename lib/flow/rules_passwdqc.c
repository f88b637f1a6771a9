/* What libpasswdqc checks: likeness to the old password and to what is known about the person, English words, sequences,
 * the file of breached passwords. Its own lengths and classes are switched off as far as ours reach. */
#include "rules_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <passwdqc.h>
#include <sys/stat.h>

#include <liberations/password.h>

#define MIN_LENGTH 12 /* never more: a long minimum would refuse a sentence for one word in it */
/* The library compares the number of different characters with the average of a random password of that length, so one in
 * thousands of twenty random digits has too few. For this question alone it gets a shorter length; rules_words.c weighs
 * repetition. */
#define VARIETY_LENGTH 8
#define VARIETY "not enough different characters or classes"
/* At twelve characters it objects to one in ten random strings, since four letters happen to be part of some word, and to
 * one in some thousand of the passwords that pwqgen(1) makes of three short words. A password that often changes between
 * letters, capitals, digits and signs gets two characters of grace; one word with a capital, a year and a sign does not. */
#define WORD_LENGTH 10
#define CHANGES 4
#define WORD "based on a dictionary word and not a passphrase"
#define SEQUENCE "based on a common sequence of characters and not a passphrase"
#define FAILED "check failed"
#define OPTION_MAX (LBR_PATH_MAX + 16)

/* The library answers in English sentences and has no codes. A sentence that is not in this table is also an objection. */
static const struct { const char *sentence; enum lbr_objection objection; } sentences[] = {
	{ "is the same as the old one", LBR_OBJECTION_SAME },
	{ "is based on the old one", LBR_OBJECTION_OLD },
	{ "too short", LBR_OBJECTION_SHORT },
	{ "too long", LBR_OBJECTION_LONG },
	{ "based on personal login information", LBR_OBJECTION_NAME },
	{ WORD, LBR_OBJECTION_WORDS },
	{ "based on a word list entry", LBR_OBJECTION_WORDS },
	{ "is in deny list", LBR_OBJECTION_BREACHED },
	{ "appears to be in a database", LBR_OBJECTION_BREACHED },
};

static enum lbr_objection objection_of(const char *sentence)
{
	size_t at;

	for (at = 0; at < sizeof(sentences) / sizeof(sentences[0]); at++)
		if (strcmp(sentences[at].sentence, sentence) == 0)
			return sentences[at].objection;
	return LBR_OBJECTION_SIMPLE;
}

static enum lbr_error in_breached(enum lbr_error error, struct lbr_reason *reason)
{
	lbr_reason_prefix(reason, "breached");
	return error;
}

/* The library reports only "check failed", and waits forever at a FIFO. */
static enum lbr_error look_at_file(const char *path, struct lbr_reason *reason)
{
	enum lbr_error error = LBR_OK;
	struct stat file;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return lbr_fail_system(reason, errno, "breached: %s", path);
	if (fstat(fd, &file) != 0)
		error = lbr_fail_system(reason, errno, "breached: %s: fstat", path);
	else if (!S_ISREG(file.st_mode))
		error = in_breached(lbr_fail_at(reason, LBR_ERR_UNSAFE, path, LBR_WHY(NOT_REGULAR)), reason);
	close(fd);
	return error;
}

static enum lbr_error set_up(const struct lbr_settings *settings, unsigned min, passwdqc_params_t *params,
                             struct lbr_reason *reason)
{
	char lengths[OPTION_MAX], max[OPTION_MAX], filter[OPTION_MAX];
	const char *const options[] = { lengths, max, "similar=deny", filter };
	int count = settings->breached[0] != '\0' ? 4 : 3;
	char *why = NULL;
	int failed;

	snprintf(lengths, sizeof(lengths), "min=%u,%u,%u,%u,%u", min, min, min, min, min);
	snprintf(max, sizeof(max), "max=%d", LBR_PASSWORD_MAX_BYTES);
	snprintf(filter, sizeof(filter), "filter=%s", settings->breached);
	passwdqc_params_reset(params);
	failed = passwdqc_params_parse(params, &why, count, options);
	free(why);
	return failed == 0 ? LBR_OK : lbr_fail(reason, LBR_ERR_INTERNAL, LBR_WHY(PASSWDQC_OPTIONS));
}

/* The library takes strings that it does not change through non-const pointers. */
static char *unchanged(const char *text)
{
	union { const char *in; char *out; } pointer = { .in = text };

	return pointer.out;
}

/* The library's sentence for words of `min` characters, or NULL if it has no objection. */
static enum lbr_error ask(const struct lbr_candidate *candidate, const struct lbr_settings *settings, unsigned min,
                          const char **ret, struct lbr_reason *reason)
{
	const struct passwd person = {
		.pw_name = unchanged(candidate->name),
		.pw_passwd = unchanged(""),
		.pw_gecos = unchanged(candidate->contact),
		.pw_dir = unchanged(""),
		.pw_shell = unchanged(""),
	};
	const char *old = candidate->old != NULL ? candidate->old->bytes : NULL;
	passwdqc_params_t params;
	enum lbr_error error = set_up(settings, min, &params, reason);

	*ret = FAILED;
	if (error == LBR_OK)
		*ret = passwdqc_check(&params.qc, candidate->password->bytes, old, &person);
	passwdqc_params_free(&params);
	return error;
}

static enum lbr_error complain(const struct lbr_settings *settings, struct lbr_reason *reason)
{
	if (settings->breached[0] == '\0')
		return lbr_fail(reason, LBR_ERR_MEMORY, LBR_WHY(NO_PASSWDQC));
	return in_breached(lbr_fail_at(reason, LBR_ERR_DAMAGED, settings->breached, LBR_WHY(NOT_A_FILTER)), reason);
}

static int class_of(unsigned char c)
{
	if (c >= 'a' && c <= 'z')
		return 1;
	if (c >= 'A' && c <= 'Z')
		return 2;
	if (c >= '0' && c <= '9')
		return 3;
	return c < 0x80 ? 4 : 5;
}

static unsigned count_changes(const struct lbr_secret *password)
{
	unsigned changes = 0;
	size_t at;

	for (at = 1; at < password->len; at++)
		changes += class_of((unsigned char)password->bytes[at]) != class_of((unsigned char)password->bytes[at - 1]);
	return changes;
}

/* The length for a second, milder question, if the first may have objected only by chance; otherwise 0. */
static unsigned milder_length(const char *sentence, const struct lbr_secret *password, unsigned min)
{
	if (strncmp(sentence, VARIETY, strlen(VARIETY)) == 0)
		return VARIETY_LENGTH;
	if ((strcmp(sentence, WORD) == 0 || strcmp(sentence, SEQUENCE) == 0) && count_changes(password) >= CHANGES)
		return min < WORD_LENGTH ? min : WORD_LENGTH;
	return 0;
}

enum lbr_error lbr_rules_ask_passwdqc(const struct lbr_candidate *candidate, const struct lbr_settings *settings,
                                      enum lbr_objection *ret, struct lbr_reason *reason)
{
	unsigned min = settings->min_length < MIN_LENGTH ? settings->min_length : MIN_LENGTH;
	const char *sentence = FAILED;
	enum lbr_error error;
	unsigned milder;

	*ret = LBR_OBJECTION_SIMPLE;
	error = settings->breached[0] != '\0' ? look_at_file(settings->breached, reason) : LBR_OK;
	if (error == LBR_OK)
		error = ask(candidate, settings, min, &sentence, reason);
	milder = error == LBR_OK && sentence != NULL ? milder_length(sentence, candidate->password, min) : 0;
	if (milder > 0)
		error = ask(candidate, settings, milder, &sentence, reason);
	if (error != LBR_OK)
		return error;
	if (sentence != NULL && strcmp(sentence, FAILED) == 0)
		return complain(settings, reason);
	*ret = sentence == NULL ? LBR_OBJECTION_NONE : objection_of(sentence);
	return LBR_OK;
}

enum lbr_error lbr_rules_check_breached(const struct lbr_settings *settings, struct lbr_reason *reason)
{
	/* Any password that reaches the file will do; this one belongs to no one. */
	static const struct lbr_secret nobodys = { 39, "Xb7-quartz-Lamproie-0Vf-tourbillon-k2Wd" };
	const struct lbr_candidate candidate = { .password = &nobodys, .name = "", .contact = "" };
	enum lbr_objection objection;

	if (settings->breached[0] == '\0')
		return LBR_OK;
	return lbr_rules_ask_passwdqc(&candidate, settings, &objection, reason);
}
