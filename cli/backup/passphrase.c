#include "passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <liberations/password.h>
#include <liberations/rules.h>

#include "input_open.h"
#include "on_behalf.h"
#include "prompt.h"

static bool is_fit(int fd)
{
	struct stat st;
	uid_t owner;

	if (!cli_on_behalf(&owner))
		owner = geteuid();
	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == owner && (st.st_mode & 077) == 0;
}

/* One line, perhaps without its newline. */
static bool read_all(int fd, struct lbr_secret *ret)
{
	char bytes[LBR_SECRET_MAX + 2];
	size_t len = 0;
	ssize_t got;
	bool sound;

	do {
		got = read(fd, bytes + len, sizeof(bytes) - len);
		len += got > 0 ? (size_t)got : 0;
	} while ((got > 0 && len < sizeof(bytes)) || (got < 0 && errno == EINTR));
	if (len > 0 && bytes[len - 1] == '\n')
		len--;
	sound = got >= 0 && len > 0 && memchr(bytes, '\n', len) == NULL && lbr_secret_set(ret, bytes, len) == LBR_OK;
	lbr_wipe(bytes, sizeof(bytes));
	return sound;
}

static enum cli_status read_file(const struct cli *cli, struct lbr_secret *ret)
{
	const char *path = cli->passphrase_file;
	enum cli_status status = CLI_DONE;
	int fd = cli_on_behalf_open(path, O_NONBLOCK);

	if (fd < 0)
		return cli_input_fail(cli, path, errno);
	if (!is_fit(fd))
		status = cli_fail(cli, CLI_FAULT, TEXT_PASSPHRASE_OPEN, cli_safe(path), NULL);
	else if (!read_all(fd, ret))
		status = cli_fail(cli, CLI_FAULT, TEXT_PASSPHRASE_LINE, cli_safe(path), NULL);
	close(fd);
	return status;
}

static enum cli_status ask(const struct cli *cli, bool is_new, struct lbr_secret *ret)
{
	struct lbr_secret again = { .len = 0 };
	enum cli_text question = is_new ? TEXT_ASK_PASSPHRASE_NEW : TEXT_ASK_PASSPHRASE;
	bool answered = cli_prompt_ask(stderr, cli_text(question, cli->language), false, ret);
	enum cli_status status = CLI_DONE;

	if (!answered || ret->len == 0)
		return cli_fail(cli, CLI_NO, TEXT_PASSPHRASE_MISSING, NULL);
	if (is_new && isatty(STDIN_FILENO)) {
		answered = cli_prompt_ask(stderr, cli_text(TEXT_ASK_PASSPHRASE_AGAIN, cli->language), false, &again);
		if (!answered || !lbr_secret_equal(ret, &again))
			status = cli_fail(cli, CLI_NO, TEXT_PASSPHRASE_DIFFERS, NULL);
	}
	lbr_secret_wipe(&again);
	return status;
}

/* A thief of the file may guess for years, so it needs what a password needs, at least. */
static enum cli_status judge(const struct cli *cli, const struct lbr_settings *settings, const struct lbr_secret *passphrase)
{
	const struct lbr_candidate candidate = { .password = passphrase, .name = "", .contact = "" };
	enum lbr_objection objection = LBR_OBJECTION_SIMPLE;
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = lbr_rules_judge(&candidate, settings, &objection, &reason);
	char text[256];

	if (error != LBR_OK)
		return cli_fail_reason(cli, NULL, error, &reason);
	if (objection == LBR_OBJECTION_NONE)
		return CLI_DONE;
	lbr_text_format(lbr_rules_text(objection), cli->language, false, settings->min_length, NULL, text, sizeof(text));
	return cli_fail(cli, CLI_NO, TEXT_PASSPHRASE_REFUSED, text, NULL);
}

enum cli_status cli_passphrase_take(const struct cli *cli, const struct lbr_settings *settings, bool is_new,
                                    struct lbr_secret *ret)
{
	struct lbr_secret typed = { .len = 0 };
	enum cli_status status;

	lbr_secret_wipe(ret);
	status = cli->passphrase_file != NULL ? read_file(cli, &typed) : ask(cli, is_new, &typed);
	if (status == CLI_DONE && lbr_password_normalise(&typed, ret) != LBR_OK)
		status = cli_fail(cli, CLI_NO, TEXT_PASSPHRASE_LONG, NULL);
	lbr_secret_wipe(&typed);
	return status == CLI_DONE && is_new ? judge(cli, settings, ret) : status;
}
