#include "backup_input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <liberations/formats.h>

#include "input_open.h"
#include "on_behalf.h"

/* Reads a line with its newline; a NUL in it ends it early, so that it has none. */
static enum backup_fault read_line(FILE *file, char *line, size_t size, size_t *ret_len)
{
	*ret_len = 0;
	if (fgets(line, (int)size, file) == NULL)
		return ferror(file) != 0 ? BACKUP_SYSTEM : BACKUP_SHORT;
	*ret_len = strlen(line);
	if (*ret_len > 0 && line[*ret_len - 1] == '\n')
		return BACKUP_SOUND;
	return feof(file) != 0 ? BACKUP_SHORT : BACKUP_CHANGED;
}

static enum backup_fault read_header(struct backup_input *input)
{
	char line[BACKUP_HEADER_MAX];
	size_t len;
	enum backup_fault fault = read_line(input->file, line, sizeof(line), &len);

	if (fault == BACKUP_SYSTEM)
		return fault;
	return fault == BACKUP_SOUND ? cli_seal_read_header(line, len, &input->seal) : BACKUP_OTHER;
}

static enum cli_status fail_newer(const struct cli *cli, const char *path, unsigned version)
{
	struct lbr_reason reason = { .text = "" };
	enum lbr_error error = lbr_fail_at(&reason, LBR_ERR_NEWER, path, LBR_WHY(NEWER_RELEASE), BACKUP_FORMAT, version,
	                                   LBR_EXPORT_VERSION);

	return cli_fail_reason(cli, NULL, error, &reason);
}

enum cli_status cli_backup_input_open(const struct cli *cli, const char *path, struct backup_input *ret)
{
	int fd = cli_on_behalf_open(path, O_NONBLOCK);
	enum backup_fault fault;
	struct stat st;

	*ret = (struct backup_input){ .file = NULL };
	if (fd < 0)
		return cli_input_fail(cli, path, errno);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return cli_fail(cli, CLI_FAULT, TEXT_RESTORE_KIND, cli_safe(path), NULL);
	}
	ret->file = fdopen(fd, "r");
	if (ret->file == NULL) {
		close(fd);
		return cli_input_fail(cli, path, ENOMEM);
	}
	fault = read_header(ret);
	if (fault == BACKUP_NEWER)
		return fail_newer(cli, path, ret->seal.version);
	return fault == BACKUP_SOUND ? CLI_DONE : cli_backup_input_fail(cli, path, fault);
}

bool cli_backup_input_rewind(struct backup_input *input)
{
	if (fseeko(input->file, (off_t)input->seal.header_len, SEEK_SET) != 0)
		return false;
	cli_seal_rewind(&input->seal);
	input->people = 0;
	return true;
}

/* Nothing follows the last line, and it counts the others. */
static enum backup_fault judge_end(const struct backup_input *input, const char *text, size_t len)
{
	unsigned count;

	if (!cli_backup_read_end(text, len, &count) || count != input->people || fgetc(input->file) != EOF)
		return BACKUP_CHANGED;
	return ferror(input->file) != 0 ? BACKUP_SYSTEM : BACKUP_SOUND;
}

bool cli_backup_input_next(struct backup_input *input, struct backup_person *ret, bool *ret_sound,
                           enum backup_fault *ret_fault)
{
	char line[BACKUP_LINE_MAX], text[BACKUP_TEXT_MAX];
	size_t len = 0;
	bool last = false;

	*ret_sound = false;
	*ret_fault = read_line(input->file, line, sizeof(line), &len);
	if (*ret_fault == BACKUP_SOUND)
		*ret_fault = cli_seal_pull(&input->seal, line, len, text, &len, &last);
	if (*ret_fault != BACKUP_SOUND)
		return false;
	if (last)
		*ret_fault = judge_end(input, text, len);
	else
		*ret_sound = cli_backup_read(text, len, ret);
	lbr_wipe(text, sizeof(text));
	input->people += !last;
	return !last;
}

enum cli_status cli_backup_input_fail(const struct cli *cli, const char *path, enum backup_fault fault)
{
	static const enum cli_text texts[] = {
		[BACKUP_OTHER] = TEXT_RESTORE_OTHER, [BACKUP_COSTLY] = TEXT_RESTORE_COSTLY,
		[BACKUP_MEMORY] = TEXT_BACKUP_MEMORY, [BACKUP_CLOSED] = TEXT_RESTORE_CLOSED,
		[BACKUP_CHANGED] = TEXT_RESTORE_CHANGED, [BACKUP_SHORT] = TEXT_RESTORE_SHORT,
	};

	if (fault == BACKUP_SYSTEM || fault == BACKUP_SOUND)
		return cli_input_fail(cli, path, errno != 0 ? errno : EIO);
	return cli_fail(cli, fault == BACKUP_CLOSED ? CLI_NO : CLI_FAULT, texts[fault], cli_safe(path), NULL);
}

void cli_backup_input_close(struct backup_input *input)
{
	if (input->file != NULL)
		fclose(input->file);
	cli_seal_wipe(&input->seal);
	input->file = NULL;
}
