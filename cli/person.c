/* Somebody who is to get an account. */
#include "person.h"

#include <errno.h>
#include <pwd.h>

#include <liberations/address.h>

#define PERSON_UID_MIN 1000
#define PERSON_UID_MAX 60000
#define PASSWD_TEXT_MAX 65536

/* A name without a Unix user is allowed. */
static enum cli_status resolve_uid(const struct cli *cli, struct person *person)
{
	static char text[PASSWD_TEXT_MAX];
	struct passwd entry, *found = NULL;
	char number[24];
	int error = getpwnam_r(person->name, &entry, text, sizeof(text), &found);

	if (found == NULL && error != 0 && error != ENOENT && error != ESRCH)
		return cli_complain(cli, CLI_FAULT, TEXT_NSS, person->name, strerrordesc_np(error), NULL);
	if (found == NULL)
		return CLI_DONE;
	snprintf(number, sizeof(number), "%u", (unsigned)found->pw_uid);
	if (!cli_has(cli, CLI_SYSTEM) && (found->pw_uid < PERSON_UID_MIN || found->pw_uid > PERSON_UID_MAX))
		return cli_complain(cli, CLI_NO, TEXT_SYSTEM_USER, person->name, number, NULL);
	person->has_uid = true;
	person->uid = found->pw_uid;
	return CLI_DONE;
}

enum cli_status cli_person_take(const struct cli *cli, const char *name, struct person *person)
{
	if (lbr_name_check(name) != LBR_OK)
		return cli_complain(cli, CLI_USAGE, TEXT_BAD_NAME, cli_safe(name), NULL);
	memcpy(person->name, name, strlen(name) + 1);
	return resolve_uid(cli, person);
}

enum cli_status cli_person_reach(const struct cli *cli, const char *address, struct person *person)
{
	if (!lbr_address_is_sound(address, false))
		return cli_complain(cli, CLI_USAGE, TEXT_BAD_CONTACT, cli_safe(address), NULL);
	memcpy(person->contact, address, strlen(address) + 1); /* at most LBR_ADDRESS_MAX, which is LBR_CONTACT_MAX */
	return CLI_DONE;
}

void cli_person_put(const struct person *person, struct lbr_account *account)
{
	memcpy(account->name, person->name, sizeof(account->name));
	memcpy(account->contact, person->contact, sizeof(account->contact));
	account->has_uid = person->has_uid;
	account->uid = person->uid;
	account->language = person->language;
	account->generation = 1;
}
