/* The readers of `import`: whatever the bytes are, what counts as usable has a name or none, a key or a hash, and clean texts. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#include <liberations/password.h>

#include "found.h"

static void judge(void *context, const struct import_found *found)
{
	unsigned at;

	(void)context;
	fuzz_expect(found->reason < IMPORT_REASONS && cli_import_word(found->reason) != NULL, "a reason");
	fuzz_expect(memchr(found->name, '\0', sizeof(found->name)) != NULL, "a name's end");
	fuzz_expect(found->name[0] == '\0' || lbr_name_check(found->name) == LBR_OK, "a name that no account can have");
	fuzz_expect(found->code_count <= LBR_RECOVERY_CODES && found->hash_count <= LBR_HISTORY_MAX, "counts");
	for (at = 0; at < found->code_count; at++)
		fuzz_expect(strspn(found->codes[at], "0123456789") == LBR_RECOVERY_DIGITS, "an emergency code");
	if (found->reason == IMPORT_USABLE && found->piece == IMPORT_PASSWORD)
		fuzz_expect(lbr_password_can_serve(found->hash) && found->set_s >= 0, "a hash that cannot serve");
	for (at = 0; at < found->hash_count; at++)
		fuzz_expect(lbr_password_can_serve(found->hashes[at]), "an earlier hash that cannot serve");
}

#define NOW INT64_C(1796000000)

static void read_google_authenticator(const char *text, size_t len)
{
	cli_import_google_authenticator(text, len, NOW, judge, NULL);
}

static void read_oath(const char *text, size_t len)
{
	cli_import_oath(text, len, NOW, judge, NULL);
}

static void read_shadow(const char *text, size_t len)
{
	cli_import_shadow(text, len, NOW, judge, NULL);
}

static void read_opasswd(const char *text, size_t len)
{
	cli_import_opasswd(text, len, NOW, judge, NULL);
}

static void read_otpauth(const char *text, size_t len)
{
	cli_import_otpauth(text, len, NOW, judge, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static fuzz_reader *const readers[] = { read_google_authenticator, read_oath, read_shadow, read_opasswd, read_otpauth };

	fuzz_choose(data, size, readers, sizeof(readers) / sizeof(readers[0]));
	return 0;
}
