/* Carriers and their gateways from mail to text messages: liberations-carriers(5). Pure. */
#ifndef CLI_CARRIERS_H
#define CLI_CARRIERS_H

#include <stdbool.h>
#include <stddef.h>

#include <liberations/contact.h>

#define CLI_CARRIERS_MAX 128

enum carrier_state { CARRIER_WORKS, CARRIER_ENDING, CARRIER_DEAD, CARRIER_UNVERIFIED, CARRIER_STATES };

struct carrier {
	char               name[LBR_CARRIER_MAX];
	enum carrier_state state;
	char               date[11];     /* "2025-10-28" */
	char               address[96];  /* with {national} or {number}; "": no gateway */
	char               source[128];
};

struct carriers {
	struct carrier list[CLI_CARRIERS_MAX];
	unsigned       count;
};

/* Adds the carriers of a file's text, which it changes; a carrier of the same name is replaced. Returns 0, or the number of
 * the first line that is wrong; `carriers` must then not be used. */
unsigned cli_carriers_add(struct carriers *carriers, char *text, size_t len);

/* NULL: no such carrier. */
const struct carrier *cli_carriers_find(const struct carriers *carriers, const char *name);

/* Writes the address at which the gateway takes mail for that telephone. False: none that lbr_address_is_sound takes. */
bool cli_carrier_address(const struct carrier *carrier, const char *phone, char ret[LBR_ADDRESS_MAX]);

/* Where a message for somebody goes. */
struct message_way {
	char to[LBR_ADDRESS_MAX]; /* the address, or the gateway's; with `command` the telephone's number */
	bool phone;               /* it arrives as a text message */
	bool command;             /* by the provider's program, not by mail */
};

/* `command`: telephones go to a provider, whatever their carrier; else to the gateway that it has today. False: there is neither
 * address nor number, or the carrier is missing, unknown or dead. */
bool cli_carriers_way(const struct carriers *carriers, const struct lbr_contact *contact, bool command, struct message_way *ret);

/* Writes the names of the carriers that are not dead, "bell, telus ..."; what does not fit is left out. */
void cli_carriers_names(const struct carriers *carriers, char *ret, size_t size);

/* "works", "ending", "dead" or "unverified". */
const char *cli_carrier_state(enum carrier_state state);

#endif
