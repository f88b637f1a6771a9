/* portal.conf(5): defaults, template, sites, and every fault with its line and word. */
#include <stdio.h>
#include <string.h>

#include "portal_settings.h"
#include "site_rules.h"

#include "support/check_main.h"
#include "support/config.h"

#define SITE "site = https://app.example.org\n"
#define P "connexion.example.org"
#define PORTAL "site = https://" P "\n"

static struct lbr_portal_settings settings;
static struct heard heard;

static enum lbr_error read_text(const char *text)
{
	static const struct lbr_portal_settings none;
	enum lbr_error error;

	memset(&heard, 0, sizeof(heard));
	error = lbr_portal_settings_read("F", text, strlen(text), &settings, hear, &heard);
	ck_assert_int_eq(error == LBR_OK, heard.count == 0);
	if (error != LBR_OK)
		ck_assert_mem_eq(&settings, &none, sizeof(none));
	return error;
}

START_TEST(the_portals_defaults_are_those_of_the_manual)
{
	ck_assert_int_eq(read_text(SITE), LBR_OK);
	ck_assert_str_eq(settings.user, "_liberations-portal");
	ck_assert_str_eq(settings.key, "/etc/liberations/portal.key");
	ck_assert_str_eq(settings.state, "/var/lib/liberations-portal");
	ck_assert_str_eq(settings.agent, "/run/liberations/verify.sock");
	ck_assert_str_eq(settings.pages, "/run/liberations/pages.sock");
	ck_assert_str_eq(settings.gate, "/run/liberations/gate.sock");
	ck_assert_str_eq(settings.issuer, "Lib\303\251rations");
	ck_assert_int_eq(settings.language, LBR_LANGUAGE_NONE);
	ck_assert(settings.idle_s == 3600 && settings.absolute_s == 43200 && settings.recheck_s == 1);
	ck_assert(settings.sessions == 16384 && settings.per_person == 5);
	ck_assert(settings.requests == 64 && settings.waiting == 128 && settings.attempts == 32 && settings.dialogues == 64);
	ck_assert_uint_eq(settings.site_count, 1);
	ck_assert_str_eq(settings.sites[0].base, "/liberations");
	ck_assert_str_eq(settings.sites[0].name, "app.example.org");
	ck_assert(settings.sites[0].help[0] == '\0' && settings.sites[0].home[0] == '\0' && settings.sites[0].logo[0] == '\0');
}
END_TEST

START_TEST(the_portals_template_names_every_keyword_at_its_default)
{
	static struct lbr_portal_settings defaults;
	const char *template = lbr_portal_settings_template(), *at;
	char text[8192], line[64];
	size_t len = 0, word;

	ck_assert_int_eq(read_text("site = https://app.example.org\nname = Example\n"), LBR_OK);
	defaults = settings;
	for (at = template; *at != '\0'; at++)
		if (*at != '#' || (at != template && at[-1] != '\n') || at[1] == ' ')
			text[len++] = *at;
	text[len] = '\0';
	ck_assert_int_eq(read_text(text), LBR_OK);
	ck_assert_mem_eq(&settings, &defaults, sizeof(settings));
	for (word = 0; lbr_portal_keywords[word].word != NULL; word++) {
		snprintf(line, sizeof(line), "\n#%s = ", lbr_portal_keywords[word].word);
		ck_assert_ptr_nonnull(strstr(template, line));
	}
	for (word = 0; lbr_site_keywords[word].word != NULL; word++) {
		snprintf(line, sizeof(line), "\n#%s = ", lbr_site_keywords[word].word);
		ck_assert_ptr_nonnull(strstr(template, line));
	}
	/* As it stands, it says what is missing. */
	ck_assert_int_eq(read_text(template), LBR_ERR_SYNTAX);
	ck_assert_str_eq(heard.all, "F: no line \"site = https://HOST\"\n");
}
END_TEST

