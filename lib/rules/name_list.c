/* Names with commas between, as `local` and --skip have them. */
#include <liberations/name.h>

#include <string.h>

const char *lbr_names_next(const char *list, char ret[LBR_NAME_MAX + 1])
{
	size_t len;

	list += strspn(list, " ,");
	len = strcspn(list, ",");
	while (len > 0 && list[len - 1] == ' ')
		len--;
	if (len == 0 || len > LBR_NAME_MAX)
		return NULL;
	memcpy(ret, list, len);
	ret[len] = '\0';
	return list + len;
}

bool lbr_names_have(const char *list, const char *name)
{
	char one[LBR_NAME_MAX + 1];

	while ((list = lbr_names_next(list, one)) != NULL)
		if (strcmp(one, name) == 0)
			return true;
	return false;
}

bool lbr_names_are_sound(const char *list)
{
	char name[LBR_NAME_MAX + 1];
	const char *at = list;

	while ((at = lbr_names_next(at, name)) != NULL) {
		if (lbr_name_check(name) != LBR_OK)
			return false;
		list = at;
	}
	return list[strspn(list, " ,")] == '\0';
}
