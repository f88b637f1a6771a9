#include "local_names.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#define PASSWD_ENTRY_MAX 4096

static void add(struct lbr_local_names *names, const char *name)
{
	size_t used = strlen(names->text), len = strlen(name);

	if (len + 2 > sizeof(names->text) - used) {
		names->overflow = true;
		return;
	}
	memcpy(names->text + used, name, len);
	memcpy(names->text + used + len, ":", 2);
}

void lbr_local_names_read(uid_t uid, struct lbr_local_names *ret)
{
	FILE *file = fopen("/etc/passwd", "re");
	char text[PASSWD_ENTRY_MAX];
	struct passwd entry, *found;
	int error;

	*ret = (struct lbr_local_names){ .overflow = false };
	if (file == NULL)
		return;
	do {
		error = fgetpwent_r(file, &entry, text, sizeof(text), &found);
		if (error == 0 && entry.pw_uid == uid)
			add(ret, entry.pw_name);
	} while (error == 0 || error == ERANGE || error == EINTR);
	(void)fclose(file);
}

bool lbr_local_names_allow(const struct lbr_local_names *names, const char *name)
{
	const char *at = names->text;
	size_t len;

	if (names->text[0] == '\0' || names->overflow)
		return true;
	for (; *at != '\0'; at += len + 1) {
		len = strcspn(at, ":");
		if (strlen(name) == len && memcmp(at, name, len) == 0)
			return true;
	}
	return false;
}
