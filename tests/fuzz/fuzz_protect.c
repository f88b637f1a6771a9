/* `protect` of a file of pam.d(5): what it wrote can be read again and undone to the byte, and no line is lost on the way. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "plan.h"

/* The last line of a file may lack its end, and gets one. */
static bool is_same(const char *text, size_t len, const struct plan *plan)
{
	bool added = len > 0 && text[len - 1] != '\n' && plan->len == len + 1 && plan->text[len] == '\n';

	return (plan->len == len || added) && memcmp(plan->text, text, len) == 0;
}

static void try_form(const struct form *form, const char *text, size_t len)
{
	struct plan_lines lines;
	struct plan plan, undone, again;

	cli_plan_protect(form, "x", text, len, &plan);
	fuzz_expect(plan.result != PLAN_REFUSED || plan.why != PLAN_WHY_NONE, "a refusal has a reason");
	if (plan.result == PLAN_CHANGES) {
		fuzz_expect(cli_plan_read(plan.text, plan.len, &lines, &again), "what was written can be read again");
		free(lines.list);
		cli_plan_protect(form, "x", plan.text, plan.len, &again);
		fuzz_expect(again.result == PLAN_SAME, "a second run has nothing to do");
		free(again.text);
		cli_plan_undo(plan.text, plan.len, &undone);
		fuzz_expect(undone.result == PLAN_CHANGES && is_same(text, len, &undone), "undone, it is as before");
		free(undone.text);
	}
	free(plan.text);
}

/* An undo takes lines away, and makes none but those that a block keeps. */
static void try_undo(const char *text, size_t len)
{
	struct plan plan;

	cli_plan_undo(text, len, &plan);
	fuzz_expect(plan.result != PLAN_SAME || is_same(text, len, &plan), "without a block nothing changes");
	fuzz_expect(plan.result == PLAN_REFUSED || plan.len <= len + 1, "an undo adds nothing");
	free(plan.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const services[] = { "sshd", "login", "passwd", "cockpit", "vsftpd", "vlock", "anything" };
	char *text = malloc(size + 1);
	bool generic;
	size_t at;

	fuzz_expect(text != NULL, "memory");
	memcpy(text, data, size);
	text[size] = '\0';
	for (at = 0; at < sizeof(services) / sizeof(services[0]); at++)
		try_form(cli_form_find(services[at], &generic), text, size);
	try_undo(text, size);
	free(text);
	return 0;
}
