/* A person who is to get an account. */
#include "person.h"

#include <errno.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <liberations/address.h>
#include <liberations/texts.h>

#include "reason.h"

/* The ids reserved for the system end at 999, and resume between those of systemd-homed and the old 16-bit limit; the ids above
 * come from directories. */
#define PERSON_UID_MIN 1000
#define SYSTEM_UID_MIN 60514
#define SYSTEM_UID_MAX 65535
#define PASSWD_TEXT_MAX 65536

/* The first part of the GECOS field is the name, which chfn(1) lets people write themselves. */
static void take_full_name(const char *gecos, struct person *person)
{
	int len = (int)strcspn(gecos != NULL ? gecos : "", ",");

	if (len >= (int)sizeof(person->full_name))
		return;
	snprintf(person->full_name, sizeof(person->full_name), "%.*s", len, gecos != NULL ? gecos : "");
	lbr_text_sanitise(person->full_name, false);
}

/* Returns 0, or the errno with which NSS failed. A name without a Unix user is not a failure: has_system_uid is then
 * false. */
static int look_up(const char *name, struct person *person)
{
	static char text[PASSWD_TEXT_MAX];
	struct passwd entry, *found = NULL;
	int error = getpwnam_r(name, &entry, text, sizeof(text), &found);

	person->has_system_uid = found != NULL;
	if (found != NULL)
		person->system_uid = found->pw_uid;
	if (found != NULL)
		take_full_name(found->pw_gecos, person);
	return found != NULL || error == ENOENT || error == ESRCH ? 0 : error;
}

static bool is_person(uint32_t uid)
{
	return uid >= PERSON_UID_MIN && !(uid >= SYSTEM_UID_MIN && uid <= SYSTEM_UID_MAX);
}

static enum cli_status resolve_uid(const struct cli *cli, struct person *person)
{
	char number[24];
	int error = look_up(person->name, person);

	if (error != 0)
		return cli_fail(cli, CLI_FAULT, TEXT_NSS, person->name, cli_errno(cli->language, error), NULL);
	person->has_uid = person->has_system_uid;
	person->uid = person->system_uid;
	if (!person->has_uid || is_person(person->uid) || cli_has(cli, CLI_SYSTEM))
		return CLI_DONE;
	person->has_uid = false;
	snprintf(number, sizeof(number), "%u", (unsigned)person->uid);
	return cli_fail(cli, CLI_NO, TEXT_SYSTEM_USER, person->name, number, NULL);
}

void cli_person_find(const char *name, struct person *person)
{
	*person = (struct person){ .has_uid = false };
	person->looked_up = look_up(name, person) == 0;
	person->has_uid = person->looked_up && person->has_system_uid && is_person(person->system_uid);
	person->uid = person->system_uid;
}

bool cli_person_is_another(const struct person *person, const struct lbr_account *account)
{
	if (!person->looked_up || !account->has_uid)
		return false;
	return !person->has_system_uid || person->system_uid != account->uid;
}

/* An account without a uid gets that of a person alone: a system user of that name may be a stranger. */
bool cli_person_join(const struct person *person, struct lbr_account *account)
{
	if (!cli_person_is_another(person, account) && (account->has_uid || !person->has_uid))
		return false;
	account->has_uid = person->has_system_uid;
	account->uid = person->has_system_uid ? person->system_uid : 0;
	return true;
}

void cli_person_say_joined(const struct cli *cli, const struct lbr_account *before, const struct lbr_account *account)
{
	char now[24], was[24];

	snprintf(now, sizeof(now), "%u", (unsigned)account->uid);
	snprintf(was, sizeof(was), "%u", (unsigned)before->uid);
	if (!before->has_uid)
		cli_write(stderr, cli->language, TEXT_JOINED, account->name, now, NULL);
	else if (account->has_uid)
		cli_write(stderr, cli->language, TEXT_JOINED_ANEW, account->name, now, was, NULL);
	else
		cli_write(stderr, cli->language, TEXT_PARTED, account->name, was, NULL);
}

enum cli_status cli_person_take_name(const struct cli *cli, const char *name, struct person *person)
{
	if (lbr_name_check(name) != LBR_OK)
		return cli_fail(cli, CLI_USAGE, TEXT_BAD_NAME, cli_safe(name), NULL);
	memcpy(person->name, name, strlen(name) + 1);
	return CLI_DONE;
}

enum cli_status cli_person_take(const struct cli *cli, const char *name, struct person *person)
{
	enum cli_status status = cli_person_take_name(cli, name, person);

	if (status != CLI_DONE)
		return status;
	status = resolve_uid(cli, person);
	person->looked_up = status != CLI_FAULT;
	return status;
}

enum cli_status cli_person_set_contact(const struct cli *cli, const char *address, struct person *person)
{
	if (!lbr_address_is_sound(address, false))
		return cli_fail(cli, CLI_USAGE, TEXT_BAD_CONTACT, cli_safe(address), NULL);
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
