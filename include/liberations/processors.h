/* How many processors this process may use. */
#ifndef LIBERATIONS_PROCESSORS_H
#define LIBERATIONS_PROCESSORS_H

/* Returns their number, at least 1: those of the process's mask, or if that cannot be read, those that are online. */
unsigned lbr_processors(void);

#endif
