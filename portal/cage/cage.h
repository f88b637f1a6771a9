/* The cage of the processes that read HTTP: they keep the descriptors that they were given, and get no others. */
#ifndef PORTAL_CAGE_H
#define PORTAL_CAGE_H

#include <liberations/error.h>

#define LBR_CAGE_MEMORY (64UL << 20)

/* The doors of a cage. None is 0. */
enum lbr_cage_door {
	LBR_CAGE_ACCEPTS = 1 << 0,  /* connections from a socket that it listens on already */
	LBR_CAGE_CONNECTS = 1 << 1, /* to sockets of this machine (AF_UNIX), and to no network */
	LBR_CAGE_ALARM = 1 << 2,    /* setitimer(2), ITIMER_REAL, until lbr_cage_keep_alarm() */
};

/* Bounds the process before it reads its first byte: no core file, not dumpable, no new privileges, LBR_CAGE_MEMORY of memory,
 * no new process, no file, no connection and no alarm but through the `doors`. Any other system call ends it.
 * Call it with one thread, once everything is allocated that needs more. LBR_ERR_SYSTEM: the kernel refused; exit.
 * LBR_ERR_ABSENT: this kernel or processor filters no system calls. */
enum lbr_error lbr_cage(unsigned doors, struct lbr_reason *reason);

/* Shuts the door LBR_CAGE_ALARM: the alarm that is set can be neither stopped nor put off, and no caged process can block its
 * signal. Errors as above. */
enum lbr_error lbr_cage_keep_alarm(struct lbr_reason *reason);

/* From here on the kernel kills this process when its parent ends, which alone holds the other end of the socket `keeper`. Within
 * the cage nothing can change that. LBR_ERR_ABSENT: the parent has ended already. LBR_ERR_SYSTEM: the kernel refused; exit. */
enum lbr_error lbr_cage_end_with(int keeper, struct lbr_reason *reason);

#endif
