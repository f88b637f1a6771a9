/* Match blocks of sshd_config(5): where they are, and a connection that each of them is for. */
#include "sshd_match.h"

#include <ctype.h>
#include <fnmatch.h>
#include <glob.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SSHD_DEPTH_MAX 16 /* as sshd */
#define SSHD_WORD_SIGNS "._:@%+-"

struct setting {
	const char *line;    /* as it should be: its keyword is the one */
	char       *path;
	unsigned   *number;  /* 0: not found yet */
};

struct scanning {
	sshd_match_found *found;
	void             *context;
	unsigned          depth;
	const char       *wanted;  /* a file that sshd is to read, or NULL */
	bool             *reads;
	struct setting   *setting; /* a line that is looked for, or NULL */
};

/* The first pattern of a list that is no exception, with something in place of its wildcards. False: none that can be a word. */
static bool take_pattern(char *list, bool address, char ret[SSHD_WORD_MAX])
{
	char *pattern, *at;

	while ((pattern = strsep(&list, ",")) != NULL)
		if (pattern[0] != '\0' && pattern[0] != '!')
			break;
	if (pattern == NULL || strlen(pattern) >= SSHD_WORD_MAX)
		return false;
	if (address)
		pattern[strcspn(pattern, "/")] = '\0';
	for (at = pattern; *at != '\0'; at++) {
		if (*at == '*' || *at == '?')
			*at = address ? '1' : 'x';
		if (!isalnum((unsigned char)*at) && strchr(SSHD_WORD_SIGNS, *at) == NULL)
			return false;
	}
	memcpy(ret, pattern, strlen(pattern) + 1);
	return true;
}

static bool take_name(const char *name, char ret[SSHD_WORD_MAX])
{
	if (strlen(name) >= SSHD_WORD_MAX)
		return false;
	memcpy(ret, name, strlen(name) + 1);
	return true;
}

static bool has_primary(gid_t gid, char ret[SSHD_WORD_MAX])
{
	const struct passwd *user;
	bool found = false;

	setpwent();
	while (!found && (user = getpwent()) != NULL)
		found = user->pw_gid == gid && take_name(user->pw_name, ret);
	endpwent();
	return found;
}

/* A member of a group of that pattern: sshd asks for the groups of a user who exists. */
static bool take_member(char *list, char ret[SSHD_WORD_MAX])
{
	const char *pattern = strsep(&list, ",");
	const struct group *group;
	bool found = false;

	setgrent();
	while (!found && (group = getgrent()) != NULL)
		found = fnmatch(pattern, group->gr_name, 0) == 0 &&
		        ((group->gr_mem[0] != NULL && take_name(group->gr_mem[0], ret)) || has_primary(group->gr_gid, ret));
	endgrent();
	return found;
}

static bool take_criterion(const char *word, char *value, struct sshd_connection *to)
{
	if (strcasecmp(word, "user") == 0)
		return take_pattern(value, false, to->user);
	if (strcasecmp(word, "group") == 0)
		return take_member(value, to->user);
	if (strcasecmp(word, "host") == 0)
		return take_pattern(value, false, to->host);
	if (strcasecmp(word, "address") == 0)
		return take_pattern(value, true, to->address);
	if (strcasecmp(word, "localaddress") == 0)
		return take_pattern(value, true, to->local_address);
	if (strcasecmp(word, "rdomain") == 0)
		return take_pattern(value, false, to->domain);
	return strcasecmp(word, "localport") == 0 && take_pattern(value, true, to->local_port);
}

static void read_match(const struct scanning *on, char *rest, const char *path, unsigned number)
{
	struct sshd_connection to = { .known = true, .user = "x", .host = "x", .address = "192.0.2.1", .local_address = "192.0.2.2",
		                      .local_port = "22", .domain = "x" };
	char *word, *value;

	while (to.known && (word = strtok_r(NULL, SSHD_BLANKS, &rest)) != NULL && word[0] != '#') {
		if (strcasecmp(word, "all") == 0)
			continue;
		value = strtok_r(NULL, SSHD_BLANKS, &rest);
		to.known = value != NULL && take_criterion(word, value, &to);
	}
	on->found(on->context, &to, path, number);
}

static void read_file(const struct scanning *on, const char *path);

static void read_included(const struct scanning *on, char *rest)
{
	struct scanning deeper = *on;
	char pattern[1024], *word;
	glob_t files;
	size_t at;

	deeper.depth++;
	while (on->depth < SSHD_DEPTH_MAX && (word = strtok_r(NULL, SSHD_BLANKS, &rest)) != NULL) {
		snprintf(pattern, sizeof(pattern), "%s%s", word[0] == '/' ? "" : SSHD_HOME, word);
		if (on->wanted != NULL && fnmatch(pattern, on->wanted, FNM_PATHNAME | FNM_PERIOD) == 0)
			*on->reads = true;
		if (glob(pattern, 0, NULL, &files) != 0)
			continue;
		for (at = 0; at < files.gl_pathc; at++)
			read_file(&deeper, files.gl_pathv[at]);
		globfree(&files);
	}
}

static bool is_keyword(const char *word, const char *line)
{
	size_t len = strcspn(line, " ");
	bool interactive = strncmp(line, "Kbd", 3) == 0;

	return (strncasecmp(word, line, len) == 0 && word[len] == '\0') ||
	       (interactive && strcasecmp(word, "ChallengeResponseAuthentication") == 0);
}

/* The first value wins; what a Match block has holds until the end of its file. */
static void seek(const struct scanning *on, const char *word, const char *path, unsigned number)
{
	struct setting *to = on->setting;

	if (to == NULL || *to->number > 0 || !is_keyword(word, to->line))
		return;
	snprintf(to->path, SSHD_PATH_MAX, "%s", path);
	*to->number = number;
}

static void read_file(const struct scanning *on, const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL, *rest, *word;
	unsigned number = 0;
	size_t room = 0;
	bool matched = false;

	while (file != NULL && getline(&line, &room, file) >= 0) {
		number++;
		word = strtok_r(line, SSHD_BLANKS, &rest);
		matched |= word != NULL && strcasecmp(word, "match") == 0;
		if (word != NULL && !matched)
			seek(on, word, path, number);
		if (word != NULL && strcasecmp(word, "match") == 0)
			read_match(on, rest, path, number);
		else if (word != NULL && strcasecmp(word, "include") == 0)
			read_included(on, rest);
	}
	free(line);
	if (file != NULL)
		fclose(file);
}

void cli_sshd_matches(const char *path, sshd_match_found *found, void *context)
{
	const struct scanning on = { .found = found, .context = context };

	read_file(&on, path != NULL ? path : SSHD_HOME "sshd_config");
}

static void pass_over(void *context, const struct sshd_connection *to, const char *path, unsigned number)
{
	(void)context;
	(void)to;
	(void)path;
	(void)number;
}

bool cli_sshd_reads(const char *wanted)
{
	bool reads = false;
	const struct scanning on = { .found = pass_over, .wanted = wanted, .reads = &reads };

	read_file(&on, SSHD_HOME "sshd_config");
	return reads;
}

bool cli_sshd_sets(const char *line, char ret_path[SSHD_PATH_MAX], unsigned *ret_number)
{
	struct setting setting = { line, ret_path, ret_number };
	const struct scanning on = { .found = pass_over, .setting = &setting };

	*ret_number = 0;
	read_file(&on, SSHD_HOME "sshd_config");
	return *ret_number > 0;
}
