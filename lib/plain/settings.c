/* The configuration: its table, its defaults, and how its file is read. */
#include <liberations/settings.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define HOUR 3600
#define DAY 86400

#define FIELD(name) offsetof(struct lbr_settings, name)

static const char *const languages[] = { "auto", "en", "fr", NULL };

const struct lbr_keyword lbr_settings_keywords[] = {
	{ "state", LBR_VALUE_PATH, FIELD(state), 0, LBR_PATH_MAX, NULL },
	{ "user", LBR_VALUE_LABEL, FIELD(user), 0, sizeof(((struct lbr_settings *)0)->user), NULL },
	{ "seal-key", LBR_VALUE_PATH, FIELD(seal_key), 0, LBR_PATH_MAX, NULL },
	{ "issuer", LBR_VALUE_LABEL, FIELD(issuer), 0, sizeof(((struct lbr_settings *)0)->issuer), NULL },
	{ "language", LBR_VALUE_WORD, FIELD(language), LBR_LANGUAGE_NONE, 0, languages },
	{ "window", LBR_VALUE_NUMBER, FIELD(window), 0, LBR_WINDOW_MAX, NULL },
	{ "max-age", LBR_VALUE_AGE, FIELD(max_age), 0, 0, NULL },
	{ "warn", LBR_VALUE_DURATION, FIELD(warn_s), 0, 90 * DAY, NULL },
	{ "min-age", LBR_VALUE_DURATION, FIELD(min_age_s), 0, 30 * DAY, NULL },
	{ "min-length", LBR_VALUE_NUMBER, FIELD(min_length), 8, 64, NULL },
	{ "history", LBR_VALUE_NUMBER, FIELD(history), 1, 10, NULL },
	{ "hash-cost", LBR_VALUE_NUMBER, FIELD(hash_cost), LBR_COST_MIN, LBR_COST_POLICY_MAX, NULL },
	{ "lock-after", LBR_VALUE_NUMBER, FIELD(lock_after), 10, 100, NULL },
	{ "invitation-life", LBR_VALUE_DURATION, FIELD(invitation_life_s), HOUR, 21 * DAY, NULL },
	{ "breached", LBR_VALUE_PATH, FIELD(breached), 1, LBR_PATH_MAX, NULL },
	{ "words", LBR_VALUE_TEXT, FIELD(words), 1, sizeof(((struct lbr_settings *)0)->words), NULL },
	{ "sendmail", LBR_VALUE_PATH, FIELD(sendmail), 0, LBR_PATH_MAX, NULL },
	{ "sendmail-wait", LBR_VALUE_DURATION, FIELD(sendmail_wait_s), 1, 600, NULL },
	{ "mail-from", LBR_VALUE_ADDRESS, FIELD(mail_from), 0, LBR_ADDRESS_MAX, NULL },
	{ "organisation", LBR_VALUE_TEXT, FIELD(organisation), 1, sizeof(((struct lbr_settings *)0)->organisation), NULL },
	{ "where", LBR_VALUE_TEXT, FIELD(where), 1, sizeof(((struct lbr_settings *)0)->where), NULL },
	{ "help", LBR_VALUE_TEXT, FIELD(help), 1, sizeof(((struct lbr_settings *)0)->help), NULL },
	{ "prompt-password", LBR_VALUE_TEXT, FIELD(prompt_password), 1, sizeof(((struct lbr_settings *)0)->prompt_password), NULL },
	{ "prompt-token", LBR_VALUE_TEXT, FIELD(prompt_token), 1, sizeof(((struct lbr_settings *)0)->prompt_token), NULL },
	{ NULL, LBR_VALUE_FLAG, 0, 0, 0, NULL }
};

void lbr_settings_default(struct lbr_settings *settings)
{
	*settings = (struct lbr_settings){
		.state = LBR_DEFAULT_STATE,
		.user = LBR_DEFAULT_USER,
		.seal_key = LBR_DEFAULT_SEAL_KEY,
		.issuer = "Lib\303\251rations",
		.language = LBR_LANGUAGE_NONE,
		.window = 1,
		.max_age = { LBR_AGE_MONTHS, 6 },
		.warn_s = 14 * DAY,
		.min_age_s = DAY,
		.min_length = 12,
		.history = 10,
		.hash_cost = LBR_COST_DEFAULT,
		.lock_after = 100,
		.invitation_life_s = 72 * HOUR,
		.sendmail = "/usr/sbin/sendmail",
		.sendmail_wait_s = 60,
		.mail_from = "root",
	};
}

struct listener {
	const char *path;
	lbr_fault  *fault;
	void       *context;
};

static void say(const struct listener *listener, const struct lbr_reason *reason)
{
	if (listener->fault != NULL)
		listener->fault(listener->context, reason);
}

