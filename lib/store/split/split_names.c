/* The list of local people. */
#include <string.h>

#include <liberations/name.h>

#include "split_parts.h"

const char *lbr_split_next_name(const char *list, char name[LBR_NAME_MAX + 1])
{
	size_t len;

	list += strspn(list, " ,");
	len = strcspn(list, ",");
	while (len > 0 && list[len - 1] == ' ')
		len--;
	if (len == 0 || len > LBR_NAME_MAX)
		return NULL;
	memcpy(name, list, len);
	name[len] = '\0';
	return list + len;
}

bool lbr_split_is_local(const struct lbr_split_store *store, const char *name)
{
	const char *at = store->local;
	char one[LBR_NAME_MAX + 1];

	while ((at = lbr_split_next_name(at, one)) != NULL)
		if (strcmp(one, name) == 0)
			return true;
	return false;
}

bool lbr_split_names_are_sound(const char *local)
{
	char name[LBR_NAME_MAX + 1];
	const char *at = local;

	while ((at = lbr_split_next_name(at, name)) != NULL) {
		if (lbr_name_check(name) != LBR_OK)
			return false;
		local = at;
	}
	return local[strspn(local, " ,")] == '\0';
}
