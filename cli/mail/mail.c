/* Composes a mail. Every header line is fixed, or built from text that passed an allow-list. */
#include "mail.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <liberations/random.h>

#define BASE64 sodium_base64_VARIANT_ORIGINAL
/* RFC 2047, section 2: an encoded word has at most 75 characters; 45 bytes make 60 of base64, with 12 around them. */
#define WORD_BYTES 45
#define ID_BYTES 12
#define HOST_MAX 64

size_t cli_mail_characters(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

static bool is_plain(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

/* As many bytes as fit one encoded word, without splitting a character. */
static size_t word_length(const char *text)
{
	size_t len = strnlen(text, WORD_BYTES);

	while (text[len] != '\0' && len > 1 && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	return len;
}

/* Encodes text that is not plain ASCII, or that would be taken for an encoded word (RFC 2047). */
static void write_subject(FILE *to, const char *subject)
{
	char coded[sodium_base64_ENCODED_LEN(WORD_BYTES, BASE64)];
	const char *joint = "";
	size_t len;

	fputs("Subject: ", to);
	if (is_plain(subject) && strstr(subject, "=?") == NULL) {
		fputs(subject, to);
	} else {
		for (; *subject != '\0'; subject += len, joint = "\n ") {
			len = word_length(subject);
			sodium_bin2base64(coded, sizeof(coded), (const unsigned char *)subject, len, BASE64);
			fprintf(to, "%s=?UTF-8?B?%s?=", joint, coded);
		}
	}
	fputc('\n', to);
}

/* The command never calls setlocale, so these are English for every reader: RFC 5322, section 3.3. */
static bool write_date(FILE *to, int64_t now_s)
{
	char text[64];
	time_t time = now_s;
	struct tm parts;

	if (gmtime_r(&time, &parts) == NULL || strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S +0000", &parts) == 0)
		return false;
	fprintf(to, "Date: %s\n", text);
	return true;
}

/* The sender's domain, else this host's name, else localhost. */
static void find_host(const struct lbr_settings *settings, char ret[HOST_MAX + 1])
{
	const char *domain = strchr(settings->mail_from, '@');
	char name[HOST_MAX + 1] = "", probe[HOST_MAX + 3];

	if (domain == NULL && gethostname(name, sizeof(name) - 1) != 0)
		name[0] = '\0';
	if (domain != NULL && strlen(domain + 1) <= HOST_MAX)
		snprintf(name, sizeof(name), "%s", domain + 1);
	snprintf(probe, sizeof(probe), "x@%s", name);
	snprintf(ret, HOST_MAX + 1, "%s", lbr_address_is_sound(probe, false) ? name : "localhost");
}

static bool write_id(FILE *to, const struct lbr_settings *settings, int64_t now_s)
{
	unsigned char bytes[ID_BYTES];
	char hex[2 * ID_BYTES + 1], host[HOST_MAX + 1];

	if (lbr_random(bytes, sizeof(bytes)) != LBR_OK)
		return false;
	sodium_bin2hex(hex, sizeof(hex), bytes, sizeof(bytes));
	find_host(settings, host);
	fprintf(to, "Message-ID: <%" PRId64 ".%s@%s>\n", now_s, hex, host);
	return true;
}

char *cli_mail_compose(const struct lbr_settings *settings, const char *to, const char *text, bool subject, int64_t now_s,
                       size_t *ret_len)
{
	char *message = NULL;
	FILE *file = open_memstream(&message, ret_len);
	bool done;

	if (file == NULL)
		return NULL;
	fprintf(file, "From: %s\nTo: %s\n", settings->mail_from, to);
	if (subject)
		write_subject(file, settings->issuer);
	done = write_date(file, now_s) && write_id(file, settings, now_s);
	fputs("Auto-Submitted: auto-generated\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
	      "Content-Transfer-Encoding: 8bit\n\n", file);
	fprintf(file, "%s\n", text);
	done = ferror(file) == 0 && done;
	if (fclose(file) == 0 && done)
		return message;
	free(message);
	return NULL;
}
