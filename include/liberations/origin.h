/* Where an attempt comes from: the console, a place from which this person signed in right before, or anywhere else.
 *
 * A place is kept as a keyed hash under the account's name, so a copy of the store tells nothing about where people are, and the
 * same place is another number for another person.
 */
#ifndef LIBERATIONS_ORIGIN_H
#define LIBERATIONS_ORIGIN_H

#include <stdbool.h>
#include <stdint.h>

#include <liberations/counters.h>
#include <liberations/keyring.h>

/* Returns the number of the place that `text` describes ("rhost 192.0.2.7", "uid 1000"), for the account of that keyed name (any
 * bytes). 0, which is no place: the text is NULL or empty. */
uint64_t lbr_origin_of(const struct lbr_keyring *keyring, const char *name, const char *text);

/* Returns the lane in which an attempt counts. `origin` 0: no place, so a stranger unless at the console. */
enum lbr_lane lbr_origin_lane(const struct lbr_counters *counters, bool at_console, uint64_t origin);

/* Moves `origin` to the front of the places where the person is known; the one used longest ago drops out. 0 changes nothing.
 * Call it with each sign-in that was right: lbr_decide does, and so must the commit that completes a first one. */
void lbr_origin_remember(struct lbr_counters *counters, uint64_t origin);

#endif
