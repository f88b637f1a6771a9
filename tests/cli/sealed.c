/* An export in the clear, and back: what no verb does. The passphrase is the first line of standard input.
 *
 *     sealed open FILE                      prints its lines, opened
 *     sealed seal FILE PASSES BYTES [TIME]  seals the lines of standard input, the last one as the file's end
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "backup_seal.h"

static void need(bool condition, const char *what)
{
	if (condition)
		return;
	fprintf(stderr, "sealed: %s\n", what);
	exit(1);
}

static bool read_line(FILE *file, char *line, size_t size)
{
	if (fgets(line, (int)size, file) == NULL)
		return false;
	line[strcspn(line, "\n")] = '\0';
	return true;
}

static void open_all(FILE *file, const struct lbr_secret *passphrase)
{
	static char line[BACKUP_LINE_MAX + 1], text[BACKUP_TEXT_MAX];
	static struct backup_seal seal;
	bool last = false;
	size_t len;

	need(fgets(line, sizeof(line), file) != NULL && cli_seal_read_header(line, strlen(line), &seal) == BACKUP_SOUND, "header");
	need(cli_seal_open(&seal, passphrase) == BACKUP_SOUND, "memory");
	while (!last) {
		need(fgets(line, sizeof(line), file) != NULL, "its end is missing");
		need(cli_seal_pull(&seal, line, strlen(line), text, &len, &last) == BACKUP_SOUND, "closed");
		puts(text);
	}
}

static void seal_all(FILE *file, const struct lbr_secret *passphrase, char **words)
{
	static char text[BACKUP_TEXT_MAX], next[BACKUP_TEXT_MAX], line[BACKUP_LINE_MAX];
	static struct backup_seal seal;
	bool more = read_line(stdin, text, sizeof(text));
	int64_t made_s = words[2] != NULL ? strtoll(words[2], NULL, 10) : (int64_t)time(NULL);

	need(cli_seal_begin(passphrase, made_s, strtoull(words[0], NULL, 10), strtoull(words[1], NULL, 10), &seal) == BACKUP_SOUND,
	     "begin");
	fputs(seal.header, file);
	while (more) {
		size_t len;

		more = read_line(stdin, next, sizeof(next));
		len = cli_seal_push(&seal, text, strlen(text), !more, line);
		need(len > 0 && fwrite(line, len, 1, file) == 1, "write");
		memcpy(text, next, sizeof(text));
	}
}

int main(int count, char **words)
{
	struct lbr_secret passphrase = { .len = 0 };
	char line[LBR_SECRET_MAX];
	bool sealing = count >= 5 && strcmp(words[1], "seal") == 0;
	FILE *file;

	need(sodium_init() >= 0 && (sealing || (count == 3 && strcmp(words[1], "open") == 0)), "usage");
	need(read_line(stdin, line, sizeof(line)) && lbr_secret_set(&passphrase, line, strlen(line)) == LBR_OK, "passphrase");
	file = fopen(words[2], sealing ? "we" : "re");
	need(file != NULL, "file");
	if (sealing)
		seal_all(file, &passphrase, words + 3);
	else
		open_all(file, &passphrase);
	need(fclose(file) == 0, "write");
	return 0;
}