static enum lbr_error __attribute__((format(printf, 4, 5)))
tell(const struct listener *listener, enum lbr_error error, enum lbr_clause clause, const char *english, ...)
{
	struct lbr_reason reason;
	va_list words;

	va_start(words, english);
	lbr_reason_set(&reason, clause, english, words);
	va_end(words);
	lbr_reason_prefix(&reason, listener->path);
	say(listener, &reason);
	return error;
}

static enum lbr_error tell_system(const struct listener *listener, const char *call)
{
	struct lbr_reason reason;

	lbr_fail_system(&reason, errno, "%s: %s", listener->path, call);
	say(listener, &reason);
	return LBR_ERR_SYSTEM;
}

/* A FIFO must not block us, a terminal must not become ours, and a symbolic link must not lead elsewhere. */
static enum lbr_error open_file(const struct listener *listener, int *ret)
{
	*ret = open(listener->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (*ret >= 0)
		return LBR_OK;
	if (errno == ENOENT)
		return tell(listener, LBR_ERR_ABSENT, LBR_WHY(NO_CONFIGURATION));
	if (errno == ELOOP)
		return tell(listener, LBR_ERR_UNSAFE, LBR_WHY(CONFIGURATION_LINK));
	return tell_system(listener, "open");
}

/* Checks the descriptor, not the name, and reports each fault. */
static enum lbr_error check_file(const struct listener *listener, int fd)
{
	enum lbr_error error = LBR_OK;
	struct stat file;
	struct statfs mounted;

	if (fstat(fd, &file) != 0 || fstatfs(fd, &mounted) != 0)
		return tell_system(listener, "fstat");
	/* What a user's process says of itself is root's in /proc, once the process may not be dumped. */
	if (!S_ISREG(file.st_mode) || mounted.f_type == PROC_SUPER_MAGIC)
		return tell(listener, LBR_ERR_UNSAFE, LBR_WHY(CONFIGURATION_KIND));
	if (file.st_nlink != 1)
		error = tell(listener, LBR_ERR_UNSAFE, LBR_WHY(CONFIGURATION_LINKED_TWICE));
	if ((file.st_uid != 0 && file.st_uid != geteuid()) || (file.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		error = tell(listener, LBR_ERR_UNSAFE, LBR_WHY(CONFIGURATION_OWNER), (unsigned)file.st_uid,
		             (unsigned)(file.st_mode & 07777), listener->path, listener->path);
	if (error == LBR_OK && file.st_size > LBR_CONFIG_MAX)
		error = tell(listener, LBR_ERR_SYNTAX, LBR_WHY(CONFIGURATION_SIZE));
	return error;
}

/* Reads to the end of the file, but at most `size` bytes. */
static enum lbr_error read_file(const struct listener *listener, int fd, char *bytes, size_t size, size_t *ret_len)
{
	size_t len = 0;
	ssize_t got;

	for (;;) {
		got = read(fd, bytes + len, size - len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return tell_system(listener, "read");
		len += (size_t)got;
		if (len == size)
			return tell(listener, LBR_ERR_SYNTAX, LBR_WHY(CONFIGURATION_SIZE));
		if (got == 0)
			break;
	}
	*ret_len = len;
	return LBR_OK;
}

static enum lbr_error load(const struct listener *listener, int fd, struct lbr_settings *settings)
{
	enum lbr_error error = check_file(listener, fd);
	char *bytes = NULL;
	size_t len = 0;

	if (error == LBR_OK) {
		bytes = malloc(LBR_CONFIG_MAX + 1);
		if (bytes == NULL)
			error = tell(listener, LBR_ERR_MEMORY, LBR_WHY(NO_MEMORY_TO_READ));
	}
	if (error == LBR_OK)
		error = read_file(listener, fd, bytes, LBR_CONFIG_MAX + 1, &len);
	if (error == LBR_OK)
		error = lbr_grammar_read_text(listener->path, bytes, len, lbr_settings_keywords, settings, listener->fault,
		                              listener->context);
	free(bytes);
	return error;
}

enum lbr_error lbr_settings_load(const char *path, struct lbr_settings *settings, lbr_fault *fault, void *context)
{
	const struct listener listener = { path, fault, context };
	enum lbr_error error;
	int fd;

	lbr_settings_default(settings);
	error = open_file(&listener, &fd);
	if (error == LBR_OK)
		error = load(&listener, fd, settings);
	if (error != LBR_OK)
		memset(settings, 0, sizeof(*settings));
	if (fd >= 0)
		close(fd);
	return error;
}

enum lbr_error lbr_settings_load_open(int fd, const char *path, struct lbr_settings *settings, lbr_fault *fault, void *context)
{
	const struct listener listener = { path, fault, context };
	enum lbr_error error = LBR_OK;

	lbr_settings_default(settings);
	if (lseek(fd, 0, SEEK_SET) < 0 && errno != ESPIPE)
		error = tell_system(&listener, "lseek");
	if (error == LBR_OK)
		error = load(&listener, fd, settings);
	if (error != LBR_OK)
		memset(settings, 0, sizeof(*settings));
	return error;
}
