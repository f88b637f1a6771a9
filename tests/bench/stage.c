#include "stage.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <security/pam_appl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <liberations/password.h>
#include <liberations/store.h>

/* A hundred thousand accounts are made in seconds if nothing waits for the disk meanwhile: while this is set, the store's
 * calls of fsync() and fdatasync() in this program do nothing. The agent is another program. */
static bool careless;

int fsync(int fd)
{
	return careless ? 0 : (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
	return careless ? 0 : (int)syscall(SYS_fdatasync, fd);
}

double stage_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void stage_name(unsigned number, char ret[BENCH_NAME_MAX])
{
	snprintf(ret, BENCH_NAME_MAX, "u%07u", number);
}

static void read_key(unsigned char key[LBR_TOKEN_KEY_LEN])
{
	unsigned byte = 0;
	size_t i;

	memset(key, 0, LBR_TOKEN_KEY_LEN);
	for (i = 0; i < LBR_TOKEN_SHORT_LEN; i++) {
		if (sscanf(&WORLD_KEY_HEX[2 * i], "%2x", &byte) != 1)
			world_die("the key");
		key[i] = (unsigned char)byte;
	}
}

bool stage_account(const struct lbr_keyring *keyring, unsigned number, struct lbr_account *ret)
{
	static char hash[sizeof(ret->password_hash)];
	unsigned char key[LBR_TOKEN_KEY_LEN];
	struct lbr_secret password = {0};

	read_key(key);
	memset(ret, 0, sizeof(*ret));
	stage_name(number, ret->name);
	ret->generation = 1;
	ret->password_kind = LBR_PASSWORD_OWN;
	ret->token_kind = LBR_TOKEN_CONFIRMED;
	ret->password_set_s = time(NULL) - 3600;
	if (hash[0] == '\0' && (lbr_secret_set(&password, WORLD_PASSWORD, strlen(WORLD_PASSWORD)) != LBR_OK ||
	                        lbr_password_hash(&password, BENCH_COST, hash) != LBR_OK))
		return false;
	memcpy(ret->password_hash, hash, sizeof(hash));
	return lbr_token_seal(keyring, ret->name, key, &ret->token) == LBR_OK;
}

bool stage_create(struct lbr_store *store, const struct lbr_keyring *keyring, unsigned count, struct lbr_reason *reason)
{
	struct lbr_account account;
	unsigned number;

	careless = true;
	for (number = 0; number < count; number++) {
		if (!stage_account(keyring, number, &account) ||
		    lbr_store_create(store, &(struct lbr_record){.account = &account}, reason) != LBR_OK)
			return false;
	}
	return true;
}

static bool create_all(struct world_place *place, void *context, void *ret, struct lbr_reason *reason)
{
	(void)ret;
	return stage_create(place->store, place->keyring, *(unsigned *)context, reason);
}

static void write_configuration(const struct world *world)
{
	FILE *file = fopen(world->config, "we");

	if (file == NULL)
		world_die("%s: %s", world->config, strerror(errno));
	fprintf(file, "state = %s\nuser = %u\nseal-key = %s\nhash-cost = %d\nlanguage = en\n", world->state, WORLD_OWNER,
	        world->seal_key, BENCH_COST);
	if (fclose(file) != 0)
		world_die("%s: %s", world->config, strerror(errno));
}

static void write_service(const struct world *world, const char *build, const char *name, const char *socket)
{
	char line[1000];

	snprintf(line, sizeof(line), "required %s/pam_liberations.so agent=%s/liberations-agent config=%s socket=%s/%s", build,
	         build, world->config, world->dir, socket);
	world_service(world, name, "auth %s\naccount %s\n", line, line);
}

void stage_make(struct world *world, unsigned count)
{
	const char *build = getenv("LBR_BUILD");
	struct lbr_reason reason = { .text = "" };

	if (build == NULL)
		world_die("LBR_BUILD must name the build directory");
	world_make(world);
	write_configuration(world);
	if (!world_as_owner(world->config, create_all, &count, NULL, 0, &reason))
		world_die("%s", reason.text);
	write_service(world, build, BENCH_ALONE, "none");
	write_service(world, build, BENCH_LISTENER, "agent.sock");
}

static bool listens(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool there;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	there = fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
	close(fd);
	return there;
}

pid_t stage_listen(const struct world *world)
{
	char program[300], agent[sizeof(((struct sockaddr_un *)0)->sun_path)], verify[sizeof(agent)];
	const char *words[] = {program, "--listen", "--config", world->config, "--agent-socket", agent, "--verify-socket", verify, NULL};
	char *const none[] = {NULL};
	int tries;
	pid_t pid;

	snprintf(program, sizeof(program), "%s/liberations-agent", getenv("LBR_BUILD"));
	snprintf(agent, sizeof(agent), "%s/agent.sock", world->dir);
	snprintf(verify, sizeof(verify), "%s/verify.sock", world->dir);
	if (posix_spawn(&pid, program, NULL, NULL, (char *const *)(uintptr_t)words, none) != 0)
		world_die("%s", program);
	for (tries = 0; tries < 500 && !listens(agent); tries++)
		usleep(10000);
	if (tries == 500)
		world_die("the listener does not listen");
	return pid;
}

void stage_stop(pid_t listener)
{
	kill(listener, SIGTERM);
	while (waitpid(listener, NULL, 0) < 0 && errno == EINTR)
		continue;
}

struct answers {
	const char *text[2];
	unsigned    next;
};

static int converse(int count, const struct pam_message **messages, struct pam_response **ret, void *context)
{
	struct answers *answers = context;
	int i;

	*ret = calloc((size_t)count, sizeof(**ret));
	if (*ret == NULL)
		return PAM_BUF_ERR;
	for (i = 0; i < count; i++) {
		if (messages[i]->msg_style != PAM_PROMPT_ECHO_OFF)
			continue;
		if (answers->next >= 2)
			break;
		(*ret)[i].resp = strdup(answers->text[answers->next++]);
	}
	return PAM_SUCCESS;
}

int stage_sign_in(const char *services, const char *service, const char *user, const char *password, const char *code,
                  double *ret_s)
{
	char digits[LBR_NAME_MAX];
	struct answers answers = {{password, code != NULL ? code : digits}, 0};
	struct pam_conv conversation = {converse, &answers};
	pam_handle_t *handle = NULL;
	double started;
	int result;

	world_code(WORLD_KEY_HEX, 0, digits);
	if (pam_start_confdir(service, user, &conversation, services, &handle) != PAM_SUCCESS)
		world_die("pam_start_confdir");
	started = stage_clock();
	result = pam_authenticate(handle, 0);
	if (result == PAM_SUCCESS)
		result = pam_acct_mgmt(handle, 0);
	if (ret_s != NULL)
		*ret_s = stage_clock() - started;
	pam_end(handle, result);
	return result;
}
