/* The PAM contract: contract [PART-OF-A-NAME] runs everything, or the tests whose name contains it (`table`: the table). */
#include "table.h"

extern const struct proof sameness_proofs[], answer_proofs[], handle_proofs[], authtok_proofs[], order_proofs[];
extern const struct proof agent_proofs[], config_proofs[], host_proofs[], odd_host_proofs[], shape_proofs[];
extern const struct proof process_proofs[], scan_proofs[];

int main(int argc, char **argv)
{
	const char *only = argc > 1 ? argv[1] : NULL;
	int passed = 0, failed = 0, status;

	setvbuf(stdout, NULL, _IOLBF, 0);
	stage_begin();
	if (only == NULL || strcmp(only, "table") == 0)
		table_run(&passed, &failed);
	proof_add(sameness_proofs);
	proof_add(answer_proofs);
	proof_add(handle_proofs);
	proof_add(authtok_proofs);
	proof_add(order_proofs);
	proof_add(agent_proofs);
	proof_add(config_proofs);
	proof_add(host_proofs);
	proof_add(odd_host_proofs);
	proof_add(shape_proofs);
	proof_add(process_proofs);
	proof_add(scan_proofs);
	status = proof_run(only, passed, failed);
	world_remove(&stage_world);
	return status;
}
