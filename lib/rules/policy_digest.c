/* The digest of the rules. */
#include <liberations/policy_digest.h>

#include <stdint.h>
#include <stdio.h>

#include <sodium.h>

#define RULES_MAX 640

void lbr_policy_digest(const struct lbr_settings *settings, char ret[LBR_POLICY_DIGEST_MAX])
{
	unsigned char hash[crypto_generichash_BYTES_MIN];
	char text[RULES_MAX];
	int len;

	len = snprintf(text, sizeof(text), "%u %u.%u %u %u %u %u %u %u %d %s", settings->window, (unsigned)settings->max_age.unit,
	               settings->max_age.count, settings->warn_s, settings->min_age_s, settings->min_length, settings->history,
	               settings->lock_after, settings->invitation_life_s, settings->breached[0] != '\0', settings->words);
	(void)crypto_generichash(hash, sizeof(hash), (const unsigned char *)text, (unsigned long long)len, NULL, 0);
	(void)sodium_bin2hex(ret, LBR_POLICY_DIGEST_MAX, hash, (LBR_POLICY_DIGEST_MAX - 1) / 2);
}
