/* A configuration or an argument that is not right denies everywhere, and asks nobody for a password. */
#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void expect_code(int code, int wanted, const char *what, const char *fault)
{
	expect(code == wanted, "%s, %s: expected %s, got %s", fault, what, stage_code_name(wanted), stage_code_name(code));
}

#define SIGN_IN_LATER "Signing in is not possible right now. Try again in a few minutes."
#define CHANGE_LATER "This is not possible right now. Tell your administrator."

/* Once for each call, as the last thing shown: not everybody's mistake. */
static void expect_told(struct stage *stage, const char *text, const char *what, const char *fault)
{
	char wanted[128];
	size_t len = strlen(stage->transcript), tail;

	tail = (size_t)snprintf(wanted, sizeof(wanted), "3|%s\n", text);
	expect(stage->texts == 1 && len >= tail && strcmp(stage->transcript + len - tail, wanted) == 0, "%s, %s: told %d texts: %s",
	       fault, what, stage->texts, stage->transcript);
	stage_reset(stage);
}

static void expect_refused(const char *service, const char *fault, bool before_prompts)
{
	struct stage stage;

	setenv("LC_ALL", "C", 1); /* a broken configuration names no language */
	stage_open(&stage, service, service);
	stage_script(&stage, "P", "C", NULL);
	expect_code(pam_authenticate(stage.pamh, 0), PAM_AUTHINFO_UNAVAIL, "authenticate", fault);
	expect(!before_prompts || stage.prompts == 0, "%s: asked %d times", fault, stage.prompts);
	expect_told(&stage, SIGN_IN_LATER, "authenticate", fault);
	expect_code(pam_acct_mgmt(stage.pamh, 0), PAM_PERM_DENIED, "account", fault);
	expect_told(&stage, SIGN_IN_LATER, "account", fault);
	stage_script(&stage, "P", "C", NULL);
	expect_code(pam_chauthtok(stage.pamh, 0), PAM_TRY_AGAIN, "change", fault);
	expect_told(&stage, CHANGE_LATER, "change", fault);
	stage_close(&stage);
}

static char good[1024], path[256];

static void write_config(const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	expect(fd >= 0 && write(fd, text, len) == (ssize_t)len && fchmod(fd, 0644) == 0, "%s: %s", path, strerror(errno));
	close(fd);
}

/* A service with a configuration file of its own, first a good one. */
static void begin(const char *name)
{
	char line[1400];
	int fd = open(stage_world.config, O_RDONLY | O_CLOEXEC);
	ssize_t len = read(fd, good, sizeof(good) - 1);

	expect(len > 0, "no configuration");
	good[len] = '\0';
	close(fd);
	snprintf(path, sizeof(path), "%s/%s.conf", stage_world.dir, name);
	write_config(good, strlen(good));
	snprintf(line, sizeof(line), "%s/pam_liberations.so agent=%s/liberations-agent config=%s socket=%s/none", stage_build,
	         stage_build, path, stage_world.dir);
	world_service(&stage_world, name, "auth required %s\naccount required %s\npassword required %s\n", line, line, line);
}

static void expect_mended(const char *service)
{
	write_config(good, strlen(good));
	world_set(&stage_world, service, "state=own", NULL);
	expect_code(stage_sign_in(service, service, "P", "C"), PAM_SUCCESS, "sign-in", "mended");
}

static void broken_texts(void)
{
	static const struct {
		const char *fault, *text;
	} faults[] = {
		{"unknown keyword", "colour = blue\n"},     {"typo", "hash-cots = 1\n"},
		{"bad number", "window = 12x\n"},           {"number out of range", "window = 3\n"},
		{"negative", "window = -1\n"},              {"empty value", "window =\n"},
		{"no value", "window\n"},                   {"doubled", "hash-cost = 1\n"},
		{"CR LF", "window = 1\r\n"},                {"relative path", "audit = var/x\n"},
		{"control character", "issuer = a\033b\n"}, {"bad UTF-8", "issuer = \303\n"},
		{"section", "[main]\n"},                    {"cut short", "window = 1"},
	};
	char text[2048];
	size_t i;

	begin("broken");
	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		snprintf(text, sizeof(text), "%s%s", good, faults[i].text);
		write_config(text, strlen(text));
		expect_refused("broken", faults[i].fault, true);
	}
	memcpy(text, good, strlen(good));
	memcpy(text + strlen(good), "\0\n", 2);
	write_config(text, strlen(good) + 2);
	expect_refused("broken", "NUL", true);
	expect_mended("broken");
}

static void long_line(void)
{
	char *text = malloc(1 << 20);

	expect(text != NULL, "memory");
	begin("long-line");
	memset(text, 'a', 1 << 20);
	write_config(text, 1 << 20);
	expect_refused("long-line", "a line of 1 MiB", true);
	free(text);
	expect_mended("long-line");
}

