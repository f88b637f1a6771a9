/* The judge, and the world as the agent meets it: everything that it does outside of itself and the store is caught at the
 * linker (--wrap). */
#include "dialogue.h"

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define REQUESTS_MAX 10

int64_t fixed_now_s;

static struct lbr_hello heard_hello;
static struct lbr_request heard;
static unsigned requests;
static int newest[2]; /* of alice and bruno: the last accepted code's place in `codes`, from 1 */

static bool was_typed(const char *text)
{
	return memmem(peer.stream, peer.at, text, strlen(text)) != NULL;
}

static bool is_code_typed(void)
{
	return was_typed(codes[0]) || was_typed(codes[1]) || was_typed(codes[2]);
}

/* The place of the code that came with the request, from 1; 0: none of them, or it was asked later. */
static int typed_code(void)
{
	const struct lbr_secret *typed = heard.one_answer ? &heard.password : &heard.code;
	size_t at = heard.one_answer && typed->len > LBR_CODE_DIGITS ? typed->len - LBR_CODE_DIGITS : 0;
	int i;

	for (i = 0; i < 3; i++)
		if (strcmp(typed->bytes + at, codes[i]) == 0)
			return i + 1;
	return 0;
}

static void judge_code(bool bruno)
{
	int place = typed_code();

	if (place == 0)
		return;
	fuzz_expect(place > newest[bruno], "a code was accepted twice, or after a newer one");
	newest[bruno] = place;
}

static bool is_structured(void)
{
	return heard_hello.version >= LBR_WIRE_PAGES && heard_hello.structured;
}

/* Facts are for pages, and of the account whose owner was verified. */
static void judge_facts(const struct lbr_reply *reply)
{
	fuzz_expect(!reply->has_facts || is_structured(), "a client that shows no pages got facts");
	fuzz_expect(!reply->has_facts || reply->status == LBR_STATUS_ALLOW, "facts came with a refusal");
	fuzz_expect(!reply->has_facts || was_typed(WORLD_PASSWORD) || is_code_typed(), "facts came without a proof");
	fuzz_expect(!reply->has_facts || (heard.kind != LBR_REQUEST_AUTHENTICATE && heard.kind != LBR_REQUEST_STANDING),
	            "facts came with another request");
}

static void judge_ask(const struct lbr_ask *ask)
{
	fuzz_expect(ask->structured == is_structured(), "a question has another form than its client");
	fuzz_expect((ask->uri[0] == '\0' && ask->key[0] == '\0' && ask->code_count == 0) || was_typed(WORLD_PASSWORD),
	            "a key or recovery codes were shown without a proof");
}

static void judge(const struct lbr_reply *reply)
{
	bool root = peer.uid == 0, alice = strcmp(heard.user, "alice") == 0, bruno = strcmp(heard.user, "bruno") == 0;
	enum lbr_factors factors = root ? heard_hello.factors : LBR_FACTORS_BOTH;
	bool changing = heard.kind == LBR_REQUEST_CHANGE || reply->changed;

	fuzz_expect(reply->serial == heard.serial, "a reply to another request");
	judge_facts(reply);
	fuzz_expect(reply->old_password.len == 0 || (reply->changed && reply->status == LBR_STATUS_ALLOW &&
	            heard.kind == LBR_REQUEST_CHANGE), "a password in force was handed out");
	fuzz_expect(reply->status != LBR_STATUS_UNKNOWN || (root && heard_hello.unknown == LBR_UNKNOWN_IGNORE),
	            "somebody learnt that an account is unknown");
	if (!root && peer.scope == LBR_SCOPE_OWN && (peer.uid != ALICE_UID || !alice || heard.kind == LBR_REQUEST_STANDING))
		fuzz_expect(reply->status == LBR_STATUS_REFUSED, "a peer was answered about somebody else");
	if (reply->status != LBR_STATUS_ALLOW)
		return;
	fuzz_expect(heard.kind != LBR_REQUEST_STANDING, "a standing was guessed");
	if (heard.kind == LBR_REQUEST_CHANGE && heard.only_expired && !reply->changed)
		return; /* nothing was due, nothing was done */
	fuzz_expect(alice || bruno || (heard.kind == LBR_REQUEST_ACCOUNT && strcmp(heard.user, "denis") == 0),
	            "somebody who cannot sign in was allowed");
	if (heard.kind == LBR_REQUEST_ACCOUNT)
		return;
	fuzz_expect(heard.kind == LBR_REQUEST_AUTHENTICATE || heard.kind == LBR_REQUEST_CHANGE, "no such request");
	if (factors != LBR_FACTORS_TOKEN || changing)
		fuzz_expect(was_typed(WORLD_PASSWORD), "allowed without the password");
	if (factors != LBR_FACTORS_PASSWORD || changing)
		fuzz_expect(is_code_typed(), "allowed without a code");
	if (heard.kind == LBR_REQUEST_AUTHENTICATE && factors != LBR_FACTORS_PASSWORD)
		judge_code(bruno);
	if (heard.kind == LBR_REQUEST_AUTHENTICATE && bruno)
		fuzz_expect(reply->changed || was_typed(NEW_PASSWORD), "an invited person came in without an own password");
}

