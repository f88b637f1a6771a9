/* The key URI that authenticator apps scan. */
#include <liberations/otpauth.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* A text that grows to the end of its buffer and records an overflow. */
struct uri {
	char  *bytes;
	size_t len;
	bool   full;
};

static void put(struct uri *uri, const char *text)
{
	size_t len = strlen(text);

	if (len >= LBR_URI_MAX - uri->len) {
		uri->full = true;
		return;
	}
	memcpy(uri->bytes + uri->len, text, len + 1);
	uri->len += len;
}

/* The unreserved characters of RFC 3986, section 2.3; by hand, because isalnum(3) depends on the locale. */
static bool is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("-._~", c) != NULL);
}

static void put_encoded(struct uri *uri, const char *text)
{
	char one[4];

	for (; *text != '\0'; text++) {
		if (is_unreserved(*text))
			snprintf(one, sizeof(one), "%c", *text);
		else
			snprintf(one, sizeof(one), "%%%02X", (unsigned char)*text);
		put(uri, one);
	}
}

/* The colon separates the two halves of the label, even when it is encoded: some apps read it so. */
static bool is_label_part(const char *text)
{
	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++)
		if (*text == ':' || (unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
	return true;
}

enum lbr_error lbr_otpauth_uri(const char *issuer, const char *name, const unsigned char key[LBR_TOKEN_KEY_LEN],
                               char ret[LBR_URI_MAX])
{
	struct uri uri = { .bytes = ret };
	char key_text[LBR_KEY_TEXT_MAX];
	enum lbr_error error;
	size_t bare;

	lbr_wipe(ret, LBR_URI_MAX);
	if (!is_label_part(issuer) || !is_label_part(name))
		return LBR_ERR_SYNTAX;
	error = lbr_token_key_text(key, 0, key_text);
	if (error != LBR_OK)
		return error;
	put(&uri, "otpauth://totp/");
	put_encoded(&uri, issuer);
	put(&uri, ":");
	put_encoded(&uri, name);
	put(&uri, "?secret=");
	put(&uri, key_text);
	lbr_wipe(key_text, sizeof(key_text));
	if (uri.full) {
		lbr_wipe(ret, LBR_URI_MAX);
		return LBR_ERR_RANGE;
	}
	bare = uri.len;
	put(&uri, "&issuer=");
	put_encoded(&uri, issuer);
	if (uri.full || uri.len > LBR_URI_QR_SMALL)
		lbr_wipe(ret + bare, LBR_URI_MAX - bare);
	return LBR_OK;
}
