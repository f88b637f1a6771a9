/* The carriers of people who are reached by text message: those whose gateway is gone reach nobody. */
#include "doctor.h"

#include <stdio.h>
#include <string.h>

#include <liberations/contact.h>

#define CONTACT_FIX "sudo liberations contact USER --phone NUMBER --carrier NAME"

void cli_doctor_carriers_load(struct doctor *on)
{
	on->carriers.loaded = cli_carriers_load(on->cli, &on->carriers.known) == CLI_DONE;
	if (!on->carriers.loaded)
		cli_finding_add(&on->found, FINDING_CRITICAL, "carrier", "carriers.conf", 0, "man liberations-carriers",
		                TEXT_DOCTOR_CARRIERS, NULL);
}

bool cli_doctor_carrier_count(struct doctor *on, const char *field)
{
	const struct carrier *carrier;
	struct lbr_contact contact;

	if (!on->carriers.loaded || !lbr_contact_read(field, &contact) || contact.carrier[0] == '\0')
		return true;
	carrier = cli_carriers_find(&on->carriers.known, contact.carrier);
	if (carrier != NULL)
		on->carriers.people[carrier - on->carriers.known.list]++;
	return carrier != NULL;
}

void cli_doctor_carriers_judge(struct doctor *on)
{
	char people[16];
	unsigned at;

	for (at = 0; on->carriers.loaded && at < on->carriers.known.count; at++) {
		const struct carrier *carrier = &on->carriers.known.list[at];

		snprintf(people, sizeof(people), "%u", on->carriers.people[at]);
		if (on->carriers.people[at] > 0 && carrier->state == CARRIER_DEAD)
			cli_finding_add(&on->found, FINDING_WARNING, "carrier", carrier->name, 0, CONTACT_FIX,
			                TEXT_DOCTOR_CARRIER_DEAD, people, carrier->date, NULL);
		else if (on->carriers.people[at] > 0 && carrier->state == CARRIER_ENDING)
			cli_finding_add(&on->found, FINDING_NOTE, "carrier", carrier->name, 0, CONTACT_FIX,
			                TEXT_DOCTOR_CARRIER_ENDING, people, carrier->date, NULL);
	}
}
