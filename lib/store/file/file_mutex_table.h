/* How the file `locks` looks in memory. Private to lib/store/file. */
#ifndef LIB_FILE_MUTEX_TABLE_H
#define LIB_FILE_MUTEX_TABLE_H

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

#include <liberations/name.h>

#include "file_mutex.h"

#define LBR_MUTEXES 1024
#define LBR_SHARD_MUTEXES 256 /* the first of them */
#define LBR_BOOT_ID_LEN 36
#define LBR_MUTEX_SALT_LEN 16

struct lbr_mutex {
	_Alignas(64) pthread_mutex_t mutex;
	/* Read by those who wait, without the mutex: `since_ms` and `late_ms` are the holder's once `holder` is. */
	_Atomic pid_t    holder;   /* 0: none; may be one that died */
	_Atomic int64_t  since_ms; /* CLOCK_MONOTONIC */
	_Atomic int32_t  late_ms;  /* after so long the holder is late */
	atomic_bool      orphaned; /* a holder died, and what it wrote was not settled since */
	char             kind[8];  /* what the last holder took: the same mutex serves several names */
	char             name[LBR_NAME_MAX + 1];
};

/* Other processes see the same words, so no lock of the C library may stand beside them. */
static_assert(ATOMIC_LLONG_LOCK_FREE == 2 && ATOMIC_INT_LOCK_FREE == 2 && ATOMIC_BOOL_LOCK_FREE == 2, "words that no lock guards");

/* Valid for one boot and one file: a copy from a backup could bear the marks of holders that never existed here. */
struct lbr_mutex_mark {
	char     magic[8];
	char     boot_id[LBR_BOOT_ID_LEN];
	uint64_t inode;
};

struct lbr_mutex_table {
	struct lbr_mutex_mark mark; /* written last */
	unsigned char         salt[LBR_MUTEX_SALT_LEN];
	struct lbr_mutex      mutexes[LBR_MUTEXES];
};

struct lbr_mutexes {
	struct lbr_orphanage    orphanage;
	int                     fd;
	struct lbr_mutex_table *table;
};

#endif
