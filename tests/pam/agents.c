/* Agents that are missing, lie, hang or die: denied, in bounded time, never to anybody's profit. */
#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "agents.h"

#define BOUND_MS 12000

static void expect_code(int code, int wanted, const char *what)
{
	expect(code == wanted, "%s: expected %s, got %s", what, stage_code_name(wanted), stage_code_name(code));
}

/* A service whose agent is another program. */
static void service_of_agent(const char *name, const char *agent, const char *arguments)
{
	char line[1024];

	snprintf(line, sizeof(line), "%s/pam_liberations.so agent=%s config=%s socket=%s/none %s", stage_build, agent,
	         stage_world.config, stage_world.dir, arguments);
	world_service(&stage_world, name, "auth required %s\naccount required %s\npassword required %s\n", line, line, line);
}

static void service_of_fake(const char *mode)
{
	char agent[512], service[64];

	snprintf(agent, sizeof(agent), "%s/tests/pam/fake-agent", stage_build);
	snprintf(service, sizeof(service), "fake-%s", mode);
	service_of_agent(service, agent, "");
}

/* All three entry points refuse, each within the bound. */
static void expect_refused(const char *service, int auth)
{
	struct stage stage;
	long begun = stage_now_ms();

	stage_open(&stage, service, "whoever");
	stage_script(&stage, "P", "C", "C", NULL);
	expect_code(pam_authenticate(stage.pamh, 0), auth, service);
	expect(stage_now_ms() - begun < BOUND_MS, "authenticate took %ld ms", stage_now_ms() - begun);
	begun = stage_now_ms();
	expect_code(pam_acct_mgmt(stage.pamh, 0), PAM_PERM_DENIED, "account");
	expect(stage_now_ms() - begun < BOUND_MS, "account took %ld ms", stage_now_ms() - begun);
	stage_close(&stage);
	begun = stage_now_ms();
	stage_open(&stage, service, "whoever");
	stage_script(&stage, "P", "C", "C", NULL);
	expect_code(pam_chauthtok(stage.pamh, 0), PAM_TRY_AGAIN, "change");
	expect(stage_now_ms() - begun < BOUND_MS, "change took %ld ms", stage_now_ms() - begun);
	stage_close(&stage);
}

static void missing(void)
{
	service_of_agent("missing", "/nonexistent/liberations-agent", "");
	expect_refused("missing", PAM_AUTHINFO_UNAVAIL);
	service_of_agent("no-program", stage_world.config, "");
	expect_refused("no-program", PAM_AUTHINFO_UNAVAIL);
	service_of_agent("directory", "/", "");
	expect_refused("directory", PAM_AUTHINFO_UNAVAIL);
}

static void exits(void)
{
	service_of_agent("exits", "/bin/true", "");
	expect_refused("exits", PAM_AUTHINFO_UNAVAIL);
}

static void fake_sanity(void)
{
	struct stage stage;

	service_of_fake("allow");
	stage_open(&stage, "fake-allow", "whoever");
	stage_script(&stage, "P", "C", NULL);
	expect_code(pam_authenticate(stage.pamh, 0), PAM_SUCCESS, "a fake that does it right is believed");
	expect_code(pam_acct_mgmt(stage.pamh, 0), PAM_SUCCESS, "account");
	stage_script(&stage, "V", "-", NULL);
	expect_code(pam_authenticate(stage.pamh, 0), PAM_AUTHINFO_UNAVAIL, "one answer, and not told where to cut it");
	stage_close(&stage);
}

#define FAKE(NAME, MODE)                                                                                                    \
	static void fake_##NAME(void)                                                                                       \
	{                                                                                                                   \
		service_of_fake(MODE);                                                                                      \
		expect_refused("fake-" MODE, PAM_AUTHINFO_UNAVAIL);                                                         \
	}

FAKE(silent, "silent")
FAKE(garbage, "garbage")
FAKE(huge, "huge")
FAKE(zero, "zero")
FAKE(trickle, "trickle")
FAKE(rash, "rash")
FAKE(future, "future")
FAKE(mute, "mute")
FAKE(gone, "gone")
FAKE(killed, "killed")
FAKE(chatty, "chatty")
FAKE(cut, "cut")
FAKE(wrong_serial, "wrong-serial")
FAKE(bit, "bit")
FAKE(echo, "echo")
FAKE(ask_gone, "ask-gone")

/* --- the real agent, killed ----------------------------------------------------------------------------------------------- */

static char own_config[256];

