/* One description of a frame, for writing and for reading. Private to the codecs of lib/plain and portal/frames. */
#ifndef LIB_FRAME_CODEC_H
#define LIB_FRAME_CODEC_H

#include <stddef.h>

#include <liberations/wire.h>

#include "wire_field.h"

typedef void lbr_code_frame(struct lbr_coder *, void *);

/* As lbr_wire_put_* and lbr_wire_get_*, for a frame of that type. Writing only reads `message`. */
enum lbr_error lbr_codec_put(struct lbr_frame *frame, char type, lbr_code_frame *code, const void *message);
enum lbr_error lbr_codec_get(const struct lbr_frame *frame, char type, lbr_code_frame *code, void *message, size_t size);

/* A field that is no number on the other side: a count or a flag in the width that the structure has. */
unsigned lbr_codec_count(struct lbr_coder *coder, unsigned value, unsigned max);

#endif
