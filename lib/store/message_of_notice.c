/* The message that brings a notice. */
#include <liberations/messages.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#define MARK_BYTES 8

/* A date of computing is no part of what an expiry tells: the next run must find the same file. */
void lbr_message_of_notice(const struct lbr_notice *notice, struct lbr_message *ret)
{
	bool expires = notice->kind == LBR_NOTICE_PASSWORD_EXPIRES;
	unsigned char mark[crypto_generichash_BYTES_MIN];
	char tells[LBR_NAME_MAX + 96], hex[2 * MARK_BYTES + 1];

	*ret = (struct lbr_message){ .kind = notice->kind, .raised_s = expires ? 0 : notice->raised_s,
	                             .password_set_s = notice->password_set_s, .stage = notice->stage };
	memcpy(ret->name, notice->name, sizeof(ret->name));
	snprintf(tells, sizeof(tells), "%s\n%s\n%" PRId64 "\n%" PRId64 "\n%u", ret->name, lbr_notice_kind_name(ret->kind),
	         ret->raised_s, ret->password_set_s, ret->stage);
	crypto_generichash(mark, sizeof(mark), (const unsigned char *)tells, strlen(tells), NULL, 0);
	sodium_bin2hex(hex, sizeof(hex), mark, MARK_BYTES);
	snprintf(ret->id, sizeof(ret->id), LBR_NOTICE_RUNS "%d-%s.notice", expires, hex);
}
