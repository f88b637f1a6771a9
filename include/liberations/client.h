/* The client of the dialogue with the agent: the only one, for the module, the command and every other program that speaks for
 * a person. wire.h says what crosses. Knows no terminal, no log and no PAM; links libc alone.
 *
 *     lbr_client_init
 *     lbr_client_connect or lbr_client_start
 *     lbr_client_greet
 *     lbr_client_request      any number, one at a time
 *     lbr_client_close
 *
 * A wait for the agent's machine lasts at most `wait_ms`, however many frames come in it. It begins with each request and each
 * answer, and ends with the next question or the reply; texts do not renew it. The time that the callbacks take is the
 * person's, and does not count.
 */
#ifndef LIBERATIONS_CLIENT_H
#define LIBERATIONS_CLIENT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <liberations/error.h>
#include <liberations/secret.h>
#include <liberations/wire.h>

#define LBR_CLIENT_FRAMES_MAX 128 /* texts and questions of one request; an agent that sends more is broken */

struct lbr_client {
	int      fd;      /* -1: not connected */
	pid_t    child;   /* the agent that lbr_client_start started; 0: none */
	int      wait_ms; /* LBR_MACHINE_WAIT_MS; the caller may set another bound before each call */
	uint64_t serial;  /* of the last request on this connection */
	/* The rest is the client's own, and holds nothing between two calls. */
	int64_t           left_ms; /* of the wait under way */
	struct lbr_frame  frame;
	struct lbr_answer answer;
	union {
		struct lbr_say say;
		struct lbr_ask ask;
	} heard;
};

/* How the caller speaks with its person. The texts, and the answer, are wiped as soon as the callback has returned and the
 * answer is on its way. */
struct lbr_client_callbacks {
	/* Shows a question and takes the answer into `ret`, which is empty before. False: there is none; `ret` is then wiped. */
	bool (*ask)(void *context, enum lbr_ask_purpose purpose, bool echo, const char *text, struct lbr_secret *ret);
	/* Shows a text; `error`: a complaint. */
	void (*say)(void *context, bool error, const char *text);
	void *context;
};

/* Not connected. Comes before everything else, also before lbr_client_close. */
void lbr_client_init(struct lbr_client *client);

/* Connects to the listener at `path`, within `wait_ms` together with the greeting that follows. 0, or the errno that says why
 * not; ETIMEDOUT: its queue stayed full. The client is not connected before. */
int lbr_client_connect(struct lbr_client *client, const char *path);

/* Starts the program `agent` for this client, with the configuration file `config`; "": its default. 0, or the errno that says
 * why not. The client is not connected before. */
int lbr_client_start(struct lbr_client *client, const char *agent, const char *config);

/* Makes a connected pair, for callers that start the agent themselves: one end is the client's, the other is the caller's to
 * hand on and close. 0, or the errno that says why not; `*ret` is then -1. The client is not connected before. */
int lbr_client_pair(struct lbr_client *client, int *ret);

/* Exchanges hello and welcome; `hello->version` is filled in. Errors as lbr_client_request. */
enum lbr_error lbr_client_greet(struct lbr_client *client, const struct lbr_hello *hello);

/* Sends one request and serves the agent's questions and texts until the reply, which is left in `*reply`; the caller wipes it.
 * `request->serial` is filled in. LBR_OK says that there is a reply, not that it is a yes.
 * LBR_ERR_BUSY: the agent fell silent. LBR_ERR_ABSENT: it went away. LBR_ERR_SYNTAX: it broke the protocol.
 * LBR_ERR_RANGE: too many frames, or the request does not fit into one. LBR_ERR_SYSTEM. After any of them `*reply` is wiped and the
 * connection is of no use: close it. */
enum lbr_error lbr_client_request(struct lbr_client *client, const struct lbr_request *request,
                                  const struct lbr_client_callbacks *callbacks, struct lbr_reply *reply);

/* Closes the connection; of an agent that this client started also waits for the end: it may have work left. The client may
 * then be used anew. */
void lbr_client_close(struct lbr_client *client);

#endif
