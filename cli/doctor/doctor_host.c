/* The machine under the accounts: directories, key, space, clock. */
#include "doctor.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>

#include <liberations/become.h>

#define SPACE_WARN_MB 100
#define SPACE_CRITICAL_MB 10
#define FILES_WARN 1000
#define FILES_CRITICAL 100

static void say_mode(struct doctor *on, const char *path, mode_t mode, const char *right)
{
	char fix[FINDING_PATH + 32], found[16];

	snprintf(fix, sizeof(fix), "sudo chmod %s %s", right, path);
	snprintf(found, sizeof(found), "%04o", (unsigned)(mode & 07777));
	cli_finding_add(&on->found, FINDING_CRITICAL, "mode", path, 0, fix, TEXT_DOCTOR_MODE, found, right, NULL);
}

static void judge_owner(struct doctor *on, const char *path, const struct stat *st)
{
	const char *user = on->session.settings.user;
	char fix[FINDING_PATH + 96], uid[16];
	struct lbr_owner owner;

	if (lbr_owner_find(user, &owner, NULL) != LBR_OK) {
		cli_finding_add(&on->found, FINDING_CRITICAL, "owner", path, 0, "sudo liberations init",
		                TEXT_DOCTOR_NO_USER, user, NULL);
		return;
	}
	if (owner.uid == st->st_uid)
		return;
	snprintf(fix, sizeof(fix), "sudo chown -R %s%s %s", user, owner.has_gid ? ":" : "", path); /* a number has no login group */
	snprintf(uid, sizeof(uid), "%u", (unsigned)st->st_uid);
	cli_finding_add(&on->found, FINDING_CRITICAL, "owner", path, 0, fix, TEXT_DOCTOR_OWNER, uid, user, NULL);
}

static void look_at_directory(struct doctor *on, const char *below)
{
	char path[FINDING_PATH];
	struct stat st;

	snprintf(path, sizeof(path), "%s%s", on->session.settings.state, below);
	if (lstat(path, &st) != 0 || !S_ISDIR(st.st_mode)) {
		cli_finding_add(&on->found, FINDING_CRITICAL, "state", path, 0, "sudo liberations init",
		                TEXT_DOCTOR_NO_DIRECTORY, NULL);
		return;
	}
	if ((st.st_mode & 077) != 0)
		say_mode(on, path, st.st_mode, "0700");
	judge_owner(on, path, &st);
}

/* A copy is somewhere else, so all that can be seen is that somebody recorded having made one, of this key and not of one before
 * it. */
static void look_at_copy(struct doctor *on, const char *key, const struct stat *st)
{
	char note[FINDING_PATH], fix[FINDING_PATH + 16];
	struct stat noted;

	snprintf(note, sizeof(note), "%s.copied", key);
	snprintf(fix, sizeof(fix), "sudo touch %s", note);
	if (lstat(note, &noted) != 0)
		cli_finding_add(&on->found, FINDING_WARNING, "seal-key", key, 0, fix, TEXT_DOCTOR_NO_COPY, NULL);
	else if (noted.st_mtim.tv_sec < st->st_mtim.tv_sec)
		cli_finding_add(&on->found, FINDING_WARNING, "seal-key", key, 0, fix, TEXT_DOCTOR_OLD_COPY, NULL);
}

static void look_at_key(struct doctor *on)
{
	const char *path = on->session.settings.seal_key;
	char fix[FINDING_PATH + 64];
	struct stat st;

	/* `init` refuses to make another key where there are accounts; it gives the copy its owner and mode. */
	snprintf(fix, sizeof(fix), "sudo cp /a/safe/place/seal.key %s && sudo liberations init", path);
	if (lstat(path, &st) != 0)
		cli_finding_add(&on->found, FINDING_CRITICAL, "seal-key", path, 0, fix, TEXT_DOCTOR_NO_SEAL_KEY, NULL);
	else if (!S_ISREG(st.st_mode) || (st.st_mode & 027) != 0)
		say_mode(on, path, st.st_mode, "0640");
	else
		look_at_copy(on, path, &st);
}

void cli_space_judge(const char *where, unsigned long long free_mb, unsigned long long free_files, struct findings *to)
{
	bool few = free_files < FILES_WARN;
	bool critical = free_mb < SPACE_CRITICAL_MB || free_files < FILES_CRITICAL;
	char number[24];

	if (!few && free_mb >= SPACE_WARN_MB)
		return;
	snprintf(number, sizeof(number), "%llu", few ? free_files : free_mb);
	cli_finding_add(to, critical ? FINDING_CRITICAL : FINDING_WARNING, "space", where, 0, "sudo du -xh / | sort -h | tail",
	                few ? TEXT_STATUS_FILES : TEXT_STATUS_SPACE, number, where, NULL);
}

static void look_at_space(struct doctor *on)
{
	struct statvfs found;

	if (statvfs(on->session.settings.state, &found) == 0)
		cli_space_judge(on->session.settings.state, (unsigned long long)found.f_bavail * found.f_frsize / 1000000,
		                found.f_files > 0 ? found.f_favail : ULLONG_MAX, &on->found);
}

void cli_clock_judge(bool synchronised, struct findings *to)
{
	if (!synchronised)
		cli_finding_add(to, FINDING_NOTE, "clock", "", 0, "sudo timedatectl set-ntp true", TEXT_DOCTOR_CLOCK, NULL);
}

void cli_doctor_host(struct doctor *on)
{
	struct timex clock = { .modes = 0 };

	look_at_directory(on, "");
	look_at_directory(on, "/accounts");
	look_at_directory(on, "/counters");
	look_at_directory(on, "/history");
	look_at_key(on);
	look_at_space(on);
	cli_clock_judge(adjtimex(&clock) != TIME_ERROR && (clock.status & STA_UNSYNC) == 0, &on->found);
}
