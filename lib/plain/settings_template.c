/* The commented configuration file that `init` writes. */
#include <liberations/settings.h>

#define WORDS_OF(number) #number
#define NUMBER(number) WORDS_OF(number)

static const char template[] =
	"# liberations.conf: see liberations.conf(5). Every keyword is listed here with its default.\n"
	"# To change one, remove the '#' in front of it. A mistake in this file refuses every sign-in\n"
	"# until it is fixed, so check it after each change with: liberations list\n"
	"\n"
	"# Where the accounts are kept: an absolute path. The agent runs as its owner.\n"
	"#state = " LBR_DEFAULT_STATE "\n"
	"\n"
	"# Who must own that directory: a user in /etc/passwd, or a uid.\n"
	"#user = " LBR_DEFAULT_USER "\n"
	"\n"
	"# The key that seals the accounts. Back it up separately from them.\n"
	"#seal-key = " LBR_DEFAULT_SEAL_KEY "\n"
	"\n"
	"# The name under which phones show the token: 1 to 63 bytes, no colon.\n"
	"#issuer = Lib\303\251rations\n"
	"\n"
	"# The language of prompts and texts: auto (the service's LANG; sshd has none), en or fr.\n"
	"#language = auto\n"
	"\n"
	"# How many 30-second steps a phone's clock may be off, either way: 0 to 2.\n"
	"#window = 1\n"
	"\n"
	"# How long a password lasts: \"N months\", \"N days\" or \"never\". Months are calendar months.\n"
	"#max-age = 6 months\n"
	"\n"
	"# How long before a password expires to start warning: 0 s to 90 d.\n"
	"#warn = 14 d\n"
	"\n"
	"# How long people must keep a new password before they can change it again: 0 s to 30 d.\n"
	"#min-age = 1 d\n"
	"\n"
	"# The minimum number of characters in a password: 8 to 64.\n"
	"#min-length = 12\n"
	"\n"
	"# How many passwords cannot be reused, including the current one: 1 to 10.\n"
	"#history = 10\n"
	"\n"
	"# The cost of hashing a password (yescrypt): " NUMBER(LBR_COST_MIN) " to " NUMBER(LBR_COST_POLICY_MAX)
	"; each step doubles time and memory.\n"
	"#hash-cost = 5\n"
	"\n"
	"# How many failures in a row lock an account: 10 to 100.\n"
	"#lock-after = 100\n"
	"\n"
	"# How long a temporary password is valid: 1 h to 21 d.\n"
	"#invitation-life = 72 h\n"
	"\n"
	"# A file of breached passwords to refuse, made with pwqfilter(1): an absolute path, or none.\n"
	"#breached = none\n"
	"\n"
	"# Words of your organisation that do not make a password on their own, separated by commas, or none.\n"
	"#words = none\n"
	"\n"
	"# The program that sends the mail of `liberations notify`: an absolute path.\n"
	"#sendmail = /usr/sbin/sendmail\n"
	"\n"
	"# How long it may take for one message before it is killed: 1 s to 10 min.\n"
	"#sendmail-wait = 60 s\n"
	"\n"
	"# The sender of this mail, who also gets bounces: an address, or a mailbox on this host.\n"
	"#mail-from = root\n";

const char *lbr_settings_template(void)
{
	return template;
}