void judge_anew(void)
{
	requests = 0;
	memset(newest, 0, sizeof(newest));
}

/* --- the world, at the linker -------------------------------------------------------------------------------------------- */

ssize_t __wrap_send(int fd, const void *bytes, size_t len, int flags);
ssize_t __wrap_recv(int fd, void *bytes, size_t len, int flags);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout);
int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *len);
int __wrap_clock_gettime(clockid_t id, struct timespec *now);
int __real_clock_gettime(clockid_t id, struct timespec *now);
int __wrap_clock_nanosleep(clockid_t id, int flags, const struct timespec *due, struct timespec *left);
int __wrap_fdatasync(int fd);
int __wrap_fsync(int fd);
void __wrap_syslog(int priority, const char *format, ...);
enum lbr_error __wrap_lbr_wire_get_hello(const struct lbr_frame *frame, struct lbr_hello *hello);
enum lbr_error __real_lbr_wire_get_hello(const struct lbr_frame *frame, struct lbr_hello *hello);
enum lbr_error __wrap_lbr_wire_get_request(const struct lbr_frame *frame, struct lbr_request *request);
enum lbr_error __real_lbr_wire_get_request(const struct lbr_frame *frame, struct lbr_request *request);
enum lbr_error __wrap_lbr_wire_put_ask(struct lbr_frame *frame, const struct lbr_ask *ask);
enum lbr_error __real_lbr_wire_put_ask(struct lbr_frame *frame, const struct lbr_ask *ask);
enum lbr_error __wrap_lbr_wire_put_reply(struct lbr_frame *frame, const struct lbr_reply *reply);
enum lbr_error __real_lbr_wire_put_reply(struct lbr_frame *frame, const struct lbr_reply *reply);

ssize_t __wrap_send(int fd, const void *bytes, size_t len, int flags)
{
	(void)fd;
	(void)bytes;
	(void)flags;
	return (ssize_t)len;
}

ssize_t __wrap_recv(int fd, void *bytes, size_t len, int flags)
{
	(void)fd;
	(void)flags;
	if (len > peer.len - peer.at)
		len = peer.len - peer.at;
	memcpy(bytes, peer.stream + peer.at, len);
	peer.at += len;
	return (ssize_t)len;
}

int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	(void)timeout;
	fds[0].revents = fds[0].events;
	return (int)count;
}

int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *len)
{
	struct ucred found = {.pid = 1, .uid = peer.uid, .gid = peer.uid};

	(void)fd;
	fuzz_expect(level == SOL_SOCKET && name == SO_PEERCRED && *len == sizeof(found), "another question to the socket");
	memcpy(value, &found, sizeof(found));
	return 0;
}

int __wrap_clock_gettime(clockid_t id, struct timespec *now)
{
	int result = __real_clock_gettime(id, now);

	if (id == CLOCK_REALTIME)
		now->tv_sec = fixed_now_s;
	return result;
}

int __wrap_clock_nanosleep(clockid_t id, int flags, const struct timespec *due, struct timespec *left)
{
	(void)id;
	(void)flags;
	(void)due;
	(void)left;
	return 0;
}

int __wrap_fdatasync(int fd)
{
	(void)fd;
	return 0;
}

int __wrap_fsync(int fd)
{
	(void)fd;
	return 0;
}

void __wrap_syslog(int priority, const char *format, ...)
{
	(void)priority;
	(void)format;
}

enum lbr_error __wrap_lbr_wire_get_hello(const struct lbr_frame *frame, struct lbr_hello *hello)
{
	enum lbr_error error = __real_lbr_wire_get_hello(frame, hello);

	heard_hello = *hello;
	return error;
}

enum lbr_error __wrap_lbr_wire_get_request(const struct lbr_frame *frame, struct lbr_request *request)
{
	enum lbr_error error = requests++ < REQUESTS_MAX ? __real_lbr_wire_get_request(frame, request) : LBR_ERR_SYNTAX;

	heard = *request;
	return error;
}

enum lbr_error __wrap_lbr_wire_put_ask(struct lbr_frame *frame, const struct lbr_ask *ask)
{
	judge_ask(ask);
	return __real_lbr_wire_put_ask(frame, ask);
}

enum lbr_error __wrap_lbr_wire_put_reply(struct lbr_frame *frame, const struct lbr_reply *reply)
{
	judge(reply);
	return __real_lbr_wire_put_reply(frame, reply);
}
