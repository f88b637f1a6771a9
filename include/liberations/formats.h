/* The versions of what outlives a process, as liberations-formats(5) lists them; the protocol's is in wire.h. A test compares
 * the two, so that no version comes without its row there. */
#ifndef LIBERATIONS_FORMATS_H
#define LIBERATIONS_FORMATS_H

#define LBR_ACCOUNT_VERSION 4 /* the newest; 3 and 4 are written only where 2 does not do */
#define LBR_COUNTERS_VERSION 3
#define LBR_HISTORY_VERSION 1
#define LBR_NOTICE_VERSION 1
#define LBR_MESSAGE_VERSION 1
#define LBR_EXPORT_VERSION 1
#define LBR_SESSIONS_VERSION 2
#define LBR_LOCKS_VERSION 2

#endif
