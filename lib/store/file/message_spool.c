/* The spool's directory, its files, and the lock of the one sender. */
#include "message_spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "file_store.h"

#define LOCK_FILE ".lock"
#define RELEASED "released\n"

/* Makes the directory if it is missing, and becomes the sender. */
static enum lbr_error open_to_send(int root, struct lbr_spool *messages, struct lbr_reason *reason)
{
	enum lbr_error error;

	if (mkdirat(root, LBR_SPOOL, 0700) != 0 && errno != EEXIST)
		return lbr_fail_system(reason, errno, LBR_SPOOL ": mkdir");
	if (fsync(root) != 0)
		return lbr_fail_system(reason, errno, LBR_SPOOL ": fsync");
	error = lbr_file_open_dir(root, LBR_SPOOL, true, &messages->dir, reason);
	if (error == LBR_OK)
		error = lbr_file_open_own(messages->dir, LOCK_FILE, O_RDWR | O_CREAT, &messages->turn, reason);
	if (error == LBR_OK && lbr_file_try_lock(messages->turn, 0, 1) != LBR_OK)
		error = lbr_fail_at(reason, LBR_ERR_BUSY, LBR_SPOOL, LBR_WHY(SENDING_ALREADY));
	return error;
}

/* Whether somebody is sending; the turn is given back at once. */
static enum lbr_error look_at_parts(int root, struct lbr_spool *messages, struct lbr_reason *reason)
{
	enum lbr_error error = lbr_file_open_dir(root, LBR_SPOOL, true, &messages->dir, reason);
	int turn = -1;

	if (error == LBR_OK)
		error = lbr_file_open_own(messages->dir, LOCK_FILE, O_RDWR, &turn, reason);
	if (error == LBR_OK && lbr_file_try_lock(turn, 0, 1) != LBR_OK)
		error = lbr_fail_at(reason, LBR_ERR_BUSY, LBR_SPOOL, LBR_WHY(SENDING_ALREADY));
	if (turn >= 0)
		close(turn);
	return error;
}

static enum lbr_error open_without_turn(int root, struct lbr_spool *messages, struct lbr_reason *reason)
{
	return lbr_file_open_dir(root, LBR_SPOOL, true, &messages->dir, reason);
}

typedef enum lbr_error open_parts_of(int root, struct lbr_spool *messages, struct lbr_reason *reason);

static enum lbr_error open_spool(const char *state_dir, const struct lbr_keyring *keyring, open_parts_of *open_them,
                                 struct lbr_spool **ret, struct lbr_reason *reason)
{
	struct lbr_spool *messages;
	enum lbr_error error;
	int root;

	*ret = NULL;
	error = lbr_file_store_open_root(state_dir, &root, reason);
	if (error != LBR_OK)
		return error;
	messages = calloc(1, sizeof(*messages));
	if (messages == NULL) {
		close(root);
		return lbr_fail_at(reason, LBR_ERR_MEMORY, LBR_SPOOL, LBR_WHY(NO_MEMORY));
	}
	*messages = (struct lbr_spool){ .keyring = keyring, .dir = -1, .turn = -1, .sent = -1 };
	error = open_them(root, messages, reason);
	close(root);
	if (error == LBR_OK)
		*ret = messages;
	else
		lbr_messages_close(messages);
	return error;
}

enum lbr_error lbr_messages_open(const char *state_dir, const struct lbr_keyring *keyring, struct lbr_spool **ret,
                                 struct lbr_reason *reason)
{
	return open_spool(state_dir, keyring, open_to_send, ret, reason);
}

enum lbr_error lbr_messages_look(const char *state_dir, const struct lbr_keyring *keyring, struct lbr_spool **ret,
                                 struct lbr_reason *reason)
{
	return open_spool(state_dir, keyring, look_at_parts, ret, reason);
}

enum lbr_error lbr_messages_open_to_drop(const char *state_dir, const struct lbr_keyring *keyring, struct lbr_spool **ret,
                                         struct lbr_reason *reason)
{
	return open_spool(state_dir, keyring, open_without_turn, ret, reason);
}

void lbr_messages_close(struct lbr_spool *messages)
{
	if (messages == NULL)
		return;
	lbr_messages_close_day(messages);
	if (messages->turn >= 0)
		close(messages->turn);
	if (messages->dir >= 0)
		close(messages->dir);
	free(messages);
}

static enum lbr_error write_message(struct lbr_spool *messages, const struct lbr_message *message, bool again,
                                    struct lbr_reason *reason)
{
	char text[LBR_MESSAGE_TEXT_MAX];
	enum lbr_error error;
	size_t len;

	error = lbr_store_need_current(messages->keyring, reason);
	if (error == LBR_OK)
		error = lbr_message_encode(message, messages->keyring, text, &len, reason);
	if (error == LBR_OK && again)
		error = lbr_file_rewrite(messages->dir, message->id, text, len, reason);
	else if (error == LBR_OK)
		error = lbr_file_replace(messages->dir, message->id, text, len, true, reason);
	if (error != LBR_OK)
		lbr_reason_prefix(reason, LBR_SPOOL);
	return error;
}

enum lbr_error lbr_message_put(struct lbr_spool *messages, const struct lbr_message *message, struct lbr_reason *reason)
{
	return write_message(messages, message, false, reason);
}

enum lbr_error lbr_message_rewrite(struct lbr_spool *messages, const struct lbr_message *message, struct lbr_reason *reason)
{
	return write_message(messages, message, true, reason);
}

enum lbr_error lbr_messages_release(struct lbr_spool *messages, const char *run, struct lbr_reason *reason)
{
	char file[LBR_MESSAGE_ID_MAX];

	snprintf(file, sizeof(file), "%.27s" LBR_RELEASE, run);
	return lbr_file_replace(messages->dir, file, RELEASED, strlen(RELEASED), true, reason);
}

enum lbr_error lbr_message_read(struct lbr_spool *messages, const char *id, struct lbr_message *message, struct lbr_reason *reason)
{
	char text[LBR_MESSAGE_TEXT_MAX];
	enum lbr_error error;
	size_t len;
	int fd;

	memset(message, 0, sizeof(*message));
	error = lbr_file_open_own(messages->dir, id, O_RDONLY, &fd, reason);
	if (error == LBR_OK) {
		error = lbr_file_read(fd, text, sizeof(text), &len, id, reason);
		close(fd);
	}
	if (error == LBR_OK) {
		error = lbr_message_decode(text, len, id, messages->keyring, message, reason);
		if (error != LBR_OK)
			lbr_reason_prefix(reason, id);
	}
	if (error != LBR_OK)
		lbr_reason_prefix(reason, LBR_SPOOL);
	return error;
}

enum lbr_error lbr_message_drop(struct lbr_spool *messages, const char *id, struct lbr_reason *reason)
{
	return lbr_file_remove(messages->dir, id, reason);
}
