/* Reads root's authorized_keys. */
#include "root_key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "place.h"

#define KEY_BLANKS " \t"

/* The end of the options, or of any first word: blanks between quotes do not end it. */
static const char *end_of_word(const char *at)
{
	bool quoted = false;

	for (; *at != '\0' && (quoted || strchr(KEY_BLANKS "\r\n", *at) == NULL); at++) {
		if (at[0] == '\\' && at[1] == '"')
			at++;
		else if (*at == '"')
			quoted = !quoted;
	}
	return at;
}

static bool is_kind(const char *word)
{
	static const char *const kinds[] = { "ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-" };
	size_t at;

	for (at = 0; at < sizeof(kinds) / sizeof(kinds[0]); at++)
		if (strncmp(word, kinds[at], strlen(kinds[at])) == 0)
			return true;
	return false;
}

static bool closes(const char *options, size_t len)
{
	static const char *const names[] = { "command=", "cert-authority", "expiry-time=" };
	size_t at, from;

	for (at = 0; at < sizeof(names) / sizeof(names[0]); at++)
		for (from = 0; from + strlen(names[at]) <= len; from++)
			if ((from == 0 || options[from - 1] == ',') &&
			    strncasecmp(options + from, names[at], strlen(names[at])) == 0)
				return true;
	return false;
}

bool cli_root_key_opens(const char *line)
{
	const char *word = line + strspn(line, KEY_BLANKS), *end = end_of_word(word);

	if (*word == '#')
		return false;
	if (!is_kind(word)) {
		if (closes(word, (size_t)(end - word)))
			return false;
		word = end + strspn(end, KEY_BLANKS);
		end = end_of_word(word);
	}
	word = is_kind(word) ? end + strspn(end, KEY_BLANKS) : "";
	return strncmp(word, "AAAA", 4) == 0;
}

/* The file, and each directory above it up to root's home, are root's alone. */
static bool is_roots(const char *path, const char *home)
{
	char above[2 * PLACE_PATH];
	struct stat st;
	bool good = true;

	snprintf(above, sizeof(above), "%s", path);
	while (good && above[0] != '\0') {
		good = stat(above, &st) == 0 && st.st_uid == 0 && (st.st_mode & (S_IWGRP | S_IWOTH)) == 0;
		if (strcmp(above, home) == 0)
			break;
		*strrchr(above, '/') = '\0';
	}
	return good;
}

static bool has_key(const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	bool found = false;

	while (file != NULL && !found && getline(&line, &room, file) >= 0)
		found = cli_root_key_opens(line);
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

bool cli_root_has_key(const char *home, const char *files, bool strict)
{
	char list[PLACE_PATH], path[2 * PLACE_PATH], *word, *rest = list;
	struct stat st;

	snprintf(list, sizeof(list), "%s", files);
	while ((word = strsep(&rest, " ")) != NULL) {
		if (word[0] == '\0' || strcmp(word, "none") == 0)
			continue;
		expand(word, home, path);
		if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && (!strict || is_roots(path, home)) && has_key(path))
			return true;
	}
	return false;
}
