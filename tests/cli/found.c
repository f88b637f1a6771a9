/* What `liberations store init` does, for worlds of two hosts: found BROKER STORE.CONF SEAL.KEY */
#include <liberations/keyring.h>
#include <liberations/store.h>

#include <stdio.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int64_t now_s(void)
{
	return time(NULL);
}

int main(int argc, char **argv)
{
	struct lbr_broker broker = {.path = ""};
	struct lbr_reason reason = {.text = ""};
	struct lbr_keyring *keyring;
	struct lbr_store *store = NULL;
	enum lbr_error error;
	struct stat key;
	int pair[2];

	if (argc != 4 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return 2;
	if (fork() == 0) {
		if (dup2(pair[1], STDIN_FILENO) == STDIN_FILENO)
			execl(argv[1], "liberations-store", "--admin", "--config", argv[2], (char *)NULL);
		_exit(127);
	}
	close(pair[1]);
	broker.fd = pair[0];
	if (stat(argv[3], &key) != 0 || setegid(key.st_gid) != 0)
		return 2;
	error = lbr_keyring_load(argv[3], &keyring, &reason);
	if (error == LBR_OK)
		error = lbr_store_open_shared(&broker, keyring, now_s, &store, &reason);
	if (error == LBR_OK)
		error = lbr_store_found(store, 1, &reason);
	lbr_store_close(store);
	if (error != LBR_OK)
		fprintf(stderr, "%s\n", reason.text);
	return error == LBR_OK ? 0 : 1;
}
