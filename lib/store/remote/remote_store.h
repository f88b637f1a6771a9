/* The store that many hosts share: it asks the broker (store_wire.h), and seals what it sends. */
#ifndef LIB_STORE_REMOTE_STORE_H
#define LIB_STORE_REMOTE_STORE_H

#include <stdint.h>

#include <liberations/keyring.h>
#include <liberations/store.h>

/* As lbr_store_open_shared. */
enum lbr_error lbr_remote_store_open(const struct lbr_broker *broker, struct lbr_keyring *keyring, int64_t (*now_s)(void),
                                     struct lbr_store **ret, struct lbr_reason *reason);

/* Tells other hosts the digest of this host's rules (policy_digest.h) with the next greeting. */
void lbr_remote_store_set_policy(struct lbr_store *store, const char *digest);

#define LBR_STORE_PROBE_LEN (38 + LBR_ENVELOPE_MORE)

/* Makes the probe of a new set of accounts. Errors as lbr_random. */
enum lbr_error lbr_store_probe_make(const struct lbr_keyring *keyring, const unsigned char realm[LBR_REALM_LEN],
                                    unsigned char ret[LBR_STORE_PROBE_LEN]);

#endif