static void unsafe_files(void)
{
	char aside[300];

	begin("unsafe");
	snprintf(aside, sizeof(aside), "%s.aside", path);
	expect(chmod(path, 0664) == 0, "chmod");
	expect_refused("unsafe", "writable by its group", true);
	expect(chmod(path, 0646) == 0, "chmod");
	expect_refused("unsafe", "writable by others", true);
	if (geteuid() == 0) {
		expect(chmod(path, 0644) == 0 && chown(path, 64202, 0) == 0, "chown");
		expect_refused("unsafe", "somebody else's", true);
		expect(chown(path, 0, 0) == 0, "chown");
	}
	expect(chmod(path, 0644) == 0 && link(path, aside) == 0, "link");
	expect_refused("unsafe", "two links", true);
	expect(unlink(path) == 0 && symlink(aside, path) == 0, "symlink");
	expect_refused("unsafe", "a symbolic link", true);
	expect(unlink(path) == 0 && mkfifo(path, 0644) == 0, "mkfifo");
	expect_refused("unsafe", "a FIFO", true);
	expect(unlink(path) == 0 && mkdir(path, 0755) == 0, "mkdir");
	expect_refused("unsafe", "a directory", true);
	expect(rmdir(path) == 0, "rmdir");
	expect_refused("unsafe", "absent", true);
	unlink(aside);
	expect_mended("unsafe");
}

static void no_store(void)
{
	char text[600];

	begin("no-store");
	snprintf(text, sizeof(text), "state = %s/none\nuser = %d\nseal-key = %s\nhash-cost = 1\n",
	         stage_world.dir, WORLD_OWNER, stage_world.seal_key);
	write_config(text, strlen(text));
	expect_refused("no-store", "no state directory", false);
	snprintf(text, sizeof(text), "state = %s\nuser = %d\nseal-key = %s/none\nhash-cost = 1\n",
	         stage_world.state, WORLD_OWNER, stage_world.dir);
	write_config(text, strlen(text));
	expect_refused("no-store", "no seal key", false);
	snprintf(text, sizeof(text), "state = %s\nuser = %d\nseal-key = %s\nhash-cost = 1\n",
	         stage_world.state, WORLD_OWNER, path);
	write_config(text, strlen(text));
	expect_refused("no-store", "a seal key that is none", false);
	snprintf(text, sizeof(text), "state = %s\nuser = %d\nseal-key = %s\nhash-cost = 1\n",
	         stage_world.services, WORLD_OWNER, stage_world.seal_key);
	write_config(text, strlen(text));
	expect_refused("no-store", "a directory that is no store", false);
	expect_mended("no-store");
}

static void bad_arguments(void)
{
	static const char *const faults[] = {
		"nullok", "factors=none", "factors=", "factors", "factors=password+token+retina", "entry=auto entry=auto", "debug=yes",
		"unknown=allow", "socket=run/x", "socket=/a/../b", "expired=never", "language=de", "use_first_pass=1", "failmode=safe",
		"=", "Debug", NULL,
	};
	char name[32];
	int i;

	for (i = 0; faults[i] != NULL; i++) {
		snprintf(name, sizeof(name), "argument%d", i);
		stage_service(name, faults[i]);
		expect_refused(name, faults[i], true);
	}
}

static void language_of_the_environment(void)
{
	struct stage stage;
	const char *last;

	begin("environment");
	last = strstr(good, "language = en\n");
	expect(last != NULL, "the configuration names no language");
	write_config(good, (size_t)(last - good));
	unsetenv("LC_ALL");
	setenv("LC_MESSAGES", "fr_CA.UTF-8", 1);
	setenv("LANG", "en_CA.UTF-8", 1);
	stage_open(&stage, "environment", "environment");
	stage_script(&stage, "X", "W", NULL);
	expect_code(pam_authenticate(stage.pamh, 0), PAM_AUTH_ERR, "authenticate", "nobody");
	expect(strncmp(stage.transcript, "1|Mot de passe", 14) == 0, "LC_MESSAGES does not count: %s", stage.transcript);
	stage_close(&stage);
}

const struct proof config_proofs[] = {
	{"sec_1_20_broken_configuration", broken_texts},
	{"sec_1_20_a_line_of_a_megabyte", long_line},
	{"sec_1_20_sec_1_70_unsafe_or_absent_configuration", unsafe_files},
	{"sec_1_20_no_store_no_key", no_store},
	{"sec_1_20_bad_arguments", bad_arguments},
	{"language_of_the_environment", language_of_the_environment},
	{NULL, NULL},
};
