/* Every path of tests/portal/redirects.txt, of which none may lead away from the site. */
#include <stdio.h>
#include <string.h>

#include "answer_fields.h"
#include "form.h"
#include "query.h"
#include "return_path.h"

#include "support/check_main.h"

#define ORIGIN "https://app.example.org"
#define LEAST 500

static unsigned hex_digit(char digit)
{
	return digit <= '9' ? (unsigned)(digit - '0') : (unsigned)(digit - 'a' + 10);
}

/* The bytes that a line stands for. False: it is a remark. */
static bool read_line(const char *line, char *ret, size_t *ret_len)
{
	const char *at = line;

	*ret_len = 0;
	ck_assert_ptr_nonnull(strchr(line, '\n'));
	if (*at == '#')
		return false;
	for (; *at != '\n'; at++) {
		if (*at != '\\') {
			ret[(*ret_len)++] = *at;
		} else if (at[1] == '\\') {
			ret[(*ret_len)++] = *++at;
		} else {
			ret[(*ret_len)++] = (char)(hex_digit(at[2]) << 4 | hex_digit(at[3]));
			at += 3;
		}
	}
	ret[*ret_len] = '\0';
	return true;
}

/* The authority ends before the visitor's bytes begin, and none of them is one that a browser leaves out or takes for a slash. */
static void judge(const char *path)
{
	char location[LBR_LOCATION_MAX];
	const char *rest = location + strlen(ORIGIN);

	lbr_location(ORIGIN, "", path, location);
	ck_assert_msg(strncmp(location, ORIGIN "/", strlen(ORIGIN) + 1) == 0, "%s leads to %s", path, location);
	ck_assert_msg(rest[1] != '/' && rest[1] != '\\', "%s leads to %s", path, location);
	for (; *rest != '\0'; rest++)
		ck_assert_msg(*rest > ' ' && *rest < 0x7f && strchr("\\\"<>`#", *rest) == NULL, "%s leads to %s", path, location);
	ck_assert_str_eq(lbr_return_path(path), location + strlen(ORIGIN));
}

static void judge_in_query(const char *bytes, size_t len)
{
	struct lbr_query query;
	char text[512] = "rd=";

	ck_assert_uint_lt(len, sizeof(text) - 4);
	memcpy(text + 3, bytes, len + 1);
	lbr_query_read(text, &query);
	ck_assert(query.back[0] == '\0' || lbr_return_path_is_sound(query.back));
}

static void judge_in_form(const char *bytes, size_t len)
{
	static struct lbr_form form;
	char body[2048] = "rd=";
	size_t at, used = 3;

	for (at = 0; at < len; at++)
		used += (size_t)snprintf(body + used, sizeof(body) - used, "%%%02x", (unsigned)(unsigned char)bytes[at]);
	if (lbr_form_read(body, used, &form) == LBR_OK)
		ck_assert(form.back[0] == '\0' || lbr_return_path_is_sound(form.back));
	lbr_wipe(&form, sizeof(form));
}

START_TEST(portal_p39_no_try_of_the_list_leads_to_another_host)
{
	FILE *file = fopen("tests/portal/redirects.txt", "re");
	char line[512], bytes[512];
	unsigned count = 0, kept = 0;
	size_t len;

	ck_assert_ptr_nonnull(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		if (!read_line(line, bytes, &len))
			continue;
		judge(bytes);
		judge_in_query(bytes, len);
		judge_in_form(bytes, len);
		count++;
		kept += lbr_return_path_is_sound(bytes);
	}
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_uint_ge(count, LEAST);
	ck_assert_uint_gt(kept, 50);
	ck_assert_uint_lt(kept, count / 2);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("portal_redirects");
	TCase *tests = tcase_create("all");

	tcase_add_test(tests, portal_p39_no_try_of_the_list_leads_to_another_host);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
