/* The release that a program or the module belongs to, in an ELF note: it can be read from the file without running it. */
#ifndef LIBERATIONS_RELEASE_H
#define LIBERATIONS_RELEASE_H

#include <stdint.h>

#define LBR_RELEASE_NOTE_NAME "liberations"
#define LBR_RELEASE_NOTE_TYPE 1
#define LBR_RELEASE_MAX 20 /* bytes with the NUL, a multiple of four */

struct lbr_release_note {
	uint32_t name_len, text_len, type;
	char     name[sizeof(LBR_RELEASE_NOTE_NAME)];
	char     text[LBR_RELEASE_MAX]; /* "1.2.3" */
};
_Static_assert(sizeof(LBR_RELEASE_NOTE_NAME) % 4 == 0, "a note's name is padded to four bytes");

/* Defines the note of what is linked, in one of its own files. A linker keeps notes that nothing refers to. */
#define LBR_RELEASE_NOTE(version)                                                                                         \
	static const struct lbr_release_note release_note __attribute__((used, section(".note.liberations"), aligned(4))) = { \
		sizeof(LBR_RELEASE_NOTE_NAME), LBR_RELEASE_MAX, LBR_RELEASE_NOTE_TYPE, LBR_RELEASE_NOTE_NAME, version         \
	}

#endif
