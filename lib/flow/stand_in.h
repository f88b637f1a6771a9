/* What is read, checked and unsealed for a name that nobody has.
 *
 * Every user may read in /proc how much time an agent took and how many pages it touched. Code that ran only for those who have an
 * account would tell who has one.
 */
#ifndef FLOW_STAND_IN_H
#define FLOW_STAND_IN_H

#include <stddef.h>

#include <liberations/account.h>
#include <liberations/codec.h>
#include <liberations/keyring.h>

struct lbr_stand_in {
	struct lbr_account account;
	char               text[LBR_ACCOUNT_TEXT_MAX];
	size_t             text_len;
};

/* Makes one: its hash is of that cost, and no password gives it. LBR_ERR_SYSTEM: no random bytes. Nothing in it is secret. */
enum lbr_error lbr_stand_in_make(struct lbr_stand_in *stand_in, const struct lbr_keyring *keyring, unsigned cost);

/* Decodes its text into its account, as the account of a known name is decoded. */
enum lbr_error lbr_stand_in_read(struct lbr_stand_in *stand_in, const struct lbr_keyring *keyring);

#endif
