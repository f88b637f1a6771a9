#include "support/shared_store.h"

#include <check.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/scratch_store.h"

bool shared_store_is_there(void)
{
	return getenv("LBR_SHARED_STORE_CONF") != NULL && getenv("LBR_BROKER") != NULL;
}

static int start_broker(void)
{
	int pair[2];
	pid_t child;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		if (dup2(pair[1], STDIN_FILENO) == STDIN_FILENO)
			execl(getenv("LBR_BROKER"), "liberations-store", "--config", getenv("LBR_SHARED_STORE_CONF"), "--admin", (char *)NULL);
		_exit(127);
	}
	close(pair[1]);
	return pair[0];
}

static int remove_it(void *context, const char *name, const struct lbr_reason *reason)
{
	(void)reason;
	ck_assert_int_eq(lbr_store_remove(context, name, NULL), LBR_OK);
	return 0;
}

struct lbr_store *shared_store_enter(struct lbr_keyring *keyring)
{
	const struct lbr_broker broker = {.path = "", .fd = start_broker()};
	struct lbr_reason reason = {.text = ""};
	struct lbr_store *store;
	enum lbr_error error;

	ck_assert_int_eq(lbr_store_open_shared(&broker, keyring, scratch_now_s, &store, &reason), LBR_OK);
	error = lbr_store_found(store, 1, &reason);
	ck_assert_msg(error == LBR_OK || error == LBR_ERR_EXISTS, "%s", reason.text);
	ck_assert_msg(lbr_store_list_names(store, remove_it, store, &reason) == LBR_OK, "%s", reason.text);
	return store;
}
