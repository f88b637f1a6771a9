/* The probe: a constant, sealed, by which a seal key is known to be that of the accounts. */
#include <string.h>

#include "remote_parts.h"

static const char constant[] = "liberations: the accounts of one realm";

_Static_assert(sizeof(constant) - 1 + LBR_ENVELOPE_MORE <= LBR_STORE_PROBE_MAX, "a probe fits into its answer");

enum lbr_error lbr_store_probe_make(const struct lbr_keyring *keyring, const unsigned char realm[LBR_REALM_LEN],
                                    unsigned char ret[LBR_STORE_PROBE_LEN])
{
	const struct lbr_envelope_place place = {realm, "probe", "", 0};

	_Static_assert(LBR_STORE_PROBE_LEN == sizeof(constant) - 1 + LBR_ENVELOPE_MORE, "the constant, sealed");
	return lbr_envelope_seal(keyring, &place, constant, sizeof(constant) - 1, ret);
}

static enum lbr_error open_probe(const struct lbr_remote_store *store, struct lbr_reason *reason)
{
	const struct lbr_store_tell *tell = &store->tell;
	const struct lbr_envelope_place place = {tell->realm, "probe", "", 0};
	char opened[sizeof(constant)];
	enum lbr_error error;

	if (!tell->has_realm || tell->probe_len != LBR_STORE_PROBE_LEN)
		return lbr_fail(reason, LBR_ERR_DAMAGED, LBR_WHY(CUT_SHORT));
	error = lbr_envelope_open(store->base.keyring, &place, tell->probe, tell->probe_len, opened, reason);
	if (error == LBR_OK && memcmp(opened, constant, sizeof(constant) - 1) != 0)
		error = lbr_fail(reason, LBR_ERR_DAMAGED, LBR_WHY(WRONG_MAC));
	return error;
}

enum lbr_error lbr_remote_check_probe(struct lbr_remote_store *store, struct lbr_reason *reason)
{
	if (open_probe(store, reason) != LBR_OK) {
		lbr_reason_prefix_clause(reason, LBR_WHY(STORE_KEY));
		return LBR_ERR_UNREACHABLE;
	}
	/* A person who was verified in one set of accounts was not verified in another. */
	if (store->has_realm && memcmp(store->realm, store->tell.realm, sizeof(store->realm)) != 0)
		return lbr_fail(reason, LBR_ERR_UNREACHABLE, LBR_WHY(STORE_ANOTHER_REALM));
	memcpy(store->realm, store->tell.realm, sizeof(store->realm));
	store->has_realm = true;
	return LBR_OK;
}
