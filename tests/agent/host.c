/* A service with nothing of its own: it loads the module through the real libpam, hands out the answers it was given, keeps
 * no copy of any, and stands still to be looked at.
 *
 *     host SERVICES SERVICE USER STEPS < ANSWERS
 *
 * STEPS, one letter each: a authenticate, m account, c change an expired password, C change, s setcred, e end the handle,
 * f forget the answers that nobody asked for, r become root in every id, w stop until SIGCONT. Each call's code is one line,
 * "a 0". ANSWERS: one a line, in the order of the prompts; a line "!" and the end of the answers are a conversation error, and
 * so is "=", after a stop as at w. */
#include <security/pam_appl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ANSWERS_MAX 4096

static char answers[ANSWERS_MAX];
static size_t answers_len, answers_at;

static void read_answers(void)
{
	ssize_t got;

	while ((got = read(STDIN_FILENO, answers + answers_len, sizeof(answers) - answers_len)) > 0)
		answers_len += (size_t)got;
}

/* Copied byte by byte, so that no register of a string function keeps a part of it. */
static char *take_answer(void)
{
	char *answer = calloc(1, ANSWERS_MAX);
	size_t len = 0;

	while (answer != NULL && answers_at < answers_len) {
		volatile char *from = &answers[answers_at++];
		char byte = *from;

		*from = '\0';
		if (byte == '\n')
			break;
		((volatile char *)answer)[len++] = byte;
	}
	return answer;
}

static int converse(int count, const struct pam_message **messages, struct pam_response **responses, void *data)
{
	struct pam_response *response;

	(void)data;
	*responses = NULL;
	if (count != 1)
		return PAM_CONV_ERR;
	if (messages[0]->msg_style != PAM_PROMPT_ECHO_OFF && messages[0]->msg_style != PAM_PROMPT_ECHO_ON)
		return PAM_SUCCESS;
	if (answers_at < answers_len && answers[answers_at] == '=')
		raise(SIGSTOP);
	if (answers_at == answers_len || answers[answers_at] == '!' || answers[answers_at] == '=')
		return PAM_CONV_ERR;
	response = calloc(1, sizeof(*response));
	if (response == NULL)
		return PAM_BUF_ERR;
	response->resp = take_answer();
	*responses = response;
	return PAM_SUCCESS;
}

static void say(char step, int code)
{
	char line[16];
	int len = snprintf(line, sizeof(line), "%c %d\n", step, code);

	if (write(STDOUT_FILENO, line, (size_t)len) != len)
		_exit(3);
}

static int take_step(pam_handle_t **pamh, char step)
{
	int code;

	switch (step) {
	case 'a':
		return pam_authenticate(*pamh, 0);
	case 'm':
		return pam_acct_mgmt(*pamh, 0);
	case 'c':
		return pam_chauthtok(*pamh, PAM_CHANGE_EXPIRED_AUTHTOK);
	case 'C':
		return pam_chauthtok(*pamh, 0);
	case 's':
		return pam_setcred(*pamh, PAM_ESTABLISH_CRED);
	case 'e':
		code = pam_end(*pamh, PAM_SUCCESS);
		*pamh = NULL;
		return code;
	case 'f':
		explicit_bzero(answers, sizeof(answers));
		return PAM_SUCCESS;
	case 'r':
		return setresuid(0, 0, 0) == 0 ? PAM_SUCCESS : PAM_PERM_DENIED;
	default:
		raise(SIGSTOP);
		return PAM_SUCCESS;
	}
}

int main(int argc, char **argv)
{
	struct pam_conv conversation = {.conv = converse};
	pam_handle_t *pamh = NULL;
	const char *step;

	if (argc != 5)
		return 64;
	read_answers();
	if (pam_start_confdir(argv[2], argv[3], &conversation, argv[1], &pamh) != PAM_SUCCESS)
		return 1;
	for (step = argv[4]; *step != '\0'; step++)
		say(*step, take_step(&pamh, *step));
	return 0;
}
