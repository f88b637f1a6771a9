/* Writes sshd's configuration as it would be, into a directory of its own. */
#include "sshd_rehearse.h"

#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "sshd_match.h"

struct rehearsing {
	FILE       *to;
	const char *path, *stand_in; /* the file that will be, and what stands for it */
	bool        done;
};

/* The files of one pattern, and the new one where its name comes. */
static void put_pattern(struct rehearsing *on, const char *pattern)
{
	bool among = !on->done && fnmatch(pattern, on->path, FNM_PATHNAME | FNM_PERIOD) == 0;
	glob_t files;
	size_t at;

	on->done |= among;
	if (glob(pattern, 0, NULL, &files) == 0) {
		for (at = 0; at < files.gl_pathc; at++) {
			if (among && strcmp(files.gl_pathv[at], on->path) > 0) {
				fprintf(on->to, "Include %s\n", on->stand_in);
				among = false;
			}
			fprintf(on->to, "Include %s\n", files.gl_pathv[at]);
		}
		globfree(&files);
	}
	if (among)
		fprintf(on->to, "Include %s\n", on->stand_in);
}

static bool includes(const char *line, const char *path)
{
	char text[1024], pattern[1100], *word, *rest = NULL;
	bool found = false;

	snprintf(text, sizeof(text), "%s", line);
	word = strtok_r(text, SSHD_BLANKS, &rest);
	if (word == NULL || strcasecmp(word, "include") != 0)
		return false;
	while (!found && (word = strtok_r(NULL, SSHD_BLANKS, &rest)) != NULL) {
		snprintf(pattern, sizeof(pattern), "%s%s", word[0] == '/' ? "" : SSHD_HOME, word);
		found = fnmatch(pattern, path, FNM_PATHNAME | FNM_PERIOD) == 0;
	}
	return found;
}

static void put_line(struct rehearsing *on, char *line)
{
	char pattern[1100], *word, *rest = NULL;

	if (on->done || !includes(line, on->path)) {
		fputs(line, on->to);
		return;
	}
	(void)strtok_r(line, SSHD_BLANKS, &rest);
	while ((word = strtok_r(NULL, SSHD_BLANKS, &rest)) != NULL) {
		snprintf(pattern, sizeof(pattern), "%s%.1000s", word[0] == '/' ? "" : SSHD_HOME, word);
		put_pattern(on, pattern);
	}
}

/* An Include in a file that is included itself is not taken apart: then the new one is read first. */
static bool put_config(struct rehearsing *on, FILE *from)
{
	char *line = NULL;
	size_t room = 0;
	bool here = false;

	while (getline(&line, &room, from) >= 0)
		here |= includes(line, on->path);
	if (!here) {
		fprintf(on->to, "Include %s\n", on->stand_in);
		on->done = true;
	}
	rewind(from);
	while (getline(&line, &room, from) >= 0)
		put_line(on, line);
	free(line);
	return ferror(from) == 0;
}

static bool write_drop_in(const char *path, const char *text)
{
	FILE *to = fopen(path, "wxe");
	bool good = to != NULL && fputs(text, to) >= 0;

	if (to != NULL)
		good = fclose(to) == 0 && good;
	return good;
}

bool cli_sshd_rehearse(const char *path, const char *text, struct sshd_rehearsal *ret)
{
	struct rehearsing on = { .path = path, .stand_in = ret->drop_in };
	FILE *from;
	bool good;

	*ret = (struct sshd_rehearsal){ .home = "/run/liberations-sshd.XXXXXX" };
	if (mkdtemp(ret->home) == NULL)
		return false;
	snprintf(ret->config, sizeof(ret->config), "%.400s/config", ret->home);
	snprintf(ret->drop_in, sizeof(ret->drop_in), "%.400s/drop-in", ret->home);
	from = fopen(SSHD_HOME "sshd_config", "re");
	if (from == NULL)
		return false;
	on.to = fopen(ret->config, "wxe");
	good = on.to != NULL && write_drop_in(ret->drop_in, text) && put_config(&on, from);
	fclose(from);
	if (on.to != NULL)
		good = fclose(on.to) == 0 && good;
	return good;
}

void cli_sshd_rehearsed(const struct sshd_rehearsal *rehearsal)
{
	int error = errno;

	(void)unlink(rehearsal->drop_in);
	(void)unlink(rehearsal->config);
	(void)rmdir(rehearsal->home);
	errno = error;
}
