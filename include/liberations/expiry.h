/* Whether a password must change, and whether it may: pure, the time is an argument. */
#ifndef LIBERATIONS_EXPIRY_H
#define LIBERATIONS_EXPIRY_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/account.h>
#include <liberations/settings.h>

/* True if this password must change before it serves again: a temporary one, one that the administrator let expire,
 * one past max-age. A clock before the last change, or before the day this was built, is wrong and expires nobody. */
bool lbr_expiry_is_due(const struct lbr_account *account, const struct lbr_settings *settings, int64_t now_s);

/* True if the password was changed less than min-age ago, and need not change. A clock before the last change
 * delays nobody. */
bool lbr_expiry_is_too_soon(const struct lbr_account *account, const struct lbr_settings *settings, int64_t now_s);

#endif
