/* A module for tests: leaves in the PAM environment what it finds in PAM_AUTHTOK and PAM_OLDAUTHTOK; with `set=TEXT` it puts
 * TEXT there first, as a module that asked before us would. */
#include <stdio.h>
#include <string.h>

#include <security/pam_modules.h>

#define VISIBLE __attribute__((visibility("default")))

static void record(pam_handle_t *pamh, int type, const char *name)
{
	const void *value = NULL;
	char line[1200];

	if (pam_get_item(pamh, type, &value) != PAM_SUCCESS)
		value = NULL;
	snprintf(line, sizeof(line), "%s=%s", name, value == NULL ? "(none)" : (const char *)value);
	pam_putenv(pamh, line);
}

static int visit(pam_handle_t *pamh, int argc, const char **argv)
{
	int i;

	for (i = 0; i < argc; i++)
		if (strncmp(argv[i], "set=", 4) == 0)
			return pam_set_item(pamh, PAM_AUTHTOK, argv[i] + 4);
	record(pamh, PAM_AUTHTOK, "SEEN");
	record(pamh, PAM_OLDAUTHTOK, "SEEN_OLD");
	return PAM_SUCCESS;
}

VISIBLE int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)flags;
	return visit(pamh, argc, argv);
}

VISIBLE int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh, (void)flags, (void)argc, (void)argv;
	return PAM_SUCCESS;
}

VISIBLE int pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)flags;
	return visit(pamh, argc, argv);
}
