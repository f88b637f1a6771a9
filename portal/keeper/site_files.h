/* A site's logo and style sheet: read once, at the start, and handed to the pages as memory that cannot be changed. */
#ifndef PORTAL_SITE_FILES_H
#define PORTAL_SITE_FILES_H

#include <stdbool.h>

#include <liberations/error.h>

#include "page_frames.h"
#include "portal_settings.h"

#define LBR_SITE_FILE_MAX (256 * 1024)

struct lbr_site_file {
	int                fd; /* sealed; 0: none */
	enum lbr_tell_kind kind; /* PNG, SVG or CSS, by what it holds */
};

struct lbr_site_files {
	struct lbr_site_file logo, style;
};

/* Reads one; "": none, and `ret` stays as it is. Errors as below. */
enum lbr_error lbr_site_file_load(const char *path, bool logo, struct lbr_site_file *ret, struct lbr_reason *reason);

/* Reads those of all sites; `ret` has LBR_SITES_MAX places. A file must be a regular one of at most LBR_SITE_FILE_MAX bytes: a PNG
 * or an SVG as the logo, UTF-8 text as the style sheet. LBR_ERR_UNSAFE, _RANGE, _SYNTAX, _SYSTEM. */
enum lbr_error lbr_site_files_load(const struct lbr_portal_settings *settings, struct lbr_site_files *ret,
                                   struct lbr_reason *reason);

#endif
