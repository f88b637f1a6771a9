/* The files of a web server, read as it reads them: nginx -T and apache2 -t would create log files and directories. */
#include "proxy.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PROXY_FILE_MAX (4 << 20)
#define PROXY_FILES_MAX 1024

struct loading {
	struct doctor           *doctor;
	const struct proxy_kind *kind;
	struct proxy_tree       *tree;
	const char              *main_file;
	unsigned                 files;
};

static void say(const struct loading *on, enum finding_level level, const char *path, unsigned line, enum cli_text text)
{
	char fix[PROXY_FIX];

	if (line > 0)
		cli_proxy_edit(path, line, fix);
	else
		cli_proxy_command("ls -lL", path, fix);
	cli_finding_add(&on->doctor->found, level, on->kind->check, path, line, fix, text, NULL);
}

/* A configuration that another user can write is not root's to trust, and a FIFO would keep root waiting. */
static int open_sound(const char *path, size_t *ret_size)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	struct stat facts;

	if (fd < 0)
		return -1;
	if (fstat(fd, &facts) != 0 || !S_ISREG(facts.st_mode) || (facts.st_uid != 0 && facts.st_uid != geteuid()) ||
	    facts.st_size > PROXY_FILE_MAX) {
		close(fd);
		errno = EINVAL;
		return -1;
	}
	*ret_size = (size_t)facts.st_size;
	return fd;
}

static bool read_text(const char *path, char **ret_text, size_t *ret_len)
{
	size_t size = 0;
	int fd = open_sound(path, &size);
	ssize_t got = 1;

	*ret_len = 0;
	*ret_text = fd >= 0 ? malloc(size + 1) : NULL;
	while (*ret_text != NULL && *ret_len < size && (got = read(fd, *ret_text + *ret_len, size - *ret_len)) > 0)
		*ret_len += (size_t)got;
	if (fd >= 0)
		close(fd);
	return *ret_text != NULL && got >= 0;
}

/* A file that includes itself is the server's fault to tell. */
static bool is_open_already(const struct proxy_node *into, const char *path)
{
	for (; into != NULL; into = into->parent)
		if (into->path != NULL && strcmp(into->path, path) == 0)
			return true;
	return false;
}

static void load_file(struct loading *on, const char *path, struct proxy_node *into)
{
	const char *kept = cli_proxy_keep(on->tree, path);
	char *text = NULL;
	size_t len = 0;
	unsigned fault;

	if (kept == NULL || on->files++ >= PROXY_FILES_MAX) {
		on->doctor->found.lost = true;
	} else if (!read_text(path, &text, &len)) {
		say(on, FINDING_WARNING, path, 0, TEXT_DOCTOR_PROXY_UNREAD);
	} else {
		fault = on->kind->read(text, len, kept, on->tree, into);
		if (fault > 0)
			say(on, FINDING_WARNING, path, fault, TEXT_DOCTOR_PROXY_SYNTAX);
	}
	free(text);
}

/* Where relative names begin: Apache's ServerRoot, else the directory of the main file. */
static void base(const struct loading *on, char ret[FINDING_PATH])
{
	const struct proxy_node *root = on->kind->has_root ? cli_proxy_find(on->tree->root, "ServerRoot") : NULL;
	const char *slash = strrchr(on->main_file, '/');

	if (root != NULL && root->count > 1)
		snprintf(ret, FINDING_PATH, "%s/", cli_proxy_word(root, 1));
	else
		snprintf(ret, FINDING_PATH, "%.*s", slash != NULL ? (int)(slash - on->main_file) + 1 : 0, on->main_file);
}

static bool has_star(const char *pattern)
{
	return strpbrk(pattern, "*?[") != NULL;
}

/* Apache takes the files of a directory that is named. */
static void load_pattern(struct loading *on, const char *pattern, struct proxy_node *into)
{
	char whole[2 * FINDING_PATH], every[2 * FINDING_PATH + 4];
	struct stat facts;
	glob_t files;
	size_t at;

	if (pattern[0] == '/')
		whole[0] = '\0';
	else
		base(on, whole);
	snprintf(whole + strlen(whole), sizeof(whole) - strlen(whole), "%s", pattern);
	snprintf(every, sizeof(every), "%s%s", whole,
	         !has_star(whole) && stat(whole, &facts) == 0 && S_ISDIR(facts.st_mode) ? "/*" : "");
	if (glob(every, 0, NULL, &files) != 0)
		return;
	for (at = 0; at < files.gl_pathc; at++)
		if (!is_open_already(into, files.gl_pathv[at]))
			load_file(on, files.gl_pathv[at], into);
	globfree(&files);
}

static bool is_include(const struct loading *on, const struct proxy_node *node)
{
	return !node->block && node->count > 1 &&
	       (cli_proxy_is(node, on->kind->include) || cli_proxy_is(node, on->kind->include_too));
}

/* Nodes of included files are added behind the others, so that their own includes have their turn. */
bool cli_proxy_load(struct doctor *on, const struct proxy_kind *kind, const char *path, struct proxy_tree *ret)
{
	struct loading loading = { .doctor = on, .kind = kind, .tree = ret, .main_file = path };
	struct proxy_node *node;

	if (!cli_proxy_tree_begin(ret)) {
		on->found.lost = true;
		return false;
	}
	load_file(&loading, path, ret->root);
	for (node = ret->made; node != NULL; node = node->made_next) {
		if (!is_include(&loading, node))
			continue;
		node->through = true;
		load_pattern(&loading, cli_proxy_word(node, 1), node);
	}
	return ret->made != NULL;
}
