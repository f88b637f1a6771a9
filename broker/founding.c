/* The decoys of a new set of accounts. */
#include "founding.h"

#include <stdio.h>
#include <string.h>

#include <liberations/big_endian.h>

#define OID_BYTEA 17

static void put_head(struct lbr_found *found)
{
	/* Dimensions, nulls, type, length, first index. */
	static const uint32_t words[LBR_FOUND_HEAD / 4] = {1, 0, OID_BYTEA, LBR_FOUND_DECOYS, 1};
	size_t at;

	for (at = 0; at < LBR_FOUND_HEAD / 4; at++)
		lbr_big_endian_put(found->array + 4 * at, 4, words[at]);
}

enum lbr_error lbr_found_take(struct lbr_found *found, const struct lbr_store_ask *ask)
{
	unsigned char *at = found->array + LBR_FOUND_HEAD + found->count * (4 + LBR_STORE_SLOT_MAX);
	char name[8];

	(void)snprintf(name, sizeof(name), ".%02x", found->count);
	if (found->count == LBR_FOUND_DECOYS || strcmp(ask->name, name) != 0 || ask->row.slot_len != LBR_STORE_SLOT_MAX)
		return LBR_ERR_SYNTAX;
	lbr_big_endian_put(at, 4, LBR_STORE_SLOT_MAX);
	memcpy(at + 4, ask->row.slot, LBR_STORE_SLOT_MAX);
	if (found->count++ == 0)
		put_head(found);
	return LBR_OK;
}

enum lbr_error lbr_found_fill(const struct lbr_found *found, const struct lbr_store_ask *ask, struct lbr_parameters *parameters)
{
	const struct lbr_store_founding *founding = &ask->founding;

	parameters->count = 0;
	if (found->count != LBR_FOUND_DECOYS)
		return LBR_ERR_SYNTAX;
	lbr_parameter_bytes(parameters, founding->realm, sizeof(founding->realm));
	lbr_parameter_number(parameters, founding->window);
	lbr_parameter_text(parameters, founding->key);
	lbr_parameter_bytes(parameters, founding->probe, founding->probe_len);
	lbr_parameter_bytes(parameters, founding->stand_in, founding->stand_in_len);
	lbr_parameter_bytes(parameters, found->array, sizeof(found->array));
	return LBR_OK;
}
