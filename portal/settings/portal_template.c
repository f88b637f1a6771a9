/* A first portal.conf. */
#include "portal_settings.h"

static const char template[] =
	"# The web portal: portal.conf(5). A line that begins with '#' is a comment; what is commented out here is the default.\n"
	"\n"
	"# Whose process it is, and its key: who has the key can sign anybody in.\n"
	"#user = _liberations-portal\n"
	"#key = /etc/liberations/portal.key\n"
	"#state = /var/lib/liberations-portal\n"
	"\n"
	"# The sockets: the agent's, and those that the web server connects to.\n"
	"#agent = /run/liberations/verify.sock\n"
	"#pages = /run/liberations/pages.sock\n"
	"#gate = /run/liberations/gate.sock\n"
	"\n"
	"# auto: as the browser wants it. The app lists the issuer.\n"
	"#language = auto\n"
	"#issuer = Lib\303\251rations\n"
	"\n"
	"# A session ends after the first time without a request, and after the second in any case. Within the third, it hears\n"
	"# that its account was disabled or changed.\n"
	"#idle = 60 min\n"
	"#absolute = 12 h\n"
	"#recheck = 1 s\n"
	"#sessions = 16384\n"
	"#sessions-per-person = 5\n"
	"\n"
	"# How many at once. Who is over them is asked to wait; raise them before a day on which many people enroll.\n"
	"#requests = 64\n"
	"#waiting = 128\n"
	"#attempts = 32\n"
	"#dialogues = 64\n"
	"\n"
	"# Each site begins with its address, as browsers see it.\n"
	"#site = https://app.example.org\n"
	"#base = /liberations\n"
	"#name = Example\n"
	"#help = none\n"
	"#sign-in = here\n"
	"#home = none\n"
	"#logo = none\n"
	"#style = none\n"
	"#forget-cookies = none\n";

const char *lbr_portal_settings_template(void)
{
	return template;
}
