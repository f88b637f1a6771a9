#include "floor.h"

#include <crypt.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sodium.h>

#define SLOT 256

struct floor floor_make(const struct world *world)
{
	struct floor floor = {0};

	snprintf(floor.path, sizeof(floor.path), "%s/floor", world->dir);
	floor.fd = open(floor.path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (floor.fd < 0 || posix_fallocate(floor.fd, 0, 8192) != 0 || fsync(floor.fd) != 0)
		world_die("%s: %s", floor.path, strerror(errno));
	if (crypt_gensalt_rn("$y$", BENCH_COST, NULL, 0, floor.setting, sizeof(floor.setting)) == NULL)
		world_die("no salt");
	return floor;
}

void floor_hash(const struct floor *floor)
{
	void *scratch = NULL;
	int size = 0;

	if (crypt_ra(WORLD_PASSWORD, floor->setting, &scratch, &size) == NULL)
		world_die("crypt_ra");
	free(scratch);
}

double floor_take(struct floor *floor)
{
	static const unsigned char key[crypto_auth_KEYBYTES] = {1};
	unsigned char slot[SLOT] = {0};
	double started = stage_clock();

	floor_hash(floor);
	slot[0] = ++floor->turn;
	crypto_auth(slot + SLOT - crypto_auth_BYTES, slot, SLOT - crypto_auth_BYTES, key);
	if (pwrite(floor->fd, slot, SLOT, floor->turn % 2 ? 4096 : 0) != SLOT || fdatasync(floor->fd) != 0)
		world_die("%s: %s", floor->path, strerror(errno));
	return stage_clock() - started;
}
