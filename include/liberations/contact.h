/* Where a person's notices go, as the account's one field `contact` holds it: an e-mail address, or a telephone number and the
 * carrier that turns mail into text messages. The field holds no address of a gateway, so a change of carriers.conf takes effect
 * at once. A release that knows addresses alone keeps such a person's notices, and says so.
 *
 *     alice@example.org
 *     +15145550123 telus verified=1764400000 notices=security
 */
#ifndef LIBERATIONS_CONTACT_H
#define LIBERATIONS_CONTACT_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/account.h>
#include <liberations/address.h>

#define LBR_PHONE_MAX 17   /* '+', up to 15 digits (E.164) and the NUL */
#define LBR_CARRIER_MAX 25 /* lower-case letters, digits and '-', with the NUL */

struct lbr_contact {
	char    address[LBR_ADDRESS_MAX]; /* or "" */
	char    phone[LBR_PHONE_MAX];     /* or ""; never both, and both empty for nobody */
	char    carrier[LBR_CARRIER_MAX]; /* only of a phone; "": a provider's program sends the text messages */
	int64_t verified_s;               /* when its owner read a word back that was sent there; 0: never */
	bool    security_only;            /* no notice but those about the account's security */
};

/* Reads the field. False: nobody can be reached by it, and `ret` is empty. "" gives an empty contact and true. */
bool lbr_contact_read(const char *field, struct lbr_contact *ret);

/* Writes the field. False: a value that may not stand there, or too long; `ret` is then "". */
bool lbr_contact_write(const struct lbr_contact *contact, char ret[LBR_CONTACT_MAX]);

/* Reads a number as people write it, such as "(514) 555-0123" or "+33 6 12 34 56 78", into '+' and digits; ten digits are North
 * America's. False: not a telephone number. */
bool lbr_phone_read(const char *typed, char ret[LBR_PHONE_MAX]);

/* Returns true for a name that a carrier may have. */
bool lbr_carrier_is_name(const char *name);

/* Returns the address or the number alone, within `contact`. */
const char *lbr_contact_where(const struct lbr_contact *contact);

#endif
