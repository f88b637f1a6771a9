#include "thread.h"

#include <pthread.h>

#define STACK_BYTES (512 * 1024)

bool lbr_thread_start(void *(*run)(void *), void *context)
{
	pthread_attr_t attributes;
	pthread_t thread;
	bool started;

	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	started = pthread_create(&thread, &attributes, run, context) == 0;
	pthread_attr_destroy(&attributes);
	return started;
}
