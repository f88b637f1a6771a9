/* Reads a line of authorized_keys, the coded key too: sshd passes over one that it cannot read, and says nothing. */
#include "key_line.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include <sodium.h>

#define KEY_BLANKS " \t"
#define KEY_MAX 8192 /* bytes; sshd takes no longer one */

struct key_kind {
	const char *name;
	unsigned    parts;         /* of the coded key, its name being the first */
	const char *signatures[4]; /* which of them sshd must accept; none: the name */
};

/* Certificates open nothing here, and sshd no longer takes DSA. */
static const struct key_kind kinds[] = {
	{ "ssh-ed25519", 2, { NULL } },
	{ "ssh-rsa", 3, { "rsa-sha2-512", "rsa-sha2-256", "ssh-rsa", NULL } },
	{ "ecdsa-sha2-nistp256", 3, { NULL } },
	{ "ecdsa-sha2-nistp384", 3, { NULL } },
	{ "ecdsa-sha2-nistp521", 3, { NULL } },
	{ "sk-ssh-ed25519@openssh.com", 3, { NULL } },
	{ "sk-ecdsa-sha2-nistp256@openssh.com", 4, { NULL } },
};

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

static const struct key_kind *kind_of(const char *word, size_t len)
{
	size_t at;

	for (at = 0; at < sizeof(kinds) / sizeof(kinds[0]); at++)
		if (strlen(kinds[at].name) == len && strncmp(word, kinds[at].name, len) == 0)
			return &kinds[at];
	return NULL;
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

static bool is_listed(const char *list, const char *word)
{
	size_t len = strlen(word), part;

	for (; *list != '\0'; list += part + (list[part] == ',')) {
		part = strcspn(list, ",");
		if (part == len && strncmp(list, word, len) == 0)
			return true;
	}
	return false;
}

static bool is_accepted(const struct key_kind *kind, const struct key_rules *rules)
{
	const char *const *word = kind->signatures;

	if (rules->accepted[0] == '\0' || (*word == NULL && is_listed(rules->accepted, kind->name)))
		return true;
	while (*word != NULL && !is_listed(rules->accepted, *word))
		word++;
	return *word != NULL;
}

/* Its parts, each after its length, and nothing more; the last one of an RSA key is the number whose length counts. */
static bool is_whole(const unsigned char *blob, size_t len, const struct key_kind *kind, size_t *ret_last)
{
	size_t at = 0, part = 0;
	unsigned count;

	for (count = 0; at + 4 <= len; count++) {
		part = (size_t)blob[at] << 24 | (size_t)blob[at + 1] << 16 | (size_t)blob[at + 2] << 8 | blob[at + 3];
		at += 4;
		if (part > len - at || (count == 0 && kind_of((const char *)blob + at, part) != kind))
			return false;
		at += part;
	}
	while (part > 0 && blob[at - part] == 0) /* the sign */
		part--;
	*ret_last = part;
	return at == len && count == kind->parts;
}

static bool is_key(const char *coded, const struct key_kind *kind, const struct key_rules *rules)
{
	unsigned char blob[KEY_MAX];
	size_t len, last;

	if (sodium_base642bin(blob, sizeof(blob), coded, strcspn(coded, KEY_BLANKS "\r\n"), NULL, &len, NULL,
	                      sodium_base64_VARIANT_ORIGINAL) != 0 || !is_whole(blob, len, kind, &last))
		return false;
	return strcmp(kind->name, "ssh-rsa") != 0 || last * 8 >= rules->rsa_bits;
}

bool cli_key_line_opens(const char *line, const struct key_rules *rules)
{
	const char *word = line + strspn(line, KEY_BLANKS), *end = end_of_word(word);
	const struct key_kind *kind = kind_of(word, (size_t)(end - word));

	if (*word == '#')
		return false;
	if (kind == NULL) {
		if (closes(word, (size_t)(end - word)))
			return false;
		word = end + strspn(end, KEY_BLANKS);
		end = end_of_word(word);
		kind = kind_of(word, (size_t)(end - word));
	}
	return kind != NULL && is_accepted(kind, rules) && is_key(end + strspn(end, KEY_BLANKS), kind, rules);
}
