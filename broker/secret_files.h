/* The files that store.conf names: they say who this host is, and whom it believes. */
#ifndef BROKER_SECRET_FILES_H
#define BROKER_SECRET_FILES_H

#include <liberations/error.h>
#include <liberations/secret.h>

#include "store_settings.h"

/* Judges all of them but a password that was kept, as the user who stays. What is secret: readable by root and that user alone, or
 * its group if it is root's. The rest: regular files of root or that user, which nobody else can write. LBR_ERR_ABSENT, _UNSAFE;
 * the reason names the repair. LBR_ERR_SYSTEM. */
enum lbr_error lbr_secret_files_check(const struct lbr_store_settings *settings, struct lbr_reason *reason);

/* Reads the password into `settings` while root can: the file of root's own broker need not be open to the user who stays. A file
 * that is not root's is left to that user. Errors as lbr_password_read but LBR_ERR_UNSAFE; `settings` is then as it was. */
enum lbr_error lbr_password_keep(struct lbr_store_settings *settings, struct lbr_reason *reason);

/* Gives the password that was kept, or the first line of password-file, judged again; if there is none, "". The caller wipes it.
 * Errors as above, and LBR_ERR_RANGE, _SYNTAX: no password. */
enum lbr_error lbr_password_read(const struct lbr_store_settings *settings, struct lbr_secret *ret, struct lbr_reason *reason);

#endif
