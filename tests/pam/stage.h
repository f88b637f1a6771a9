/* One PAM handle with a scripted person at the other end. */
#ifndef TESTS_PAM_STAGE_H
#define TESTS_PAM_STAGE_H

#include <security/pam_appl.h>
#include <stdbool.h>

#include "proof.h"
#include "world.h"

#define STAGE_ANSWERS_MAX 16
#define STAGE_TRANSCRIPT_MAX 65536

/* The letters that scripts use:  P the right password   X a wrong one   C the right code   W a wrong code   N a new password
 * M another one   S a short one   V a password and code in one   "" empty   - NULL in the response   ~ no response at all
 * ! PAM_CONV_ERR   ? PAM_CONV_AGAIN   @ PAM_ABORT   * a conversation error with a response   # the hook, then the code
 * anything else: itself. */
struct stage {
	pam_handle_t *pamh;
	struct pam_conv conv;
	const char *answers[STAGE_ANSWERS_MAX];
	int         count, next; /* after the last answer: PAM_CONV_ERR */
	int         prompts, echoed, texts;
	bool        rude;        /* texts are answered with PAM_CONV_ERR */
	void      (*hook)(void);
	char        transcript[STAGE_TRANSCRIPT_MAX]; /* "STYLE|TEXT\n" for each message */
};

#define STAGE_NEW "un tout nouveau mot de passe"
#define STAGE_OTHER "encore un autre mot de passe"
#define STAGE_WRONG "ce n'est pas celui-la"

/* The world of this program, and the absolute path of the build directory. */
extern struct world stage_world;
extern char stage_build[256];
void stage_begin(void);

/* Writes a service whose four lines load our module with these further arguments; returns its name. `stack`: further
 * lines behind, or NULL. */
const char *stage_service(const char *name, const char *arguments);
const char *stage_service_with(const char *name, const char *before, const char *arguments, const char *behind);

/* pam_start_confdir; `user` may be NULL. */
void stage_open(struct stage *stage, const char *service, const char *user);
void stage_close(struct stage *stage);

/* A new script, closed by NULL; the transcript starts anew. */
void stage_script(struct stage *stage, ...) __attribute__((sentinel));
void stage_script_list(struct stage *stage, const char *const *answers);

/* Forgets the transcript. */
void stage_reset(struct stage *stage);

/* One whole authenticate on a handle of its own with password and code as two answers. */
int stage_sign_in(const char *service, const char *user, const char *first, const char *second);

/* Milliseconds, monotonic. */
long stage_now_ms(void);

const char *stage_code_name(int code);

#endif
