/* The PAM contract: contract [NAME...], see tests/support/harness.py. The whole table is one name, `table`. */
#include <stdbool.h>
#include <stdio.h>

#include "support/selection.h"
#include "table.h"

extern const struct proof sameness_proofs[], answer_proofs[], handle_proofs[], authtok_proofs[], order_proofs[];
extern const struct proof agent_proofs[], config_proofs[], host_proofs[], odd_host_proofs[], shape_proofs[];
extern const struct proof process_proofs[], scan_proofs[];

int main(int argc, char **argv)
{
	int passed = 0, failed = 0, status;
	bool has_table;

	setvbuf(stdout, NULL, _IOLBF, 0);
	selection_begin(argc, argv);
	has_table = selection_has("table");
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
	if (selection_is_over(&status))
		return status;
	stage_begin();
	if (has_table)
		table_run(&passed, &failed);
	status = proof_run(passed, failed);
	world_remove(&stage_world);
	return status;
}
