/* How each service is protected: what packaging/examples/ has for it, as a change of the file that is there. */
#include "plan.h"

#include <string.h>

#define PLAIN(options, account) \
	"auth     required  pam_liberations.so " options "\n" \
	"account  required  pam_liberations.so" account "\n"
#define VERIFY "socket=/run/liberations/verify.sock"
#define ONE_FIELD "enroll=no"

static const struct form forms[] = {
	{ "sshd", FORM_ALL, FORM_ROOT, FORM_TRY, "", "", "", NULL },
	{ "login", FORM_ROOT, FORM_ROOT, FORM_TRY, "", "", "", NULL },
	{ "su", FORM_TRY, FORM_TRY, FORM_TRY, "", "", "", NULL },
	{ "su-l", FORM_TRY, FORM_TRY, FORM_TRY, "", "", "", NULL },
	{ "sudo", FORM_TRY, FORM_TRY, FORM_TRY, "factors=password ", "", "", NULL },
	{ "sudo-i", FORM_TRY, FORM_TRY, FORM_TRY, "factors=password ", "", "", NULL },
	{ "passwd", FORM_LEAVE, FORM_LEAVE, FORM_TRY, "", "", "", NULL },
	{ "cockpit", FORM_ALL, FORM_TRY, FORM_TRY, "messages=ascii qr=none", "messages=ascii ", "messages=ascii ", NULL },
	{ "xrdp-sesman", FORM_ALL, FORM_TRY, FORM_LEAVE, ONE_FIELD, "", "", NULL },
	{ "vsftpd", FORM_ALL, FORM_ALL, FORM_LEAVE, ONE_FIELD, "", "", NULL },
	{ "dovecot", FORM_ALL, FORM_ALL, FORM_LEAVE, "entry=combined enroll=no", "", "", PLAIN("entry=combined enroll=no", "") },
	{ "vlock", FORM_ALL, FORM_LEAVE, FORM_LEAVE, "factors=password expired=auth enroll=no", "", "", NULL },
	{ "screen", FORM_ALL, FORM_LEAVE, FORM_LEAVE, ONE_FIELD, "", "", NULL },
	{ "swaylock", FORM_ALL, FORM_LEAVE, FORM_LEAVE, ONE_FIELD, "", "", NULL },
	{ "i3lock", FORM_ALL, FORM_LEAVE, FORM_LEAVE, ONE_FIELD, "", "", NULL },
	{ "gtklock", FORM_ALL, FORM_LEAVE, FORM_LEAVE, ONE_FIELD, "", "", NULL },
	{ "postgresql", FORM_ALL, FORM_ALL, FORM_LEAVE, VERIFY " enroll=no", VERIFY, "", PLAIN(VERIFY " enroll=no", " " VERIFY) },
	{ "nginx", FORM_ALL, FORM_ALL, FORM_LEAVE, VERIFY " enroll=no", VERIFY, "", PLAIN(VERIFY " enroll=no", " " VERIFY) },
	{ "apache", FORM_ALL, FORM_ALL, FORM_LEAVE, VERIFY " enroll=no", VERIFY, "", PLAIN(VERIFY " enroll=no", " " VERIFY) },
	{ "mariadb", FORM_ALL, FORM_ALL, FORM_LEAVE, "entry=combined enroll=no", "", "", PLAIN("entry=combined enroll=no", "") },
	{ "openvpn", FORM_ALL, FORM_ALL, FORM_LEAVE, "language=en enroll=no", "", "", PLAIN("language=en enroll=no", "") },
	{ "jupyterhub", FORM_ALL, FORM_ALL, FORM_LEAVE, "entry=combined expired=auth enroll=no", "", "",
	  PLAIN("entry=combined expired=auth enroll=no", "") "session  required  pam_permit.so\n" },
	{ "gitea", FORM_ALL, FORM_ALL, FORM_LEAVE, VERIFY " entry=combined expired=auth enroll=no", VERIFY, "",
	  PLAIN(VERIFY " entry=combined expired=auth enroll=no", " " VERIFY) },
};

/* People with an account are asked for password and code, all others as before. */
static const struct form generic = { NULL, FORM_TRY, FORM_TRY, FORM_TRY, "", "", "", NULL };

const struct form *cli_form_at(size_t at)
{
	return at < sizeof(forms) / sizeof(forms[0]) ? &forms[at] : NULL;
}

bool cli_form_is_locker(const struct form *form)
{
	return form->auth == FORM_ALL && form->account == FORM_LEAVE;
}

enum pam_type cli_form_asks(const struct form *form)
{
	return form->auth == FORM_LEAVE ? PAM_TYPE_PASSWORD : PAM_TYPE_AUTH;
}

const struct form *cli_form_find(const char *service, bool *ret_generic)
{
	size_t at;

	*ret_generic = false;
	for (at = 0; at < sizeof(forms) / sizeof(forms[0]); at++)
		if (strcmp(forms[at].service, service) == 0)
			return &forms[at];
	*ret_generic = true;
	return &generic;
}
