#include "local_names.h"

#include <stdio.h>
#include <string.h>

#include <liberations/local_users.h>

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
	FILE *file = fopen(LBR_LOCAL_USERS_FILE, "re");
	char text[LBR_LOCAL_USER_MAX];
	struct passwd entry;

	*ret = (struct lbr_local_names){ .overflow = false };
	if (file == NULL)
		return;
	while (lbr_local_user_next(file, text, &entry))
		if (entry.pw_uid == uid)
			add(ret, entry.pw_name);
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
