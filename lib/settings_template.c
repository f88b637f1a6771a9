/* The commented configuration file that `init` writes. */
#include <liberations/settings.h>

static const char template[] =
	"# liberations.conf: see liberations.conf(5). Each keyword stands here with its default.\n"
	"# To change one, take the '#' before it away. A mistake in this file refuses every sign-in\n"
	"# until it is corrected, so check it after each change with: liberations doctor\n"
	"\n"
	"# Where the accounts are kept: an absolute path. Its owner is the user that the agent becomes.\n"
	"#state = " LBR_DEFAULT_STATE "\n"
	"\n"
	"# The key that seals what is kept there. Back it up apart from the accounts.\n"
	"#seal-key = " LBR_DEFAULT_SEAL_KEY "\n"
	"\n"
	"# The name under which phones show the token: 1 to 63 bytes, no colon.\n"
	"#issuer = Lib\303\251rations\n"
	"\n"
	"# The language of prompts and texts: auto (the service's LANG), en or fr.\n"
	"#language = auto\n"
	"\n"
	"# How many steps of 30 seconds a phone's clock may be off, either way: 0 to 2.\n"
	"#window = 1\n"
	"\n"
	"# How long a password lasts: \"N months\", \"N days\" or \"never\". Months are calendar months.\n"
	"#max-age = 6 months\n"
	"\n"
	"# How long before its end people are warned: 0 s to 90 d.\n"
	"#warn = 14 d\n"
	"\n"
	"# How long a password of one's own must be kept before it is changed again: 0 s to 30 d.\n"
	"#min-age = 1 d\n"
	"\n"
	"# The least number of characters in a password: 8 to 64.\n"
	"#min-length = 12\n"
	"\n"
	"# How many passwords, the present one included, cannot be used again: 1 to 10.\n"
	"#history = 10\n"
	"\n"
	"# The cost of hashing a password (yescrypt): 1 to 11; one more doubles time and memory.\n"
	"#hash-cost = 5\n"
	"\n"
	"# After how many failures in a row an account is locked: 10 to 100.\n"
	"#lock-after = 100\n"
	"\n"
	"# How long a temporary password serves: 1 h to 21 d.\n"
	"#invitation-life = 72 h\n";

const char *lbr_settings_template(void)
{
	return template;
}