START_TEST(several_sites_keep_what_is_theirs)
{
	ck_assert_int_eq(read_text("idle = 5 min\n\n" SITE "name = One\nhelp = Ann\n"
	                           "  site = https://b.example.org:8443\nbase = /x/connexion\nhome = /start?a=1\n"
	                           "forget-cookies = PHPSESSID JSESSIONID\nlogo = /srv/l.svg\nstyle = /srv/s.css\n"), LBR_OK);
	ck_assert_uint_eq(settings.site_count, 2);
	ck_assert_uint_eq(settings.idle_s, 300);
	ck_assert(strcmp(settings.sites[0].name, "One") == 0 && strcmp(settings.sites[0].help, "Ann") == 0);
	ck_assert(strcmp(settings.sites[1].name, "b.example.org:8443") == 0 && settings.sites[1].help[0] == '\0');
	ck_assert_str_eq(settings.sites[1].forget_cookies, "PHPSESSID JSESSIONID");
	ck_assert_str_eq(settings.sites[1].home, "/start?a=1");
	ck_assert_ptr_eq(lbr_site_of(&settings, "b.example.org:8443"), &settings.sites[1]);
	ck_assert_ptr_eq(lbr_site_of(&settings, "app.example.org"), &settings.sites[0]);
	ck_assert_ptr_null(lbr_site_of(&settings, "b.example.org"));
	ck_assert_ptr_null(lbr_site_of(&settings, "APP.example.org"));
	ck_assert_ptr_null(lbr_site_of(&settings, ""));
}
END_TEST

START_TEST(portal_p38_a_site_may_send_its_people_to_another_one)
{
	ck_assert_int_eq(read_text(SITE "sign-in = https://" P "\nsite = https://b.example.org:8443\nsign-in=https://" P "\n" PORTAL
	                           "sign-in = here\nsite = https://c.example.org\n"), LBR_OK);
	ck_assert_ptr_eq(lbr_site_to_sign_in(&settings, &settings.sites[0]), &settings.sites[2]);
	ck_assert_ptr_eq(lbr_site_to_sign_in(&settings, &settings.sites[1]), &settings.sites[2]);
	ck_assert_ptr_eq(lbr_site_to_sign_in(&settings, &settings.sites[2]), &settings.sites[2]);
	ck_assert_ptr_eq(lbr_site_to_sign_in(&settings, &settings.sites[3]), &settings.sites[3]);
	ck_assert(settings.sites[2].sign_in[0] == '\0' && settings.sites[3].sign_in[0] == '\0');
	ck_assert(lbr_origins_share_cookies("https://a.example", "https://a.example:8443"));
	ck_assert(!lbr_origins_share_cookies("https://a.example", "https://a.example.org"));
	ck_assert(!lbr_origins_share_cookies("https://a.example:8443", "https://b.example:8443"));
}
END_TEST

