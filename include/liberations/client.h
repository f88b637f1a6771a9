/* The only client of the dialogue with the agent, for the module, the command and every other program that acts for a person.
 * wire.h describes the protocol. It knows nothing of terminals, logs or PAM, and links libc alone.
 *
 *     lbr_client_init
 *     lbr_client_connect or lbr_client_start
 *     lbr_client_greet
 *     lbr_client_request      any number, one at a time
 *     lbr_client_close
 *
 * A wait for the agent lasts at most `wait_ms`, however many frames arrive. It begins with each request and each answer, and ends
 * with the next question or the reply; texts do not extend it. Time spent in the callbacks belongs to the person and does not
 * count.
 */
#ifndef LIBERATIONS_CLIENT_H
#define LIBERATIONS_CLIENT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <liberations/error.h>
#include <liberations/secret.h>
#include <liberations/wire.h>

#define LBR_CLIENT_FRAMES_MAX 128 /* texts and questions in one request; an agent that sends more is broken */

struct lbr_client {
	int      fd;      /* -1: not connected */
	pid_t    child;   /* the agent started by lbr_client_start; 0: none */
	int      wait_ms; /* LBR_MACHINE_WAIT_MS; the caller may set another bound before each call */
	bool     older;   /* speak the version before; lbr_client_greet says when that is worth another connection */
	bool     refused; /* the last greeting: the agent serves nobody, and has logged why */
	uint64_t version; /* spoken since the greeting */
	uint64_t serial;  /* of the last request on this connection */
	/* The rest is private, and holds nothing between two calls. */
	int64_t           left_ms; /* of the current wait */
	struct lbr_frame  frame;
	struct lbr_answer answer;
	union {
		struct lbr_say say;
		struct lbr_ask ask;
	} heard;
};

/* How the caller talks to the person. Texts and answer are wiped as soon as the callback has returned and the answer has been
 * sent. */
struct lbr_client_callbacks {
	/* Shows a question and reads the answer into `ret`, which is empty at first. False: no answer; `ret` is then wiped. */
	bool (*ask)(void *context, enum lbr_ask_purpose purpose, bool echo, const char *text, struct lbr_secret *ret);
	/* Shows a text; `error`: it is an error message. */
	void (*say)(void *context, bool error, const char *text);
	void *context;
};

/* Sets the client to not connected. Call it before anything else, lbr_client_close included. */
void lbr_client_init(struct lbr_client *client);

/* Connects to the listener at `path`; `wait_ms` covers this and the greeting that follows. The client must not be connected yet.
 * Returns 0 or an errno; ETIMEDOUT: the listener's queue stayed full. */
int lbr_client_connect(struct lbr_client *client, const char *path);

/* Starts the program `agent` for this client, with the configuration file `config`; "": its default. The client must not be
 * connected yet. Returns 0 or an errno. */
int lbr_client_start(struct lbr_client *client, const char *agent, const char *config);

/* Makes a connected pair, for callers that start the agent themselves: the client keeps one end, the caller passes on and closes
 * the other. The client must not be connected yet. Returns 0 or an errno; `*ret` is -1 on failure. */
int lbr_client_pair(struct lbr_client *client, int *ret);

/* Exchanges hello and welcome; sends its own version in place of `hello->version`, or the one before if `client->older`. Errors as
 * lbr_client_request. An agent of the release before hangs up: `client->older` is then set once, and the caller connects and greets
 * again if it is. */
enum lbr_error lbr_client_greet(struct lbr_client *client, const struct lbr_hello *hello);

/* Sends one request and handles the agent's questions and texts until the reply arrives in `*reply`, which the caller wipes.
 * Sends its own number in place of `request->serial`. LBR_OK means that a reply arrived, not that it allows anything.
 * LBR_ERR_BUSY: the agent stopped answering. LBR_ERR_ABSENT: it disconnected. LBR_ERR_SYNTAX: it broke the protocol.
 * LBR_ERR_RANGE: too many frames, or the request does not fit into one. LBR_ERR_SYSTEM. After any error `*reply` is wiped and the
 * connection is unusable: close it. */
enum lbr_error lbr_client_request(struct lbr_client *client, const struct lbr_request *request,
                                  const struct lbr_client_callbacks *callbacks, struct lbr_reply *reply);

/* Closes the connection. If this client started the agent, waits until it exits, as it may have work left. The client may then
 * be used again. */
void lbr_client_close(struct lbr_client *client);

#endif