/* A configuration of its own, so that its agents can be told from all others. */
static void own_agents(const char *name)
{
	char text[1024], line[1400];
	int fd = open(stage_world.config, O_RDONLY | O_CLOEXEC);
	ssize_t len = read(fd, text, sizeof(text) - 1);

	expect(len > 0, "no configuration");
	text[len] = '\0';
	close(fd);
	snprintf(own_config, sizeof(own_config), "%s/%s.conf", stage_world.dir, name);
	fd = open(own_config, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	expect(fd >= 0 && write(fd, text, (size_t)len) == len, "%s", own_config);
	close(fd);
	snprintf(line, sizeof(line), "%s/pam_liberations.so agent=%s/liberations-agent config=%s socket=%s/none", stage_build,
	         stage_build, own_config, stage_world.dir);
	world_service(&stage_world, name, "auth required %s\naccount required %s\npassword required %s\nsession required %s\n",
	              line, line, line, line);
}

static void kill_agents(void)
{
	pid_t pids[8];
	int count = agents_of(own_config, pids, 8);

	expect(count == 1, "%d agents", count);
	expect(kill(pids[0], SIGKILL) == 0, "kill: %s", strerror(errno));
}

static void need_root(void)
{
	if (geteuid() != 0)
		proof_skip("an agent lets only root kill it");
}

static void killed_while_asking(void)
{
	struct stage stage;

	need_root();
	own_agents("killed-asking");
	world_set(&stage_world, "killed-asking", "state=pending", NULL);
	stage_open(&stage, "killed-asking", "killed-asking");
	stage.hook = kill_agents;
	stage_script(&stage, "P", "", "#", "N", "N", NULL);
	expect_code(pam_authenticate(stage.pamh, 0), PAM_AUTHINFO_UNAVAIL, "killed while the person was asked");
	expect_code(pam_acct_mgmt(stage.pamh, 0), PAM_PERM_DENIED, "account afterwards");
	expect_code(pam_chauthtok(stage.pamh, 0), PAM_TRY_AGAIN, "change afterwards");
	stage_script(&stage, "P", "", "C", "N", "N", NULL);
	expect_code(pam_authenticate(stage.pamh, 0), PAM_SUCCESS, "a new sign-in: the invitation is as before");
	stage_close(&stage);
}

static void killed_between_calls(void)
{
	struct stage stage;

	need_root();
	own_agents("killed-between");
	world_set(&stage_world, "killed-between", "state=expired", NULL);
	stage_open(&stage, "killed-between", "killed-between");
	stage_script(&stage, "P", "C", "N", "N", NULL);
	expect_code(pam_authenticate(stage.pamh, 0), PAM_SUCCESS, "sign-in");
	kill_agents();
	expect_code(pam_acct_mgmt(stage.pamh, 0), PAM_PERM_DENIED, "a verification that died is not replaced");
	expect_code(pam_chauthtok(stage.pamh, 0), PAM_TRY_AGAIN, "nor in a change");
	expect_code(pam_acct_mgmt(stage.pamh, 0), PAM_PERM_DENIED, "nor later");
	expect_code(pam_setcred(stage.pamh, PAM_ESTABLISH_CRED), PAM_SUCCESS, "setcred");
	expect_code(pam_acct_mgmt(stage.pamh, 0), PAM_PERM_DENIED, "nor after setcred");
	stage_close(&stage);
}

static void none_stays_behind(void)
{
	struct stage stage;
	pid_t pids[8];
	int i, count;

	own_agents("left");
	world_set(&stage_world, "left", "state=own", NULL);
	stage_open(&stage, "left", "left");
	stage_script(&stage, "P", "C", NULL);
	expect_code(pam_authenticate(stage.pamh, 0), PAM_SUCCESS, "sign-in");
	count = agents_of(own_config, pids, 8);
	expect(count == 1, "%d agents while the handle lives", count);
	stage_close(&stage);
	for (i = 0; i < 100 && agents_of(own_config, pids, 8) > 0; i++)
		usleep(20000);
	expect(agents_of(own_config, pids, 8) == 0, "an agent outlives its handle");
}

/* --- a listener that does not do its work --------------------------------------------------------------------------------- */

static void hanging_listener(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char line[1400];
	long begun, took_ms = BOUND_MS;
	int i;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/hanging", stage_world.dir);
	expect(bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 && listen(fd, 16) == 0, "listen");
	snprintf(line, sizeof(line), "auth required %s/pam_liberations.so agent=%s/liberations-agent config=%s socket=%s\n",
	         stage_build, stage_build, stage_world.config, address.sun_path);
	world_service(&stage_world, "hanging", "%s", line);
	for (i = 0; i < 5 && took_ms >= 4500; i++) { /* a busy machine is late now and then, a longer wait every time */
		world_set(&stage_world, "hanging", "state=own", NULL);
		begun = stage_now_ms();
		expect_code(stage_sign_in("hanging", "hanging", "P", "C"), PAM_SUCCESS, "started by the module instead");
		took_ms = stage_now_ms() - begun;
	}
	expect(took_ms < 4500, "took %ld ms", took_ms);
	close(fd);
	world_set(&stage_world, "hanging", "state=own", NULL);
	expect_code(stage_sign_in("hanging", "hanging", "P", "C"), PAM_SUCCESS, "a socket that nobody listens at");
}

/* --- nobody holds an agent while typing ------------------------------------------------------------------------------------ */

static int watched = -1;

static bool somebody_came(void)
{
	int fd = accept4(watched, NULL, NULL, SOCK_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void expect_nobody(void)
{
	expect(!somebody_came(), "connected before everything was answered");
}

/* A listener that is never answered for: what counts is when somebody knocks. */
static void expect_knock_after(const char *what, const char *arguments, int (*call)(pam_handle_t *, int), int prompts)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct stage stage;
	char line[1400];

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s", stage_world.dir, what);
	watched = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	expect(bind(watched, (struct sockaddr *)&address, sizeof(address)) == 0 && listen(watched, 8) == 0, "listen");
	snprintf(line, sizeof(line), "%s/pam_liberations.so agent=/bin/true config=%s socket=%s %s", stage_build,
	         stage_world.config, address.sun_path, arguments);
	world_service(&stage_world, what, "auth required %s\npassword required %s\n", line, line);
	stage_open(&stage, what, "own");
	stage.hook = expect_nobody;
	stage_script(&stage, "#", "#", "#", NULL);
	expect(call(stage.pamh, 0) != PAM_SUCCESS, "%s: success without an agent", what);
	expect(stage.prompts == prompts, "%s: %s", what, stage.transcript);
	expect(somebody_came(), "%s: nobody connected at all", what);
	stage_close(&stage);
	close(watched);
}

static void connects_after_the_answers(void)
{
	expect_knock_after("knock-auth", "", pam_authenticate, 2);
	expect_knock_after("knock-change", "", pam_chauthtok, 2);
}

/* Where some people need not be asked, an agent is asked who they are, and is gone before the first prompt. */
static int agents_while_asked;

static void count_agents(void)
{
	long begun = stage_now_ms();
	pid_t pids[8];

	/* One that was asked who this is may need a moment to end; one that waits for an answer stays. */
	while (agents_of(own_config, pids, 8) > 0 && stage_now_ms() - begun < 3000)
		usleep(1000);
	agents_while_asked += agents_of(own_config, pids, 8);
}

static void no_agent_while_asked(void)
{
	static const char *const names[] = {"held-change", "held-ignore", "held-token"};
	struct stage stage;
	char line[1600];
	size_t i;

	need_root();
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		own_agents(names[i]);
		snprintf(line, sizeof(line), "%s/pam_liberations.so agent=%s/liberations-agent config=%s socket=%s/none %s",
		         stage_build, stage_build, own_config, stage_world.dir,
		         i == 1 ? "unknown=ignore" : i == 2 ? "factors=token password=stack" : "");
		world_service(&stage_world, names[i], "auth required %s\npassword required %s\n", line, line);
		world_set(&stage_world, names[i], i == 2 ? "state=temporary" : "state=own", "age_days=10", NULL);
		stage_open(&stage, names[i], names[i]);
		stage.hook = count_agents;
		agents_while_asked = 0;
		if (i == 2) {
			stage_script(&stage, "", "#", NULL);
			expect(pam_authenticate(stage.pamh, 0) != PAM_SUCCESS, "signed in");
		} else {
			stage_script(&stage, "P", "#", "#", NULL);
			expect(pam_chauthtok(stage.pamh, 0) != PAM_SUCCESS, "changed");
		}
		expect(stage.prompts >= 2, "%s: %s", names[i], stage.transcript);
		/* With the right parts an agent asks for the new password, and may. */
		expect(agents_while_asked == (i == 2 ? 0 : 1), "%s: %d agents stood by", names[i], agents_while_asked);
		stage_close(&stage);
	}
}

const struct proof agent_proofs[] = {
	{"agent_missing", missing},
	{"agent_exits", exits},
	{"agent_fake_that_is_right", fake_sanity},
	{"agent_never_welcomes", fake_silent},
	{"agent_sends_garbage", fake_garbage},
	{"agent_sends_a_huge_length", fake_huge},
	{"agent_sends_an_empty_frame", fake_zero},
	{"agent_trickles", fake_trickle},
	{"agent_allows_before_it_is_asked", fake_rash},
	{"agent_of_another_version", fake_future},
	{"agent_hangs", fake_mute},
	{"agent_leaves", fake_gone},
	{"agent_is_killed", fake_killed},
	{"agent_talks_without_end", fake_chatty},
	{"agent_cuts_its_verdict", fake_cut},
	{"agent_answers_another_request", fake_wrong_serial},
	{"agent_verdict_with_one_bit_off", fake_bit},
	{"agent_sends_the_wrong_kind", fake_echo},
	{"agent_leaves_while_asking", fake_ask_gone},
	{"agent_killed_while_the_person_is_asked", killed_while_asking},
	{"agent_killed_between_two_calls", killed_between_calls},
	{"agent_leaves_with_its_handle", none_stays_behind},
	{"listener_that_hangs_or_is_gone", hanging_listener},
	{"audit_f02_everything_is_answered_before_the_module_connects", connects_after_the_answers},
	{"audit_f02_no_agent_stands_by_while_a_person_types", no_agent_while_asked},
	{NULL, NULL},
};
