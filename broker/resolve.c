/* The addresses of a name. Read resolve.h first. */
#include "resolve.h"

#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <liberations/monotonic.h>

#include "thread.h"

#define ANSWER_KEPT_MS 5000 /* an answer that came too late for who asked */

struct lookup {
	char                 host[sizeof(((struct lbr_server *)0)->host)]; /* "": free */
	bool                 asking, known;
	int64_t              known_ms;
	enum lbr_error       error;
	struct lbr_addresses found;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* of all that follows */
static pthread_cond_t answered;
static struct lookup lookups[LBR_SERVERS_MAX];

static void begin(void)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&answered, &attributes);
	pthread_condattr_destroy(&attributes);
}

static void add(char *list, size_t size, const char *text)
{
	size_t len = strlen(list);

	(void)snprintf(list + len, size - len, "%s%s", len > 0 ? "," : "", text);
}

static void write_addresses(const char *host, const struct addrinfo *at, struct lbr_addresses *ret)
{
	char text[64];
	int count;

	for (count = 0; at != NULL && count < LBR_ADDRESSES_MAX; at = at->ai_next) {
		if (getnameinfo(at->ai_addr, at->ai_addrlen, text, sizeof(text), NULL, 0, NI_NUMERICHOST) != 0)
			continue;
		add(ret->addresses, sizeof(ret->addresses), text);
		add(ret->names, sizeof(ret->names), host);
		count++;
	}
}

static enum lbr_error ask(const char *host, struct lbr_addresses *ret)
{
	const struct addrinfo wanted = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	int error = getaddrinfo(host, NULL, &wanted, &found);

	if (error == 0) {
		write_addresses(host, found, ret);
		freeaddrinfo(found);
	}
	if (error == 0 && ret->addresses[0] != '\0')
		return LBR_OK;
	return error == EAI_AGAIN ? LBR_ERR_BUSY : LBR_ERR_ABSENT;
}

/* A thread's function. The lookup is its own while it is asking. */
static void *look_up(void *context)
{
	struct lookup *lookup = context;
	struct lbr_addresses found = {.addresses = ""};
	enum lbr_error error = ask(lookup->host, &found);

	pthread_mutex_lock(&mutex);
	lookup->found = found;
	lookup->error = error;
	lookup->asking = false;
	lookup->known = true;
	lookup->known_ms = lbr_monotonic_ms();
	pthread_cond_broadcast(&answered);
	pthread_mutex_unlock(&mutex);
	return NULL;
}

/* Needs the mutex. There are as many places as servers. */
static struct lookup *find(const char *host)
{
	struct lookup *free_one = NULL;
	size_t at;

	for (at = 0; at < LBR_SERVERS_MAX; at++) {
		if (strcmp(lookups[at].host, host) == 0)
			return &lookups[at];
		if (free_one == NULL && lookups[at].host[0] == '\0')
			free_one = &lookups[at];
	}
	if (free_one != NULL)
		(void)snprintf(free_one->host, sizeof(free_one->host), "%s", host);
	return free_one;
}

/* Needs the mutex. */
static enum lbr_error wait_for(struct lookup *lookup, int64_t until_ms, struct lbr_addresses *ret)
{
	struct timespec until = {.tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000};

	while (lookup->asking)
		if (pthread_cond_timedwait(&answered, &mutex, &until) == ETIMEDOUT)
			return LBR_ERR_BUSY;
	*ret = lookup->found;
	lookup->known = false;
	return lookup->error;
}

enum lbr_error lbr_resolve(const char *host, int64_t until_ms, struct lbr_addresses *ret)
{
	enum lbr_error error = LBR_ERR_SYSTEM;
	struct lookup *lookup;

	*ret = (struct lbr_addresses){.addresses = ""};
	(void)pthread_once(&once, begin);
	pthread_mutex_lock(&mutex);
	lookup = find(host);
	if (lookup != NULL && !lookup->asking && !(lookup->known && lbr_monotonic_ms() - lookup->known_ms < ANSWER_KEPT_MS))
		lookup->asking = lbr_thread_start(look_up, lookup);
	if (lookup != NULL && (lookup->asking || lookup->known))
		error = wait_for(lookup, until_ms, ret);
	pthread_mutex_unlock(&mutex);
	return error;
}
