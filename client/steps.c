/* The dialogue with the agent in steps that never wait. */
#include <liberations/client_steps.h>

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <liberations/big_endian.h>

void lbr_steps_open(struct lbr_steps *steps)
{
	memset(steps, 0, sizeof(*steps));
	steps->fd = -1;
}

int lbr_steps_connect(struct lbr_steps *steps, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int saved_errno;

	if (strlen(path) >= sizeof(address.sun_path))
		return ENAMETOOLONG;
	memcpy(address.sun_path, path, strlen(path) + 1);
	steps->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (steps->fd < 0)
		return errno;
	if (connect(steps->fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return 0;
	saved_errno = errno;
	lbr_steps_close(steps);
	return saved_errno;
}

void lbr_steps_close(struct lbr_steps *steps)
{
	if (steps->fd >= 0)
		close(steps->fd);
	lbr_wipe(steps, sizeof(*steps));
	steps->fd = -1;
}

/* A frame with a person's answers fits into an empty socket, and an agent that reads keeps it empty: no need to wait. */
static enum lbr_error send_whole(struct lbr_steps *steps, struct lbr_frame *frame, enum lbr_error error)
{
	if (error == LBR_OK && steps->fd < 0)
		error = LBR_ERR_ABSENT;
	if (error == LBR_OK)
		error = lbr_frame_send(steps->fd, frame, 0);
	lbr_frame_wipe(frame);
	return error;
}

enum lbr_error lbr_steps_greet(struct lbr_steps *steps, const struct lbr_hello *hello)
{
	struct lbr_hello said = *hello;
	struct lbr_frame frame;

	said.version = LBR_WIRE_VERSION;
	return send_whole(steps, &frame, lbr_wire_put_hello(&frame, &said));
}

/* A person is asked back about one request alone. */
static bool is_its_turn(const struct lbr_steps *steps, const struct lbr_request *request)
{
	return steps->waiting == 0 ||
	       (steps->standings && request->kind == LBR_REQUEST_STANDING && steps->waiting < LBR_STEPS_WAITING_MAX);
}

enum lbr_error lbr_steps_request(struct lbr_steps *steps, const struct lbr_request *request)
{
	struct lbr_request said = *request;
	struct lbr_frame frame;
	enum lbr_error error = LBR_ERR_RANGE;

	if (is_its_turn(steps, request)) {
		said.serial = ++steps->serial;
		error = send_whole(steps, &frame, lbr_wire_put_request(&frame, &said));
		steps->waiting += error == LBR_OK;
		steps->standings = request->kind == LBR_REQUEST_STANDING;
	}
	lbr_wipe(&said, sizeof(said));
	return error;
}

enum lbr_error lbr_steps_answer(struct lbr_steps *steps, const struct lbr_answer *answer)
{
	struct lbr_frame frame;

	return steps->waiting > 0 ? send_whole(steps, &frame, lbr_wire_put_answer(&frame, answer)) : LBR_ERR_RANGE;
}

/* Reads up to `len` bytes of a part of which `done` have arrived. */
static enum lbr_error read_part(int fd, unsigned char *bytes, size_t len, size_t *done)
{
	while (*done < len) {
		ssize_t got = recv(fd, bytes + *done, len - *done, MSG_DONTWAIT);

		if (got == 0)
			return LBR_ERR_ABSENT;
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return LBR_ERR_BUSY;
		if (got < 0)
			return errno == ECONNRESET ? LBR_ERR_ABSENT : LBR_ERR_SYSTEM;
		*done += (size_t)got;
	}
	return LBR_OK;
}

/* The next whole frame, in steps->frame. */
static enum lbr_error read_frame(struct lbr_steps *steps)
{
	enum lbr_error error = LBR_OK;
	size_t len, done;

	if (steps->got < sizeof(steps->word))
		error = read_part(steps->fd, steps->word, sizeof(steps->word), &steps->got);
	if (error != LBR_OK)
		return error;
	len = (size_t)lbr_big_endian_get(steps->word, sizeof(steps->word));
	if (len == 0 || len > LBR_FRAME_MAX)
		return LBR_ERR_SYNTAX;
	done = steps->got - sizeof(steps->word);
	error = read_part(steps->fd, steps->frame.bytes, len, &done);
	steps->got = sizeof(steps->word) + done;
	if (error == LBR_OK)
		steps->frame.len = len;
	return error;
}

static enum lbr_error take_welcome(struct lbr_steps *steps)
{
	struct lbr_welcome welcome = { 0 };
	enum lbr_error error = lbr_wire_get_welcome(&steps->frame, &welcome);

	steps->greeted = error == LBR_OK && welcome.version == LBR_WIRE_VERSION;
	steps->rules = welcome.rules;
	return steps->greeted ? LBR_OK : LBR_ERR_SYNTAX;
}

static enum lbr_error take_frame(struct lbr_steps *steps, struct lbr_heard *heard)
{
	enum lbr_error error = LBR_ERR_SYNTAX;

	if (steps->waiting == 0)
		return error;
	heard->type = (enum lbr_frame_type)lbr_frame_type(&steps->frame);
	if (heard->type == LBR_FRAME_SAY)
		error = lbr_wire_get_say(&steps->frame, &heard->say);
	else if (heard->type == LBR_FRAME_ASK)
		error = lbr_wire_get_ask(&steps->frame, &heard->ask);
	else if (heard->type == LBR_FRAME_REPLY)
		error = lbr_wire_get_reply(&steps->frame, &heard->reply);
	if (error == LBR_OK && heard->type == LBR_FRAME_REPLY) {
		if (heard->reply.serial != steps->serial - --steps->waiting)
			error = LBR_ERR_SYNTAX;
	}
	return error;
}

enum lbr_error lbr_steps_next(struct lbr_steps *steps, struct lbr_heard *heard)
{
	enum lbr_error error = LBR_OK;
	bool greeting = true;

	lbr_wipe(heard, sizeof(*heard));
	while (error == LBR_OK && greeting) {
		greeting = !steps->greeted;
		error = steps->fd >= 0 ? read_frame(steps) : LBR_ERR_ABSENT;
		if (error == LBR_OK) {
			error = greeting ? take_welcome(steps) : take_frame(steps, heard);
			lbr_frame_wipe(&steps->frame);
			steps->got = 0;
		}
	}
	if (error != LBR_OK)
		lbr_wipe(heard, sizeof(*heard));
	return error;
}
