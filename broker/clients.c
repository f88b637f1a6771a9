/* Who asks at the moment. Read clients.h first. */
#include "clients.h"

#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "broker_confine.h"
#include "broker_log.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* of all that follows */
static pthread_cond_t  left;
static int             fds[LBR_BROKER_CLIENTS_MAX]; /* plus one; 0: free */
static int             count;
static bool            full, ending;

void lbr_clients_begin(void)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&left, &attributes);
	pthread_condattr_destroy(&attributes);
}

/* Needs the mutex. One line when it begins, and none again before half of them have left. */
static void note_full(void)
{
	if (!full)
		lbr_broker_log(LOG_WARNING, "%d programs ask at the same time: others are turned away", LBR_BROKER_CLIENTS_MAX);
	full = true;
}

int lbr_clients_enter(int fd)
{
	int place = -1, at;

	pthread_mutex_lock(&mutex);
	for (at = 0; at < LBR_BROKER_CLIENTS_MAX && place < 0 && !ending; at++)
		if (fds[at] == 0)
			place = at;
	if (place >= 0) {
		fds[place] = fd + 1;
		count++;
	} else if (!ending) {
		note_full();
	}
	pthread_mutex_unlock(&mutex);
	return place;
}

void lbr_clients_leave(int place)
{
	pthread_mutex_lock(&mutex);
	(void)close(fds[place] - 1);
	fds[place] = 0;
	count--;
	if (count <= LBR_BROKER_CLIENTS_MAX / 2)
		full = false;
	pthread_cond_signal(&left);
	pthread_mutex_unlock(&mutex);
}

bool lbr_clients_end(int64_t until_ms)
{
	struct timespec until = {.tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000};
	int at, waited = 0;
	bool all;

	pthread_mutex_lock(&mutex);
	ending = true;
	for (at = 0; at < LBR_BROKER_CLIENTS_MAX; at++)
		if (fds[at] != 0)
			(void)shutdown(fds[at] - 1, SHUT_RD);
	while (count > 0 && waited != ETIMEDOUT)
		waited = pthread_cond_timedwait(&left, &mutex, &until);
	all = count == 0;
	pthread_mutex_unlock(&mutex);
	return all;
}
