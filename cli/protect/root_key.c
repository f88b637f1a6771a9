/* Looks for root's authorized_keys, where sshd would. */
#include "root_key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "place.h"

/* The file, and each directory above it up to root's home, are root's alone: of where a link leads, as sshd looks at it. */
static bool is_roots(const char *path, const char *home)
{
	char *above = realpath(path, NULL), *end = realpath(home, NULL);
	struct stat st;
	bool good = above != NULL;

	while (good && above[0] != '\0') {
		good = stat(above, &st) == 0 && st.st_uid == 0 && (st.st_mode & (S_IWGRP | S_IWOTH)) == 0;
		if (end != NULL && strcmp(above, end) == 0)
			break;
		*strrchr(above, '/') = '\0';
	}
	free(above);
	free(end);
	return good;
}

static bool has_key(const char *path, const struct key_rules *rules)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	bool found = false;

	while (file != NULL && !found && getline(&line, &room, file) >= 0)
		found = cli_key_line_opens(line, rules);
	free(line);
	if (file != NULL)
		fclose(file);
	return found;
}

/* %h, %u, %U and %% of sshd_config(5); NULL: none of them. */
static const char *value_of(const char *token, const char *home)
{
	if (token[0] != '%' || token[1] == '\0')
		return NULL;
	return token[1] == 'h' ? home : token[1] == 'u' ? "root" : token[1] == 'U' ? "0" : "%";
}

static void expand(const char *from, const char *home, char ret[2 * PLACE_PATH])
{
	size_t used = 0;

	if (from[0] != '/' && strncmp(from, "%h", 2) != 0)
		used = (size_t)snprintf(ret, 2 * PLACE_PATH, "%.400s/", home);
	for (; *from != '\0' && used + PLACE_PATH < 2 * PLACE_PATH; from++) {
		const char *value = value_of(from, home);

		from += value != NULL;
		used += (size_t)(value != NULL ? snprintf(ret + used, PLACE_PATH, "%s", value) :
		                                 snprintf(ret + used, PLACE_PATH, "%c", *from));
	}
	ret[used] = '\0';
}

bool cli_root_has_key(const char *home, const char *files, bool strict, const struct key_rules *rules)
{
	char list[PLACE_PATH], path[2 * PLACE_PATH], *word, *rest = list;
	struct stat st;

	snprintf(list, sizeof(list), "%s", files);
	while ((word = strsep(&rest, " ")) != NULL) {
		if (word[0] == '\0' || strcmp(word, "none") == 0)
			continue;
		expand(word, home, path);
		if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && (!strict || is_roots(path, home)) && has_key(path, rules))
			return true;
	}
	return false;
}
