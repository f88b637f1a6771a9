/* The exports of authenticator apps: JSON, told apart by their members. */
#include "found.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#define RAW_MAX 128

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static int64_t number_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) ? json_integer_value(value) : 0;
}

static void take_text_key(struct import_found *found, const char *secret)
{
	enum import_reason name = found->reason;

	if (name != IMPORT_USABLE && name != IMPORT_NO_NAME && name != IMPORT_BAD_NAME)
		return;
	found->reason = IMPORT_USABLE; /* --user may name it */
	cli_import_base32(found, (struct import_span){ secret, strlen(secret) }, false);
	if (found->reason == IMPORT_USABLE)
		found->reason = name;
}

static void judge(struct import_found *found, const json_t *facts, const char *type, const char *algorithm, const char *label,
                  const char *issuer)
{
	const struct import_words words = { .type = type, .algorithm = algorithm, .label = label, .issuer = issuer,
	                                    .digits = number_of(facts, "digits"), .period = number_of(facts, "period") };

	cli_import_judge(found, &words);
}

static void read_aegis(const json_t *entry, struct import_found *found)
{
	const json_t *info = json_object_get(entry, "info");
	const char *secret = text_of(info, "secret");

	judge(found, info, text_of(entry, "type"), text_of(info, "algo"), text_of(entry, "name"), text_of(entry, "issuer"));
	take_text_key(found, secret != NULL ? secret : "");
}

/* Old exports write issuer and name into the label: "issuer - name". */
static void read_andotp(const json_t *entry, struct import_found *found)
{
	const char *label = text_of(entry, "label"), *issuer = text_of(entry, "issuer"), *secret = text_of(entry, "secret");
	const char *dash = label != NULL ? strstr(label, " - ") : NULL;

	if (dash != NULL && (issuer == NULL || issuer[0] == '\0'))
		label = dash + 3;
	judge(found, entry, text_of(entry, "type"), text_of(entry, "algorithm"), label, issuer);
	take_text_key(found, secret != NULL ? secret : "");
}

static void read_2fas(const json_t *entry, struct import_found *found)
{
	const json_t *otp = json_object_get(entry, "otp");
	const char *secret = text_of(entry, "secret"), *label = text_of(otp, "account");

	if (label == NULL)
		label = text_of(otp, "label");
	judge(found, otp, text_of(otp, "tokenType"), text_of(otp, "algorithm"), label, text_of(otp, "issuer"));
	take_text_key(found, secret != NULL ? secret : "");
}

/* The key is a list of signed bytes. */
static void read_freeotp(const json_t *entry, struct import_found *found)
{
	const json_t *secret = json_object_get(entry, "secret");
	unsigned char key[RAW_MAX];
	size_t at, len = json_array_size(secret);
	enum import_reason name;

	judge(found, entry, text_of(entry, "type"), text_of(entry, "algo"), text_of(entry, "label"), text_of(entry, "issuerExt"));
	name = found->reason;
	for (at = 0; at < len && at < sizeof(key); at++)
		key[at] = (unsigned char)json_integer_value(json_array_get(secret, at));
	if (name == IMPORT_USABLE || name == IMPORT_NO_NAME || name == IMPORT_BAD_NAME) {
		found->reason = IMPORT_USABLE;
		cli_import_key(found, key, len);
		if (found->reason == IMPORT_USABLE)
			found->reason = name;
	}
	lbr_wipe(key, sizeof(key));
}

static void read_duo(const json_t *entry, struct import_found *found)
{
	const json_t *maker = json_object_get(entry, "otpGenerator");
	const char *secret = text_of(maker, "otpSecret");

	judge(found, maker, json_object_get(maker, "counter") != NULL ? "hotp" : "totp", NULL, text_of(entry, "name"), NULL);
	take_text_key(found, secret != NULL ? secret : "");
}

/* An otpauth URI, or the bare key. */
static void read_bitwarden(const json_t *entry, struct import_found *found)
{
	const json_t *login = json_object_get(entry, "login");
	const char *totp = text_of(login, "totp"), *name = text_of(login, "username");

	if (strncasecmp(totp, "otpauth://", 10) == 0) {
		cli_import_uri((struct import_span){ totp, strlen(totp) }, found);
		return;
	}
	judge(found, login, strncasecmp(totp, "steam://", 8) == 0 ? "steam" : "totp", NULL, name, text_of(entry, "name"));
	take_text_key(found, totp);
}

static bool has_token(const json_t *entry)
{
	return text_of(json_object_get(entry, "login"), "totp") != NULL;
}

static void read_entries(const json_t *entries, void (*read)(const json_t *, struct import_found *), import_take *take,
                         void *context)
{
	unsigned number = 0;
	const json_t *entry;
	size_t at;

	json_array_foreach(entries, at, entry) {
		struct import_found found = { .entry = ++number, .piece = IMPORT_TOKEN };

		/* A safe of passwords: most of it is none of our business. */
		if (read == read_bitwarden && !has_token(entry))
			continue;
		read(entry, &found);
		take(context, &found);
		lbr_wipe(&found, sizeof(found));
	}
}

static bool is_encrypted(const json_t *root)
{
	return json_is_string(json_object_get(root, "db")) || json_is_true(json_object_get(root, "encrypted")) ||
	       (json_is_string(json_object_get(root, "servicesEncrypted")) &&
	        json_array_size(json_object_get(root, "services")) == 0);
}

static enum import_reason read_root(const json_t *root, import_take *take, void *context)
{
	const json_t *aegis = json_object_get(json_object_get(root, "db"), "entries");

	if (is_encrypted(root))
		return IMPORT_ENCRYPTED;
	if (json_is_array(aegis))
		read_entries(aegis, read_aegis, take, context);
	else if (json_is_array(json_object_get(root, "services")))
		read_entries(json_object_get(root, "services"), read_2fas, take, context);
	else if (json_is_array(json_object_get(root, "tokens")))
		read_entries(json_object_get(root, "tokens"), read_freeotp, take, context);
	else if (json_is_array(json_object_get(root, "items")))
		read_entries(json_object_get(root, "items"), read_bitwarden, take, context);
	else if (json_is_array(root) && json_object_get(json_array_get(root, 0), "otpGenerator") != NULL)
		read_entries(root, read_duo, take, context);
	else if (json_is_array(root) && text_of(json_array_get(root, 0), "secret") != NULL)
		read_entries(root, read_andotp, take, context);
	else
		return IMPORT_OTHER_KIND;
	return IMPORT_USABLE;
}

void cli_import_apps(const char *bytes, size_t len, int64_t now_s, import_take *take, void *context)
{
	json_t *root = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, NULL);
	struct import_found found = { .reason = IMPORT_OTHER_KIND, .piece = IMPORT_TOKEN };

	(void)now_s;
	if (root != NULL)
		found.reason = read_root(root, take, context);
	if (found.reason != IMPORT_USABLE)
		take(context, &found);
	json_decref(root);
}
