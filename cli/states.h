/* The states of accounts by the words that programs read and administrators type: "locked", "invited". */
#ifndef CLI_STATES_H
#define CLI_STATES_H

#include <stdbool.h>
#include <stddef.h>

#include "standing.h"

/* A bit for each enum standing_fact, and one for those of whom none holds. */
typedef unsigned cli_states;

#define CLI_STATE_ACTIVE (1U << STANDING_FACTS)

/* Returns the word of a fact; of STANDING_FACTS: "active". NULL behind that. */
const char *cli_state_word(size_t at);

/* Reads words such as "locked,invited". CLI_USAGE after one line on standard error. */
enum cli_status cli_states_read(const struct cli *cli, const char *typed, cli_states *ret);

/* Returns true if any of the states is the account's. */
bool cli_states_match(cli_states states, const struct standing *standing);

#endif
