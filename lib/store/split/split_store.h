/* A store in two: a few people's accounts in the files of this host, everybody else's where many hosts share them. */
#ifndef LIB_STORE_SPLIT_STORE_H
#define LIB_STORE_SPLIT_STORE_H

#include <liberations/store.h>

/* Takes both stores, which it closes, also after an error. `local` is the keyword of the settings: names with commas between. Each
 * store sees the names that are its own, and no others. LBR_ERR_SYNTAX: `local` names no account. LBR_ERR_MEMORY. */
enum lbr_error lbr_split_store_open(const char *local, struct lbr_store *files, struct lbr_store *shared, struct lbr_store **ret,
                                    struct lbr_reason *reason);

#endif
