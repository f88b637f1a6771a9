/* Whether a password must change, and whether it may. Pure functions: the time is an argument. */
#ifndef LIBERATIONS_EXPIRY_H
#define LIBERATIONS_EXPIRY_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/account.h>
#include <liberations/settings.h>

/* Returns true if this password must change before it is accepted again: a temporary one, one that the administrator expired, or
 * one past max-age. A clock before the last change, or before the day of the build, is wrong and expires no password. */
bool lbr_expiry_is_due(const struct lbr_account *account, const struct lbr_settings *settings, int64_t now_s);

/* Returns true if the password was changed less than min-age ago and need not change. A clock before the last change
 * delays no change. */
bool lbr_expiry_is_too_soon(const struct lbr_account *account, const struct lbr_settings *settings, int64_t now_s);

#endif
