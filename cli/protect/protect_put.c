/* Puts in force what was planned, shown and agreed to: the copies, the switch, the files, in that order. */
#include "protect.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The copies come first: whatever this process dies of, `unprotect` finds what was there. */
static bool keep(const struct job *job, int kept)
{
	if (job->place.exists && !cli_kept_put(kept, job->service, "before", job->place.text, job->place.len))
		return false;
	if (!job->place.exists && !cli_kept_put(kept, job->service, "absent", "", 0))
		return false;
	return cli_kept_drop(kept, job->service, job->place.exists ? "absent" : "before") &&
	       cli_kept_put(kept, job->service, "after", job->plan.text, job->plan.len);
}

/* The switch of a service that somebody took back by hand would take this back, and its timer has the new one's name. */
static enum cli_status forget_switch(const struct job *job, int kept, unsigned seconds)
{
	if (job->by != NULL || !cli_kept_has(kept, job->service, "until"))
		return CLI_DONE;
	if (seconds == 0 && !cli_kept_drop(kept, job->service, "until"))
		return cli_place_fail_kept(job->cli, errno);
	cli_guard_stop(job->service, true);
	return CLI_DONE;
}

/* The switch waits before the file is in force, so a file is taken back even if this process dies in between. */
static enum cli_status set_switch(struct job *job, int kept, unsigned seconds)
{
	unsigned parts = (job->by == NULL ? SWITCH_SERVICE : 0) | (job->drop_in ? SWITCH_DROP_IN : 0);
	enum cli_status status = cli_guard_keep(job, kept, seconds, parts, &job->until_s);

	if (status == CLI_DONE && !cli_guard_start(job, seconds))
		status = cli_fail(job->cli, CLI_FAULT, TEXT_PROTECT_NO_GUARD, job->service, NULL);
	return status;
}

/* An earlier switch goes on as it was. If it cannot be put back, the later one takes back as much. */
static void unset_switch(const struct job *job, int kept, const char *earlier)
{
	if (earlier != NULL) {
		(void)cli_kept_put(kept, job->service, "until", earlier, strlen(earlier));
		return;
	}
	(void)cli_kept_drop(kept, job->service, "until");
	cli_guard_stop(job->service, true);
}

/* `*ret_left`: it failed, and something of it is in force. */
static enum cli_status write_files(struct job *job, int kept, bool *ret_left)
{
	enum cli_status status = job->drop_in ? cli_sshd_put(job, kept, ret_left) : CLI_DONE;

	if (status == CLI_DONE && job->by == NULL) {
		status = cli_place_write(job->cli, &job->place, job->plan.text, job->plan.len, &job->changed);
		if (status != CLI_DONE && !job->changed && job->drop_in)
			*ret_left = cli_sshd_take_back(job, kept) != CLI_DONE;
	}
	job->changed |= status == CLI_DONE;
	return status;
}

enum cli_status cli_protect_put(struct job *job, int kept, unsigned seconds)
{
	enum cli_status status = cli_place_check(job->cli, &job->place);
	size_t len;
	char *earlier = cli_kept_get(kept, job->service, "until", &len);
	bool left = false;

	if (status == CLI_DONE)
		status = forget_switch(job, kept, seconds);
	if (status == CLI_DONE && job->by == NULL && !keep(job, kept))
		status = cli_place_fail_kept(job->cli, errno);
	if (status == CLI_DONE) {
		if (seconds > 0)
			status = set_switch(job, kept, seconds);
		if (status == CLI_DONE)
			status = write_files(job, kept, &left);
		if (seconds > 0 && !job->changed && !left)
			unset_switch(job, kept, earlier);
	}
	if (job->changed) {
		job->by = "protect";
		job->until_s = cli_guard_look_up(job->service);
	}
	free(earlier);
	return status;
}
