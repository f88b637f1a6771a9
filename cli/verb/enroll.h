/* Enrollment by the administrator: what is drawn, how it is shown, how the token is confirmed. */
#ifndef CLI_ENROLL_H
#define CLI_ENROLL_H

#include <stdbool.h>

#include <liberations/otpauth.h>
#include <liberations/token.h>

#include "admin_session.h"
#include "picture.h"

struct enrollment {
	struct lbr_account account;
	struct lbr_secret  password; /* the temporary one */
	unsigned char      key[LBR_TOKEN_KEY_LEN];
	char               key_text[LBR_KEY_TEXT_MAX]; /* in groups of four */
	char               key_plain[LBR_KEY_TEXT_MAX];
	char               uri[LBR_URI_MAX];
	struct kept_files  pictures; /* of the URI */
};

/* Prints password, key and QR code. Returns false if standard output failed. */
bool cli_enroll_present(const struct cli *cli, const struct admin_session *session, const struct enrollment *enrollment);

/* Asks for a code up to three times and confirms the token. */
enum cli_status cli_enroll_confirm(const struct cli *cli, struct admin_session *session, const struct enrollment *enrollment);

/* Does the same for a program: one line in, one JSON line out. */
enum cli_status cli_enroll_confirm_json(const struct cli *cli, struct admin_session *session, const struct enrollment *enrollment);

#endif
