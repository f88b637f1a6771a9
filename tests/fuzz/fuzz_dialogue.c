/* The whole dialogue on the agent's side, against a real store at the lowest cost, with a judge: no ALLOW without the right
 * password and code of that very account, never twice with one code, never to a peer who may not ask. */
#include "dialogue.h"

#include <stdint.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <liberations/become.h>

static struct world world;
static struct lbr_settings settings;
static struct lbr_keyring *keyring;
static struct lbr_store *store;

/* Root waits for the one who works, and cleans up what that one may not remove. */
static void leave_cleaner(void)
{
	int status = 0;
	pid_t worker = fork();

	fuzz_expect(worker >= 0, "fork");
	if (worker == 0)
		return;
	while (waitpid(worker, &status, 0) < 0)
		continue;
	world_remove(&world);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 70);
}

static void people(void)
{
	world_set(&world, "alice", "uid=5001", "age_days=10", NULL);
	world_set(&world, "bruno", "state=pending", NULL);
	world_set(&world, "carla", "state=disabled", NULL);
	world_set(&world, "denis", "failures=20", "wait=100000000", NULL);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct lbr_reason reason = { .text = "" };
	int i;

	(void)argc;
	(void)argv;
	fixed_now_s = time(NULL);
	for (i = 0; i < 3; i++)
		world_code(WORLD_KEY_HEX, i - 1, codes[i]);
	world_make(&world);
	people();
	leave_cleaner();
	lbr_settings_default(&settings);
	fuzz_expect(lbr_settings_load(world.config, &settings, NULL, NULL) == LBR_OK, "settings");
	fuzz_expect(lbr_become_owner_of(settings.state, settings.user, &reason) == LBR_OK, reason.text);
	fuzz_expect(lbr_keyring_load(settings.seal_key, &keyring, &reason) == LBR_OK, reason.text);
	fuzz_expect(lbr_store_open(settings.state, keyring, lbr_now_s, &store, &reason) == LBR_OK, reason.text);
	keep_store(world.state);
	umask(077);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lbr_session session = {.fd = 3, .settings = &settings, .keyring = keyring, .store = store};

	if (size > 1024)
		return 0;
	restore_store(world.state);
	build_peer(data, size);
	judge_anew();
	session.scope = peer.scope;
	lbr_serve(&session);
	lbr_wipe(&session, sizeof(session));
	return 0;
}
