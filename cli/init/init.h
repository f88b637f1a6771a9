/* `init`: creates system user, directories, configuration, seal key and an empty store. Leaves what already exists unchanged. */
#ifndef CLI_INIT_H
#define CLI_INIT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "admin_session.h"

#define SYSTEM_USER LBR_DEFAULT_USER
#define VERIFY_GROUP "liberations-verify"
#define PORTAL_USER "_liberations-portal"
#define WEB_GROUP "liberations-web"
#define INIT_TEXT_SIZE (LBR_CONFIG_MAX / 4)

/* What --portal made. */
struct init_portal {
	char config[LBR_PATH_MAX], key[LBR_PATH_MAX], state[LBR_PATH_MAX];
	bool new_user, new_group, new_config, new_key, new_state;
	bool repaired_key, repaired_state;
};

struct init_state {
	struct cli         *cli;
	bool                scratch;  /* --config: change nothing system-wide */
	uid_t               uid;      /* who owns the state directory */
	gid_t               gid;
	char                user[64]; /* the same, for a new configuration; "": the default */
	char                issuer[64]; /* for a new configuration; "": the default */
	struct lbr_settings settings;
	bool                new_user, new_group, new_config, new_key, new_state;
	bool                repaired_key, repaired_state; /* owner or mode was wrong */
	struct init_portal  portal;
};

/* Each does one part of `init` and reports what is wrong. */
enum cli_status cli_init_owner(struct init_state *state);  /* init_owner.c */
enum cli_status cli_init_config(struct init_state *state); /* init_config.c */
enum cli_status cli_init_user(struct init_state *state);   /* init_owner.c: the owner that the configuration names */
enum cli_status cli_init_key(struct init_state *state);    /* init_key.c */
enum cli_status cli_init_state(struct init_state *state);  /* init_state.c */

/* init_portal.c: judges the address of --portal before anything is made; then makes the web portal's user, configuration, key and
 * state directory. Both do nothing without --portal. */
enum cli_status cli_init_portal_judge(struct init_state *state);
enum cli_status cli_init_portal(struct init_state *state);

/* init_owner.c: makes a system user, as a member of `group` unless that is NULL, or a system group. False: that failed. */
bool cli_add_user(const char *name, const char *group);
bool cli_add_group(const char *name);

/* Writes a configuration from its template: `directory` is that of the file, links resolved, if it is a scratch one, else NULL.
 * Returns the length of the text. */
typedef size_t init_compose(char text[INIT_TEXT_SIZE], const char *directory, const struct init_state *state);

/* init_config.c: writes the file `path`, unless it exists. Errors as cli_make_file. */
enum lbr_error cli_init_write(const struct init_state *state, const char *path, init_compose *compose, struct lbr_reason *reason);

/* init_key.c: gives a key file that exists its owner (root), group and mode, and says whether they were wrong. A link is never
 * followed. `path` is for the reason. LBR_ERR_UNSAFE, _SYSTEM. */
enum lbr_error cli_repair_key(int parent, const char *name, const char *path, gid_t gid, bool *ret_repaired,
                              struct lbr_reason *reason);

/* init_path.c: opens the directory that contains `path` (absolute or not) and points `*ret_name` at its last component. For root
 * every component of the path must be safe: owned by root, and writable by no other user unless it is sticky; symbolic links must
 * be safe as well. LBR_ERR_SYSTEM, _UNSAFE. The caller closes the descriptor. */
enum lbr_error cli_open_parent(const char *path, int *ret_fd, const char **ret_name, struct lbr_reason *reason);

/* Creates the file `name` in `directory`, durably, and completely or not at all. `gid` -1 leaves the group unchanged.
 * LBR_ERR_EXISTS: the name exists, as a file of any kind; nothing was changed. */
enum lbr_error cli_make_file(int directory, const char *name, const void *bytes, size_t len, gid_t gid, mode_t mode,
                             struct lbr_reason *reason);

#endif
