/* Google's transfer: base64 of a protocol buffer with the tokens of one QR code, of several that belong together. */
#include "found.h"

#include <string.h>

#include <sodium.h>

#define DATA_MAX 4096
#define TRANSFER_PARTS_MAX 31

/* One field of a message; bytes or a number. */
struct field {
	unsigned           number, wire;
	uint64_t           value;
	struct import_span bytes;
};

static bool next_number(struct import_span *rest, uint64_t *ret)
{
	unsigned shift = 0;

	*ret = 0;
	for (; rest->len > 0 && shift < 64; shift += 7) {
		unsigned char byte = (unsigned char)*rest->at;

		rest->at++;
		rest->len--;
		*ret |= (uint64_t)(byte & 0x7f) << shift;
		if ((byte & 0x80) == 0)
			return true;
	}
	return false;
}

/* False: cut, or of a kind that the message does not have. */
static bool next_field(struct import_span *rest, struct field *ret)
{
	uint64_t tag;

	*ret = (struct field){ .number = 0 };
	if (!next_number(rest, &tag) || !next_number(rest, &ret->value))
		return false;
	ret->number = (unsigned)(tag >> 3);
	ret->wire = tag & 7;
	if (ret->wire == 0)
		return true;
	if (ret->wire != 2 || ret->value > rest->len)
		return false;
	ret->bytes = (struct import_span){ rest->at, (size_t)ret->value };
	rest->at += ret->value;
	rest->len -= (size_t)ret->value;
	return true;
}

static const char *type_of(uint64_t number)
{
	return number == 1 ? "hotp" : number == 0 || number == 2 ? "totp" : "other";
}

/* What is not set counts as the default, as in the application. */
static void read_token(struct import_span rest, struct import_found *found)
{
	char label[IMPORT_ISSUER_MAX] = "", issuer[IMPORT_ISSUER_MAX] = "";
	struct import_words words = { .type = "totp", .label = label, .issuer = issuer };
	struct import_span key = { NULL, 0 };
	enum import_reason name;
	struct field field;
	bool sound = true;

	while (rest.len > 0 && sound) {
		sound = next_field(&rest, &field);
		if (field.number == 1 && field.wire == 2)
			key = field.bytes;
		else if (field.number == 2 && field.wire == 2)
			sound = cli_import_copy(field.bytes, label, sizeof(label));
		else if (field.number == 3 && field.wire == 2)
			sound = cli_import_copy(field.bytes, issuer, sizeof(issuer));
		else if (field.number == 4)
			words.algorithm = field.value <= 1 ? "SHA1" : "other";
		else if (field.number == 5)
			words.digits = field.value <= 1 ? 6 : 8;
		else if (field.number == 6)
			words.type = type_of(field.value);
	}
	if (!sound) {
		found->reason = IMPORT_BAD_LINE;
		return;
	}
	cli_import_judge(found, &words);
	name = found->reason;
	if (name != IMPORT_USABLE && name != IMPORT_NO_NAME && name != IMPORT_BAD_NAME)
		return;
	found->reason = IMPORT_USABLE; /* --user may name it */
	cli_import_key(found, (const unsigned char *)key.at, key.len);
	if (found->reason == IMPORT_USABLE)
		found->reason = name;
}

static void report(unsigned line, enum import_reason reason, import_take *take, void *context)
{
	const struct import_found found = { .line = line, .piece = IMPORT_TOKEN, .reason = reason };

	take(context, &found);
}

static void read_payload(struct import_span rest, unsigned line, uint64_t *parts, import_take *take, void *context)
{
	uint64_t size = 1, index = 0;
	unsigned entry = 0;
	struct field field;

	while (rest.len > 0) {
		struct import_found found = { .line = line, .piece = IMPORT_TOKEN };

		if (!next_field(&rest, &field)) {
			report(line, IMPORT_BAD_LINE, take, context);
			return;
		}
		if (field.number == 1 && field.wire == 2) {
			found.entry = ++entry;
			read_token(field.bytes, &found);
			take(context, &found);
			lbr_wipe(&found, sizeof(found));
		}
		size = field.number == 3 ? field.value : size;
		index = field.number == 4 ? field.value : index;
	}
	/* They may come in any order: the high half says how many there are, the low half which. */
	if (size > 1 && size <= TRANSFER_PARTS_MAX && index < size)
		*parts |= UINT64_C(1) << index | UINT64_C(1) << (32 + size - 1);
}

/* Undoes the percent signs, and what a mail program made of the alphabet. */
static size_t plain(struct import_span data, char ret[DATA_MAX])
{
	size_t at, len = 0;

	for (at = 0; at < data.len && len < DATA_MAX; at++) {
		char c = data.at[at];

		if (c == '&' || c == '#')
			break;
		if (c == '%' && at + 2 < data.len) {
			const char *sign = data.at + at + 1;

			c = strncmp(sign, "2B", 2) == 0 || strncmp(sign, "2b", 2) == 0 ? '+' :
			    strncmp(sign, "2F", 2) == 0 || strncmp(sign, "2f", 2) == 0 ? '/' : '=';
			at += 2;
		}
		c = c == '-' || c == ' ' ? '+' : c == '_' ? '/' : c;
		if (c != '=')
			ret[len++] = c;
	}
	return len;
}

void cli_import_migration(struct import_span data, unsigned line, uint64_t *parts, import_take *take, void *context)
{
	char text[DATA_MAX];
	unsigned char bytes[DATA_MAX];
	size_t len = plain(data, text), made = 0;

	if (len == 0 || len == DATA_MAX ||
	    sodium_base642bin(bytes, sizeof(bytes), text, len, NULL, &made, NULL, sodium_base64_VARIANT_ORIGINAL_NO_PADDING) != 0)
		report(line, IMPORT_BAD_LINE, take, context);
	else
		read_payload((struct import_span){ (const char *)bytes, made }, line, parts, take, context);
	lbr_wipe(text, sizeof(text));
	lbr_wipe(bytes, sizeof(bytes));
}
