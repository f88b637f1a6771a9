/* The life of a decoy: what takes the place of unknown names must not only age.
 *
 * The failures of an account end when its owner signs in, and a lock ends when an administrator lifts it. Failures of a decoy that
 * never ended would leave every decoy of a host on the network locked before long, and few accounts.
 */
#ifndef LIBERATIONS_DECOY_H
#define LIBERATIONS_DECOY_H

#include <stdint.h>

#include <liberations/counters.h>
#include <liberations/keyring.h>
#include <liberations/settings.h>

/* Brings a decoy's counters up to `now_s`; call it before an attempt on them is judged. `name` is the decoy's ("00" to "ff").
 * Signs in on every other day or so, at random times that the seal key decides; counters->last_sign_in_s is the last of them.
 * That clears the failures and waits of each lane that is not locked. A lane is unlocked one to three days after the wait that came
 * with its lock. Makes the same computations whatever the counters are. */
void lbr_decoy_live(struct lbr_counters *counters, const struct lbr_keyring *keyring, const char *name,
                    const struct lbr_settings *settings, int64_t now_s);

#endif