static const struct { const char *text, *begin; } faults[] = {
	{ "", "F: no line \"site" },
	{ "name = x\n" SITE, "F: line 1: name: a keyword of one site; put it below" },
	{ SITE "idle = 5 min\n", "F: line 2: idle: a keyword of the whole portal; put it above" },
	{ SITE "base = /a\nbase = /b\n", "F: line 3, column 1: base: given twice" },
	{ "idle = 1 s\n" SITE, "F: line 1, column 8: idle: this value is not allowed; allowed: a duration" },
	{ SITE "\nidle\n", "F: line 3, column 1: not a \"keyword = value\" line" },
	{ "#\nsite = http://app.example.org\n", "F: line 2, column 8: site: this value is not allowed; allowed: https://" },
	{ "site = https://App.example.org\n", "F: line 1, column 8: site: " },
	{ "site = https://app.example.org/\n", "F: line 1, column 8: site: " },
	{ "site = https://app.example.org:443\n", "F: line 1, column 8: site: " },
	{ "site = https://app.example.org:0\n", "F: line 1, column 8: site: " },
	{ "site = https://app.example.org:65536\n", "F: line 1, column 8: site: " },
	{ "site = https://app..example.org\n", "F: line 1, column 8: site: " },
	{ "site = https://-app.example.org\n", "F: line 1, column 8: site: " },
	{ "site = https://a@b\n", "F: line 1, column 8: site: " },
	{ "site = https://\n", "F: line 1, column 8: site: " },
	{ "site =\n", "F: line 1, column 7: site: " },
	{ SITE SITE, "F: line 2, column 8: site: given twice" },
	{ SITE "base = liberations\n", "F: line 2, column 8: base: " },
	{ SITE "base = /a b\n", "F: line 2, column 8: base: " },
	{ SITE "base = /a%2f\n", "F: line 2, column 8: base: " },
	{ SITE "base = /.a\n", "F: line 2, column 8: base: " },
	{ SITE "home = //evil\n", "F: line 2, column 8: home: " },
	{ SITE "home = https://x/\n", "F: line 2, column 8: home: " },
	{ SITE "forget-cookies = a;b\n", "F: line 2, column 18: forget-cookies: " },
	{ SITE "forget-cookies = a  b\n", "F: line 2, column 18: forget-cookies: " },
	{ SITE "forget-cookies = __Host-liberations\n", "F: line 2, column 18: forget-cookies: " },
	{ SITE "sign-in = there\n", "F: line 2, column 11: sign-in: this value is not allowed; allowed: here, or" },
	{ SITE "sign-in = http://" P "\n" PORTAL, "F: line 2, column 11: sign-in: this value is not allowed; allowed: here, or" },
	{ SITE "sign-in = https://" P "/\n" PORTAL, "F: line 2, column 11: sign-in: this value is not allowed; allowed: here, or" },
	{ SITE "sign-in =\n", "F: line 2, column 10: sign-in: " },
	{ PORTAL SITE "name = x\nsign-in = https://x.example.org\n", "F: line 4, column 11: sign-in: this value is not allowed; "
	  "allowed: the https://HOST of another site of this file, and this file has no such site" },
	{ SITE "sign-in = https://app.example.org\n", "F: line 2, column 11: sign-in: this value is not allowed; allowed: here, if" },
	{ SITE "sign-in = https://" P "\n" PORTAL "sign-in = https://q\nsite = https://q\n",
	  "F: line 2, column 11: sign-in: this value is not allowed; allowed: a site with \"sign-in = here\"" },
	{ SITE "sign-in = https://app.example.org:8443\nsite = https://app.example.org:8443\n",
	  "F: line 2, column 11: sign-in: this value is not allowed; allowed: a site whose host has another name" },
	{ "sign-in = here\n" SITE, "F: line 1: sign-in: a keyword of one site; put it below" },
	{ SITE "  language=fr\n", "F: line 2: language: a keyword of the whole portal; put it above" },
	{ SITE "idel = 5 min\n", "F: line 2, column 1: unknown keyword" },
	{ SITE "name = x", "F: line 2: end of file: the last line has no line feed" },
	{ SITE "name = x\r\n", "F: line 2, column 9: a carriage return" },
	{ "idle = 10 min\nabsolute = 5 min\n" SITE, "F: line 2, column 12: absolute: shorter than idle" },
};
#define FAULTS (int)(sizeof(faults) / sizeof(faults[0]))

START_TEST(every_fault_of_the_portals_file_is_told_with_its_line_and_word)
{
	ck_assert_int_eq(read_text(faults[_i].text), LBR_ERR_SYNTAX);
	if (heard.count != 1 || strncmp(heard.all, faults[_i].begin, strlen(faults[_i].begin)) != 0)
		ck_abort_msg("%s instead of %s", heard.all, faults[_i].begin);
}
END_TEST

START_TEST(faults_of_all_parts_are_told_and_none_twice)
{
	ck_assert_int_eq(read_text("idel = 5 min\n" SITE "base = x\nsite = https://B\nforget-cookies = a;b\n"), LBR_ERR_SYNTAX);
	ck_assert_uint_eq(heard.count, 4);
	ck_assert(strstr(heard.all, "line 1,") && strstr(heard.all, "line 3,") && strstr(heard.all, "line 4,") &&
	          strstr(heard.all, "line 5,"));
}
END_TEST

