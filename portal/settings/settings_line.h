/* One line of portal.conf(5), before the grammar sees it. */
#ifndef PORTAL_SETTINGS_LINE_H
#define PORTAL_SETTINGS_LINE_H

#include <stdbool.h>
#include <stddef.h>

/* The length of the first line of `text`, with its line feed. */
size_t lbr_settings_line_len(const char *text, size_t len);

/* The value's place in a line "keyword = value", or NULL. */
const char *lbr_settings_value_of(const char *line, size_t len, const char *keyword);

/* The keyword of a line that belongs to the other kind of part, or NULL. */
const char *lbr_settings_misplaced(const char *line, size_t len, bool in_site);

#endif
