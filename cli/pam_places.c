/* Asks libpam itself, the one that this process runs, where it looks: the paths are constants in it. */
#include "pam_places.h"

#include <fcntl.h>
#include <link.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PLACE_ETC "/etc/pam.d"
#define PLACE_LIB "/usr/lib/pam.d"
#define PLACE_END "/pam.d"
#define PLACE_FORM PLACE_END "/%s"

static void add(struct pam_places *to, const char *place, size_t len)
{
	int at;

	for (at = 0; to->list[at] != NULL; at++)
		if (strlen(to->list[at]) == len && memcmp(to->list[at], place, len) == 0)
			return;
	if (at == PAM_PLACES_MAX || len >= PAM_PLACE_LEN)
		return;
	snprintf(to->text[at], PAM_PLACE_LEN, "%.*s", (int)len, place);
	to->list[at] = to->text[at];
}

void cli_pam_places_read(const char *library, size_t len, struct pam_places *ret)
{
	const char *at = library, *end = library + len, *begin;

	memset(ret, 0, sizeof(*ret));
	add(ret, PLACE_ETC, strlen(PLACE_ETC));
	if (len == 0 || memmem(library, len, PLACE_LIB "/%s", strlen(PLACE_LIB "/%s")) != NULL)
		add(ret, PLACE_LIB, strlen(PLACE_LIB));
	while ((at = memmem(at, (size_t)(end - at), PLACE_FORM, sizeof(PLACE_FORM))) != NULL) {
		for (begin = at; begin > library && begin[-1] > ' ' && begin[-1] < 127; begin--)
			;
		if (*begin == '/')
			add(ret, begin, (size_t)(at - begin) + strlen(PLACE_END));
		at += strlen(PLACE_FORM);
	}
}

static int find(struct dl_phdr_info *info, size_t size, void *context)
{
	const char **path = context;

	(void)size;
	if (strstr(info->dlpi_name, "/libpam.so") == NULL)
		return 0;
	*path = info->dlpi_name;
	return 1;
}

const char *const *cli_pam_places(void)
{
	static struct pam_places places;
	const char *path = NULL;
	struct stat st;
	char *library = MAP_FAILED;
	int fd;

	if (places.list[0] != NULL)
		return places.list;
	(void)dl_iterate_phdr(find, &path);
	fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size > 0)
		library = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (library != MAP_FAILED) {
		cli_pam_places_read(library, (size_t)st.st_size, &places);
		(void)munmap(library, (size_t)st.st_size);
	} else {
		cli_pam_places_read("", 0, &places);
	}
	if (fd >= 0)
		close(fd);
	return places.list;
}