/* What is wrong in a site, a line that cannot be read beside it, and nothing that follows from either. */
START_TEST(audit_f41_no_fault_of_the_portals_file_hides_another)
{
	static const struct { const char *text; unsigned count; const char *last; } files[] = {
		{ SITE "colour = blue\nbase = x\nhome = //evil\n", 3, "F: line 4, column 8: home: " },
		{ SITE "colour = blue\nsite = https://B\nbase = /x\n", 2, "F: line 3, column 8: site: " },
		{ "absolute = 5 min\n" SITE "colour = blue\n", 2, "F: line 3, column 1: unknown keyword" },
		{ "absolute = 5 min\n", 2, "F: no line \"site" },
		{ "idel = 1\nabsolute = 1 min\n" SITE, 2, "F: line 2, column 12: absolute: this value is not allowed" },
		{ SITE "base = x\nsign-in = https://none.example.org\n", 2, "F: line 3, column 11: sign-in: " },
		{ SITE "sign-in = https://" P "\nsite = https://" P "/\n", 1, "F: line 3, column 8: site: " },
		{ SITE "sign-in = ftp://x\n" PORTAL "sign-in = https://app.example.org\n", 1, "F: line 2, column 11: sign-in: " },
		{ "site =\nsite =\n" SITE SITE, 3, "F: line 4, column 8: site: given twice" },
	};
	const char *last;
	size_t at;

	for (at = 0; at < sizeof(files) / sizeof(files[0]); at++) {
		ck_assert_int_eq(read_text(files[at].text), LBR_ERR_SYNTAX);
		last = strstr(heard.all, files[at].last);
		if (heard.count != files[at].count || last == NULL)
			ck_abort_msg("%s\ntells %s", files[at].text, heard.all);
	}
}
END_TEST

START_TEST(more_sites_than_the_table_holds_are_refused)
{
	char text[LBR_SITES_MAX * 40 + 80];
	size_t len = 0;
	int at;

	for (at = 0; at < LBR_SITES_MAX; at++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "site = https://s%d.example.org\n", at);
	ck_assert_int_eq(read_text(text), LBR_OK);
	ck_assert_uint_eq(settings.site_count, LBR_SITES_MAX);
	snprintf(text + len, sizeof(text) - len, SITE);
	ck_assert_int_eq(read_text(text), LBR_ERR_SYNTAX);
	ck_assert_str_eq(heard.all, "F: more than 32 sites\n");
}
END_TEST

START_TEST(the_portals_file_must_be_as_safe_as_the_agents)
{
	memset(&heard, 0, sizeof(heard));
	ck_assert_int_eq(lbr_portal_settings_load(path, &settings, hear, &heard), LBR_ERR_ABSENT);
	ck_assert_ptr_nonnull(strstr(heard.all, ": no such file; create it with `liberations init --portal https://HOST`"));
	write_file(SITE, strlen(SITE));
	ck_assert_int_eq(lbr_portal_settings_load(path, &settings, hear, &heard), LBR_OK);
	ck_assert_int_eq(chmod(path, 0666), 0);
	ck_assert_int_eq(lbr_portal_settings_load(path, &settings, hear, &heard), LBR_ERR_UNSAFE);
	ck_assert_uint_eq(settings.site_count, 0);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("portal_settings");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, the_portals_defaults_are_those_of_the_manual);
	tcase_add_test(tests, the_portals_template_names_every_keyword_at_its_default);
	tcase_add_test(tests, several_sites_keep_what_is_theirs);
	tcase_add_test(tests, portal_p38_a_site_may_send_its_people_to_another_one);
	tcase_add_loop_test(tests, every_fault_of_the_portals_file_is_told_with_its_line_and_word, 0, FAULTS);
	tcase_add_test(tests, faults_of_all_parts_are_told_and_none_twice);
	tcase_add_test(tests, audit_f41_no_fault_of_the_portals_file_hides_another);
	tcase_add_test(tests, more_sites_than_the_table_holds_are_refused);
	tcase_add_test(tests, the_portals_file_must_be_as_safe_as_the_agents);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(int argc, char **argv)
{
	return run_suite(argc, argv, suite);
}
