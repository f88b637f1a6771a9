#include "key_text.h"

#include <stdio.h>
#include <string.h>

#define ADDED " added "
#define BLOCK_MAX (LBR_KEY_LINE_MAX + 64) /* a key with the comment above it */

/* A key's lines: from the comment with its date, if there is one, to the end of its own line. */
struct key_block {
	size_t start, key, end;
};

static size_t end_of_line(const struct key_text *text, size_t at)
{
	const char *newline = memchr(text->bytes + at, '\n', text->len - at);

	return newline != NULL ? (size_t)(newline - text->bytes) + 1 : text->len;
}

static bool is_key(const struct key_text *text, size_t at)
{
	return text->bytes[at] != '#' && text->bytes[at] != '\n' && text->len - at > LBR_KEY_ID_LEN;
}

static bool is_date_of(const struct key_text *text, size_t comment, size_t key)
{
	const char *at = text->bytes + comment;

	return strncmp(at, "# ", 2) == 0 && strncmp(at + 2, text->bytes + key, LBR_KEY_ID_LEN) == 0 &&
	       strncmp(at + 2 + LBR_KEY_ID_LEN, ADDED, strlen(ADDED)) == 0;
}

/* Finds the next key from `*at` on, and sets `*at` behind it. */
static bool next_block(const struct key_text *text, size_t *at, struct key_block *ret)
{
	size_t line = *at, before = text->len, end;

	for (; line < text->len; before = line, line = end) {
		end = end_of_line(text, line);
		if (!is_key(text, line))
			continue;
		ret->key = line;
		ret->start = before < line && is_date_of(text, before, line) ? before : line;
		ret->end = *at = end;
		return true;
	}
	return false;
}

static bool find(const struct key_text *text, const char *id, struct key_block *ret)
{
	size_t at = 0;

	while (next_block(text, &at, ret))
		if (strlen(id) == LBR_KEY_ID_LEN && strncmp(text->bytes + ret->key, id, LBR_KEY_ID_LEN) == 0)
			return true;
	return false;
}

unsigned key_text_list(const struct key_text *text, struct key_line ret[LBR_KEYRING_KEYS_MAX])
{
	struct key_block block;
	unsigned count = 0;
	size_t at = 0, len;

	for (; count < LBR_KEYRING_KEYS_MAX && next_block(text, &at, &block); count++) {
		memset(&ret[count], 0, sizeof(ret[count]));
		memcpy(ret[count].id, text->bytes + block.key, LBR_KEY_ID_LEN);
		if (block.start == block.key)
			continue;
		len = block.key - block.start - 2 - LBR_KEY_ID_LEN - strlen(ADDED) - 1;
		if (len < sizeof(ret[count].added))
			memcpy(ret[count].added, text->bytes + block.start + 2 + LBR_KEY_ID_LEN + strlen(ADDED), len);
	}
	return count;
}

bool key_text_has(const struct key_text *text, const char *id)
{
	struct key_block block;

	return find(text, id, &block);
}

static bool insert(struct key_text *text, size_t at, const char *bytes, size_t len)
{
	if (len > KEY_TEXT_MAX - text->len)
		return false;
	memmove(text->bytes + at + len, text->bytes + at, text->len - at + 1);
	memcpy(text->bytes + at, bytes, len);
	text->len += len;
	return true;
}

static void take_out(struct key_text *text, const struct key_block *block)
{
	const size_t len = block->end - block->start;

	memmove(text->bytes + block->start, text->bytes + block->end, text->len - block->end + 1);
	lbr_wipe(text->bytes + text->len - len + 1, len);
	text->len -= len;
}

bool key_text_add(struct key_text *text, const char *line, const char *added)
{
	char bytes[BLOCK_MAX];
	struct key_block first;
	size_t at = 0;
	bool done = false;
	int len;

	len = snprintf(bytes, sizeof(bytes), "# %.*s" ADDED "%s\n%s", LBR_KEY_ID_LEN, line, added, line);
	if (len > 0 && len < (int)sizeof(bytes) && next_block(text, &at, &first))
		done = insert(text, first.end, bytes, (size_t)len);
	lbr_wipe(bytes, sizeof(bytes));
	return done;
}

bool key_text_activate(struct key_text *text, const char *id)
{
	char bytes[KEY_TEXT_MAX];
	struct key_block block, first;
	size_t len, at = 0;

	if (!find(text, id, &block) || !next_block(text, &at, &first))
		return false;
	len = block.end - block.start;
	memcpy(bytes, text->bytes + block.start, len);
	take_out(text, &block);
	(void)insert(text, first.start, bytes, len); /* fits: it was there */
	lbr_wipe(bytes, sizeof(bytes));
	return true;
}

bool key_text_remove(struct key_text *text, const char *id)
{
	struct key_block block;

	if (!find(text, id, &block))
		return false;
	take_out(text, &block);
	return true;
}
