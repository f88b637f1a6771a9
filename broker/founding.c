/* The decoys of a new set of accounts. */
#include "founding.h"

#include <stdio.h>
#include <string.h>

enum lbr_error lbr_found_take(struct lbr_found *found, const struct lbr_store_ask *ask)
{
	char name[8];

	(void)snprintf(name, sizeof(name), ".%02x", found->slots.count);
	if (found->slots.count == LBR_FOUND_DECOYS || strcmp(ask->name, name) != 0 || ask->row.slot_len != LBR_STORE_SLOT_MAX)
		return LBR_ERR_SYNTAX;
	if (found->slots.count == 0)
		lbr_array_begin(&found->slots, found->bytes, LBR_OID_BYTEA);
	lbr_array_bytes(&found->slots, ask->row.slot, LBR_STORE_SLOT_MAX);
	return LBR_OK;
}

enum lbr_error lbr_found_fill(const struct lbr_found *found, const struct lbr_store_ask *ask, struct lbr_parameters *parameters)
{
	const struct lbr_store_founding *founding = &ask->founding;

	parameters->count = 0;
	if (found->slots.count != LBR_FOUND_DECOYS)
		return LBR_ERR_SYNTAX;
	lbr_parameter_bytes(parameters, founding->realm, sizeof(founding->realm));
	lbr_parameter_number(parameters, founding->window);
	lbr_parameter_text(parameters, founding->key);
	lbr_parameter_bytes(parameters, founding->probe, founding->probe_len);
	lbr_parameter_bytes(parameters, founding->stand_in, founding->stand_in_len);
	lbr_parameter_array(parameters, &found->slots);
	return LBR_OK;
}
