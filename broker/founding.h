/* The decoys of a new set of accounts, collected one by one and sent at once. */
#ifndef BROKER_FOUNDING_H
#define BROKER_FOUNDING_H

#include <liberations/store_wire.h>

#include "arrays.h"

#define LBR_FOUND_DECOYS 256

struct lbr_found {
	struct lbr_array slots;
	unsigned char    bytes[LBR_ARRAY_LEN(LBR_FOUND_DECOYS, LBR_STORE_SLOT_MAX)];
};

/* Takes the next decoy; they come in order, each LBR_STORE_SLOT_MAX long. LBR_ERR_SYNTAX: another one. */
enum lbr_error lbr_found_take(struct lbr_found *found, const struct lbr_store_ask *ask);

/* Writes the parameters of FOUND; they point into both. LBR_ERR_SYNTAX: decoys are missing. */
enum lbr_error lbr_found_fill(const struct lbr_found *found, const struct lbr_store_ask *ask, struct lbr_parameters *parameters);

#endif
