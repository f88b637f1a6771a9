/* Which services of PAM are looked at. */
#include "doctor.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "pam_places.h"
#include "pam_stack.h"

#define AUTHSELECT "/etc/authselect/"
#define AUTHSELECT_CHOICE AUTHSELECT "authselect.conf"
#define PROFILES_ENABLED "/var/lib/pam" /* pam-auth-update: what it has put into common-auth and the others */

bool cli_pam_any_line(const char *path, bool (*is)(const char *line))
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	bool found = false;

	while (file != NULL && !found && getline(&line, &room, file) >= 0) {
		line[strcspn(line, "\n")] = '\0';
		found = is(line);
	}
	free(line);
	if (file != NULL)
		fclose(file);
	return found;
}

static bool is_our_profile(const char *line)
{
	return strcmp(line, "Module: liberations") == 0;
}

static bool names_module(const char *line)
{
	return strstr(line, "pam_liberations.so") != NULL;
}

/* Our own profile is among those from which pam-auth-update writes /etc/pam.d/common-TYPE: it keeps the line. */
static bool is_profile(const char *type)
{
	char path[FINDING_PATH];

	snprintf(path, sizeof(path), PROFILES_ENABLED "/%s", type);
	return cli_pam_any_line(path, is_our_profile);
}

/* authselect writes a file from that of the profile whose id is the first line of its choice: custom/NAME, or NAME, which a package
 * brought. Where that names the module, it keeps the line. */
static bool is_selected(const char *name)
{
	static const char *const places[] = { AUTHSELECT, "/usr/share/authselect/vendor/", "/usr/share/authselect/default/" };
	FILE *choice = fopen(AUTHSELECT_CHOICE, "re");
	char id[FINDING_PATH] = "", path[3 * FINDING_PATH];
	size_t at;
	bool found = false;

	if (choice != NULL && fgets(id, sizeof(id), choice) != NULL)
		id[strcspn(id, "\n")] = '\0';
	if (choice != NULL)
		fclose(choice);
	for (at = 0; at < sizeof(places) / sizeof(places[0]) && id[0] != '\0' && !found; at++) {
		snprintf(path, sizeof(path), "%s%s/%s", places[at], id, name);
		found = cli_pam_any_line(path, names_module);
	}
	return found;
}

/* What a tool writes, it writes again. */
static void judge_managed(struct doctor *on, const struct pam_stack *stack)
{
	char target[FINDING_PATH], *real;
	unsigned at;

	for (at = 0; at < stack->count; at++) {
		const struct pam_line *line = &stack->lines[at];
		const char *name = strrchr(line->path, '/');

		if (!cli_pam_is(line, "pam_liberations.so"))
			continue;
		real = realpath(line->path, NULL);
		snprintf(target, sizeof(target), "%s", real != NULL ? real : line->path);
		free(real);
		if (strncmp(target, AUTHSELECT, strlen(AUTHSELECT)) == 0 && !is_selected(strrchr(target, '/') + 1))
			cli_finding_add(&on->found, FINDING_WARNING, "authselect", line->path, line->number,
			                "sudo authselect opt-out", TEXT_DOCTOR_MANAGED, "authselect", NULL);
		else if (name != NULL && strncmp(name, "/common-", 8) == 0 && !is_profile(name + 8))
			cli_finding_add(&on->found, FINDING_WARNING, "pam-auth-update", line->path, line->number,
			                "man liberations-services", TEXT_DOCTOR_MANAGED, "pam-auth-update", NULL);
	}
}

static void look_at(struct doctor *on, const char *const *directories, struct pam_stack *stack, const char *service, bool named)
{
	if (cli_pam_stack_read(directories, service, stack, &on->found)) {
		cli_pam_judge(stack, named, &on->found);
		judge_managed(on, stack);
	} else if (named) {
		cli_finding_add(&on->found, FINDING_CRITICAL, "pam", service, 0, "man liberations-services", TEXT_ABSENT_SERVICE,
		                cli_safe(service), directories[0], NULL);
	}
}

/* Files that others include are judged where they are included; packages leave copies that no service reads. */
static int is_service(const struct dirent *entry)
{
	return strchr(entry->d_name, '.') == NULL && entry->d_name[strlen(entry->d_name) - 1] != '~' &&
	       strncmp(entry->d_name, "common-", 7) != 0 && strcmp(entry->d_name, "system-auth") != 0 &&
	       strcmp(entry->d_name, "password-auth") != 0 && strcmp(entry->d_name, "other") != 0;
}

static void look_at_all(struct doctor *on, const char *const *directories, struct pam_stack *stack)
{
	struct dirent **entries = NULL;
	int count = scandir(directories[0], &entries, is_service, alphasort), at;

	for (at = 0; at < count; at++) {
		look_at(on, directories, stack, entries[at]->d_name, false);
		free(entries[at]);
	}
	free(entries);
}

/* As libpam takes a service's name; a path would let the caller of sudo ask root about any file. */
static const char *base_of(const char *service)
{
	const char *slash = strrchr(service, '/');

	return slash != NULL ? slash + 1 : service;
}

void cli_doctor_pam(struct doctor *on)
{
	bool elsewhere = cli_has(on->cli, CLI_CONFDIR);
	const char *const named[] = { on->cli->confdir, NULL };
	const char *const *directories = elsewhere ? named : cli_pam_places();
	struct pam_stack stack = { .lines = calloc(PAM_STACK_MAX, sizeof(struct pam_line)) };
	int at;

	if (stack.lines == NULL) {
		on->found.lost = true;
		return;
	}
	for (at = 0; at < on->cli->count; at++)
		look_at(on, directories, &stack, base_of(on->cli->words[at]), true);
	if (on->cli->count == 0)
		look_at_all(on, directories, &stack);
	free(stack.lines);
}
