/* A row as bytes: the part of fixed size, then both texts with their NUL. Only what wrote it on this machine reads it. */
#include "account_rows.h"

#include <stddef.h>
#include <string.h>

static bool read_text(FILE *from, char *ret, size_t size)
{
	size_t len;
	int byte;

	for (len = 0; len < size; len++) {
		byte = getc_unlocked(from);
		if (byte == EOF)
			return false;
		ret[len] = (char)byte;
		if (byte == '\0')
			return true;
	}
	return false;
}

bool cli_account_row_write(FILE *to, const struct account_row *row)
{
	return fwrite_unlocked(row, offsetof(struct account_row, name), 1, to) == 1 &&
	       fwrite_unlocked(row->name, strlen(row->name) + 1, 1, to) == 1 &&
	       fwrite_unlocked(row->contact, strlen(row->contact) + 1, 1, to) == 1;
}

bool cli_account_row_read(FILE *from, struct account_row *row)
{
	return fread_unlocked(row, offsetof(struct account_row, name), 1, from) == 1 &&
	       read_text(from, row->name, sizeof(row->name)) && read_text(from, row->contact, sizeof(row->contact));
}
