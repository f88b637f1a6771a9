/* nginx's ways to an application, and what guards them. */
#ifndef CLI_DOCTOR_NGINX_H
#define CLI_DOCTOR_NGINX_H

#include "proxy.h"

#define NGINX_TARGET 256

/* How a request leaves: "proxy_pass", "proxy_set_header", "proxy_pass_request_headers". */
struct nginx_kind {
	const char *pass, *set, *all;
	bool        cgi; /* fields are parameters: HTTP_REMOTE_USER */
};

enum nginx_guard { GUARD_NONE, GUARD_PAM, GUARD_GATE };

struct nginx_way {
	const struct proxy_node *server, *scope, *pass;
	const struct proxy_node *asked; /* the block whose sign-in guards it: its own, or the one that hands requests to it */
	const struct nginx_kind *kind;
	enum nginx_guard         guard;
	const struct proxy_node *upstream; /* the block that has the target's name, or NULL */
	char                     target[NGINX_TARGET], path[NGINX_TARGET]; /* "127.0.0.1:8080", and "/" or "" */
};

struct nginx_field {
	bool                     visitors; /* what a visitor sends arrives */
	const char              *value;    /* as written; NULL: no line says */
	const struct proxy_node *at;       /* that line */
};

struct nginx_judging {
	struct doctor           *doctor;
	const struct proxy_node *root, *http;
	struct nginx_way        *ways; /* what has no `pass` hands its requests to another location of the server */
	unsigned                 count, room;
};

/* nginx_scope.c. The block that has lines of that name, the nearest: nginx inherits all such lines or none. */
const struct proxy_node *cli_nginx_level(const struct proxy_node *scope, const char *name);
/* What the nearest line of that name says; where there is none, both are false. */
bool cli_nginx_is_on(const struct proxy_node *scope, const char *name);
bool cli_nginx_is_off(const struct proxy_node *scope, const char *name);
/* What guards the block. A PAM service without pam_liberations guards nothing here. */
enum nginx_guard cli_nginx_guard(const struct nginx_judging *on, const struct proxy_node *server, const struct proxy_node *scope);
/* The variable with the name that the gate answered: "$liberations_user"; "" if none has it. */
const char *cli_nginx_gate_name(const struct proxy_node *scope);
/* The way that leaves from the block itself. False: none does. */
bool cli_nginx_way(const struct nginx_judging *on, const struct proxy_node *server, const struct proxy_node *scope,
                   struct nginx_way *ret);

/* nginx_handed.c. Whether the block hands to another location what it has no file for, as try_files does; `*ret` is that way. */
bool cli_nginx_hands_over(const struct nginx_judging *on, const struct proxy_node *server, const struct proxy_node *scope,
                          struct nginx_way *ret);
/* Gives ways that only a guarded block hands requests to its guard, and judges those that visitors can ask for themselves. */
void cli_nginx_settle_handed(const struct nginx_judging *on);

/* nginx_target.c. Finds target, path and upstream of a way that has its scope and its pass. */
void cli_nginx_lead(const struct nginx_judging *on, struct nginx_way *way);
/* The portal's gate answers below /authz/. That of other programs lies deeper: /api/authz/. */
bool cli_nginx_is_gate(const struct nginx_way *way);
bool cli_nginx_is_pages(const struct nginx_way *way);
/* Whether the two lead to one application. */
bool cli_nginx_is_same(const struct nginx_way *one, const struct nginx_way *other);

/* nginx_field.c. A field of the request that leaves: the header "Remote-User", or a parameter of CGI by its own name, which has
 * an underscore: "REMOTE_USER", "HTTP_COOKIE". */
struct nginx_field cli_nginx_field(const struct nginx_way *way, const char *name);
/* Whether the value is a name that the guard has proven. */
bool cli_nginx_is_proven(const struct nginx_way *way, const char *value);
/* The command that gives the field, or the parameter, that value: "\"\"". */
const char *cli_nginx_fix_field(const struct nginx_way *way, const char *name, const char *value, char ret[PROXY_FIX]);

/* The judges. nginx_pam.c, nginx_gate.c, nginx_others.c (ways without a guard to what others guard). */
void cli_nginx_judge_pam(const struct nginx_judging *on, const struct proxy_node *directive);
void cli_nginx_judge_password(const struct nginx_judging *on, const struct nginx_way *way);
void cli_nginx_judge_tls(const struct nginx_judging *on, const struct proxy_node *server);
void cli_nginx_judge_gated(const struct nginx_judging *on, const struct nginx_way *way);
void cli_nginx_judge_portal(const struct nginx_judging *on, const struct nginx_way *way);
void cli_nginx_judge_others(const struct nginx_judging *on, const struct nginx_way *way);

#define NGINX_CHECK "nginx"
#define nginx_say(on, level, node, fix, ...) \
	cli_finding_add(&(on)->doctor->found, level, NGINX_CHECK, (node)->path, (node)->line, fix, __VA_ARGS__, NULL)

#endif
