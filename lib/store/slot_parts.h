/* What the versions of a slot have in common. Private to lib/store. */
#ifndef LIB_SLOT_PARTS_H
#define LIB_SLOT_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <liberations/counters.h>

#define LBR_SLOT_AT_KEY 8 /* behind the magic */
#define LBR_SLOT_AT_SEQUENCE 16

/* Returns true if the MAC that ends `len` bytes was made for that place with a key of the keyring. */
bool lbr_slot_verifies(const unsigned char *bytes, size_t len, const char *kind, const char *name,
                       const struct lbr_keyring *keyring);

/* Returns true if all values are in their ranges. */
bool lbr_slot_is_sound(const struct lbr_counters *counters, uint64_t sequence);

/* Decodes a slot of version 1, as lbr_slot_decode does, into counters that are zero; on failure their values mean nothing. */
enum lbr_error lbr_slot_v1_decode(const unsigned char *bytes, const char *kind, const char *name,
                                  const struct lbr_keyring *keyring, struct lbr_counters *counters, uint64_t *ret_sequence,
                                  bool *ret_charged);

/* Returns the version that the slot is marked with, or 0. */
unsigned lbr_slot_version(const unsigned char *bytes);

#endif
