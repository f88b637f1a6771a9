/* The configuration file and the module's arguments: defaults, template, and every fault of the file itself. */
#include <liberations/settings.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "support/check_main.h"

#define STRANGER 64201 /* a uid that nobody has */

static char folder[64], path[96], other[96];

struct heard {
	unsigned count;
	char     all[8192];
};

static void hear(void *context, const char *sentence)
{
	struct heard *heard = context;
	size_t used = strlen(heard->all);

	heard->count++;
	snprintf(heard->all + used, sizeof(heard->all) - used, "%s\n", sentence);
}

static void set_up(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(folder, sizeof(folder), "%.40s/lbr-settings-XXXXXX", tmp != NULL ? tmp : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chmod(folder, 0755), 0);
	snprintf(path, sizeof(path), "%s/liberations.conf", folder);
	snprintf(other, sizeof(other), "%s/other", folder);
}

static void tear_down(void)
{
	unlink(path);
	rmdir(path);
	unlink(other);
	ck_assert_int_eq(rmdir(folder), 0);
}

static void write_file(const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, len), (ssize_t)len);
	ck_assert_int_eq(fchmod(fd, 0644), 0);
	close(fd);
}

static enum lbr_error load(struct heard *heard, struct lbr_settings *settings)
{
	static const struct lbr_settings none;
	enum lbr_error error;

	memset(heard, 0, sizeof(*heard));
	error = lbr_settings_load(path, settings, hear, heard);
	ck_assert_int_eq(error == LBR_OK, heard->count == 0);
	if (error != LBR_OK) {
		ck_assert_mem_eq(settings, &none, sizeof(none));
		ck_assert_int_eq(strncmp(heard->all, path, strlen(path)), 0);
	}
	return error;
}

static enum lbr_error load_text(const char *text, size_t len, struct heard *heard)
{
	struct lbr_settings settings;

	write_file(text, len);
	return load(heard, &settings);
}

/* The defaults, written out a second time: one slip must not change both. */
START_TEST(the_defaults_are_those_of_the_manual)
{
	struct lbr_settings settings;

	lbr_settings_default(&settings);
	ck_assert_str_eq(settings.state, "/var/lib/liberations");
	ck_assert_str_eq(settings.seal_key, "/etc/liberations/seal.key");
	ck_assert_str_eq(settings.issuer, "Lib\xc3\xa9rations");
	ck_assert_int_eq(settings.language, LBR_LANGUAGE_NONE);
	ck_assert_uint_eq(settings.window, 1);
	ck_assert(settings.max_age.unit == LBR_AGE_MONTHS && settings.max_age.count == 6);
	ck_assert_uint_eq(settings.warn_s, 1209600);
	ck_assert_uint_eq(settings.min_age_s, 86400);
	ck_assert_uint_eq(settings.min_length, 12);
	ck_assert_uint_eq(settings.history, 10);
	ck_assert_uint_eq(settings.hash_cost, 5);
	ck_assert_uint_eq(settings.lock_after, 100);
	ck_assert_uint_eq(settings.invitation_life_s, 259200);
}
END_TEST

/* Takes the mark before each "#keyword = value" away; comments begin with "# ". */
static size_t uncomment(const char *template, char *ret)
{
	const char *at;
	size_t len = 0;

	for (at = template; *at != '\0'; at++)
		if (*at != '#' || (at != template && at[-1] != '\n') || at[1] == ' ')
			ret[len++] = *at;
	ret[len] = '\0';
	return len;
}

START_TEST(the_template_names_every_keyword_at_its_default)
{
	const char *template = lbr_settings_template();
	char text[8192], line[64];
	struct lbr_settings settings, defaults;
	struct heard heard = { 0 };
	size_t at, len;

	ck_assert_uint_lt(strlen(template), sizeof(text));
	len = uncomment(template, text);
	memset(&settings, 0, sizeof(settings));
	memset(&defaults, 0, sizeof(defaults));
	lbr_settings_default(&defaults);
	ck_assert_int_eq(lbr_grammar_read_text("T", text, len, lbr_settings_keywords, &settings, hear, &heard), LBR_OK);
	ck_assert_mem_eq(&settings, &defaults, sizeof(settings));
	for (at = 0; lbr_settings_keywords[at].word != NULL; at++) {
		snprintf(line, sizeof(line), "\n#%s = ", lbr_settings_keywords[at].word);
		ck_assert_ptr_nonnull(strstr(template, line));
	}
	write_file(template, strlen(template));
	ck_assert_int_eq(load(&heard, &settings), LBR_OK);
	ck_assert_mem_eq(&settings, &defaults, sizeof(settings));
}
END_TEST

static const struct { const char *word, *other, *bad; } flips[] = {
	{ "state", "/srv/x", "srv/x" }, { "seal-key", "/srv/k", "/srv//k" }, { "issuer", "ACME", "a:b" },
	{ "language", "fr", "french" }, { "window", "0", "3" }, { "max-age", "never", "6" }, { "warn", "0 s", "91 d" },
	{ "min-age", "0 s", "31 d" }, { "min-length", "8", "7" }, { "history", "1", "11" }, { "hash-cost", "1", "12" },
	{ "lock-after", "10", "101" }, { "invitation-life", "1 h", "22 d" },
};
#define FLIPS (int)(sizeof(flips) / sizeof(flips[0]))

START_TEST(every_keyword_changes_its_own_field_alone)
{
	struct lbr_settings settings, defaults;
	const struct lbr_keyword *keyword = &lbr_settings_keywords[_i];
	struct heard heard;
	size_t at, end;
	char text[96];

	ck_assert_str_eq(keyword->word, flips[_i].word);
	ck_assert_ptr_null(lbr_settings_keywords[FLIPS].word);
	snprintf(text, sizeof(text), "%s = %s\n", flips[_i].word, flips[_i].other);
	write_file(text, strlen(text));
	ck_assert_int_eq(load(&heard, &settings), LBR_OK);
	lbr_settings_default(&defaults);
	end = _i + 1 < FLIPS ? keyword[1].offset : sizeof(settings);
	ck_assert_mem_ne((char *)&settings + keyword->offset, (char *)&defaults + keyword->offset, end - keyword->offset);
	for (at = 0; at < sizeof(settings); at++)
		if (at < keyword->offset || at >= end)
			ck_assert_int_eq(((char *)&settings)[at], ((char *)&defaults)[at]);
}
END_TEST

/* Loads "VALUE-LINE" shaped by `format` and expects one fault on that line with that word. */
static void refuse(const char *text, size_t len, unsigned line, const char *word)
{
	struct heard heard;
	char begin[160];

	ck_assert_int_eq(load_text(text, len, &heard), LBR_ERR_SYNTAX);
	ck_assert_uint_eq(heard.count, 1);
	snprintf(begin, sizeof(begin), "%s: line %u: %s: ", path, line, word);
	if (strncmp(heard.all, begin, strlen(begin)) != 0)
		ck_abort_msg("%s instead of %s", heard.all, begin);
}

START_TEST(sec_1_20_every_keyword_with_every_fault_is_refused)
{
	const char *word = flips[_i].word, *good = flips[_i].other;
	char text[1200];
	int len;

	len = snprintf(text, sizeof(text), "%s = %s\n", word, flips[_i].bad);
	refuse(text, (size_t)len, 1, word);
	len = snprintf(text, sizeof(text), "\n%s =\n", word);
	refuse(text, (size_t)len, 2, word);
	len = snprintf(text, sizeof(text), "%s = %s\n#\n%s = %s\n", word, good, word, good);
	refuse(text, (size_t)len, 3, word);
	len = snprintf(text, sizeof(text), "%s = %s\r\n", word, good);
	refuse(text, (size_t)len, 1, word);
	len = snprintf(text, sizeof(text), "%s = %s#\n", word, good);
	text[len - 2] = '\0';
	refuse(text, (size_t)len, 1, word);
	len = snprintf(text, sizeof(text), "%s = %s%600s\n", word, good, "");
	refuse(text, (size_t)len, 1, word);
	len = snprintf(text, sizeof(text), "x%s = %s\n", word, good);
	snprintf(text + len + 1, sizeof(text) - (size_t)len - 1, "x%s", word);
	refuse(text, (size_t)len, 1, text + len + 1);
	len = snprintf(text, sizeof(text), "#\n%s = %s", word, good);
	refuse(text, (size_t)len, 2, "end of file");
}
END_TEST

START_TEST(sec_1_20_two_faults_are_two_reports)
{
	static const char text[] = "window = 3\nlanguage = fr\nhistory = 12x\n";
	struct heard heard;

	ck_assert_int_eq(load_text(text, sizeof(text) - 1, &heard), LBR_ERR_SYNTAX);
	ck_assert_uint_eq(heard.count, 2);
	ck_assert_ptr_nonnull(strstr(heard.all, "line 1: window: \"3\" is not allowed; allowed: a number from 0 to 2\n"));
	ck_assert_ptr_nonnull(strstr(heard.all, "line 3: history: \"12x\" is not allowed; allowed: a number from 1 to 10\n"));
}
END_TEST

START_TEST(sec_1_20_a_huge_file_is_refused)
{
	size_t size = 1 << 20;
	char *text = malloc(size);
	struct heard heard;

	ck_assert_ptr_nonnull(text);
	memset(text, '#', size);
	ck_assert_int_eq(load_text(text, size, &heard), LBR_ERR_SYNTAX);
	memset(text, '\n', size);
	ck_assert_int_eq(load_text(text, LBR_CONFIG_MAX, &heard), LBR_OK);
	ck_assert_int_eq(load_text(text, LBR_CONFIG_MAX + 1, &heard), LBR_ERR_SYNTAX);
	ck_assert_ptr_nonnull(strstr(heard.all, "larger"));
	free(text);
}
END_TEST

START_TEST(sec_1_20_a_missing_file_a_directory_and_a_link_are_refused)
{
	struct lbr_settings settings;
	struct heard heard;

	ck_assert_int_eq(load(&heard, &settings), LBR_ERR_ABSENT);
	ck_assert_int_eq(mkdir(path, 0755), 0);
	ck_assert_int_eq(load(&heard, &settings), LBR_ERR_UNSAFE);
	ck_assert_ptr_nonnull(strstr(heard.all, "regular"));
	ck_assert_int_eq(rmdir(path), 0);
	write_file("", 0);
	ck_assert_int_eq(load(&heard, &settings), LBR_OK);
	ck_assert_int_eq(link(path, other), 0);
	ck_assert_int_eq(load(&heard, &settings), LBR_ERR_UNSAFE);
	ck_assert_ptr_nonnull(strstr(heard.all, "hard link"));
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(symlink(other, path), 0);
	ck_assert_int_eq(load(&heard, &settings), LBR_ERR_UNSAFE);
	ck_assert_ptr_nonnull(strstr(heard.all, "symbolic link"));
}
END_TEST

START_TEST(sec_1_07_a_fifo_is_refused_at_once)
{
	struct lbr_settings settings;
	struct heard heard;

	alarm(1);
	ck_assert_int_eq(mkfifo(path, 0644), 0);
	ck_assert_int_eq(load(&heard, &settings), LBR_ERR_UNSAFE);
	ck_assert_ptr_nonnull(strstr(heard.all, "regular"));
	alarm(0);
}
END_TEST

START_TEST(sec_1_03_a_writable_file_is_refused_with_the_fix)
{
	static const mode_t modes[] = { 0664, 0646, 0666, 0777, 0622 };
	struct lbr_settings settings;
	struct heard heard;
	char fix[240];
	size_t at;

	snprintf(fix, sizeof(fix), "run: chown root %s; chmod go-w %s\n", path, path);
	for (at = 0; at < sizeof(modes) / sizeof(modes[0]); at++) {
		write_file("", 0);
		ck_assert_int_eq(chmod(path, modes[at]), 0);
		ck_assert_int_eq(load(&heard, &settings), LBR_ERR_UNSAFE);
		ck_assert_ptr_nonnull(strstr(heard.all, fix));
		ck_assert_int_eq(chmod(path, 0640), 0);
		ck_assert_int_eq(load(&heard, &settings), LBR_OK);
	}
}
END_TEST

/* Only root can give a file away. */
START_TEST(sec_1_03_a_strangers_file_is_refused_except_to_the_stranger)
{
	struct lbr_settings settings;
	struct heard heard;
	int status;
	pid_t child;

	write_file("", 0);
	ck_assert_int_eq(chown(path, STRANGER, STRANGER), 0);
	ck_assert_int_eq(load(&heard, &settings), LBR_ERR_UNSAFE);
	ck_assert_ptr_nonnull(strstr(heard.all, "owner 64201"));
	child = fork();
	if (child == 0) {
		if (setresgid(STRANGER, STRANGER, STRANGER) != 0 || setresuid(STRANGER, STRANGER, STRANGER) != 0)
			_exit(2);
		_exit(lbr_settings_load(path, &settings, NULL, NULL) == LBR_OK ? 0 : 1);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("settings");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, the_defaults_are_those_of_the_manual);
	tcase_add_test(tests, the_template_names_every_keyword_at_its_default);
	tcase_add_loop_test(tests, every_keyword_changes_its_own_field_alone, 0, FLIPS);
	tcase_add_loop_test(tests, sec_1_20_every_keyword_with_every_fault_is_refused, 0, FLIPS);
	tcase_add_test(tests, sec_1_20_two_faults_are_two_reports);
	tcase_add_test(tests, sec_1_20_a_huge_file_is_refused);
	tcase_add_test(tests, sec_1_20_a_missing_file_a_directory_and_a_link_are_refused);
	tcase_add_test(tests, sec_1_07_a_fifo_is_refused_at_once);
	tcase_add_test(tests, sec_1_03_a_writable_file_is_refused_with_the_fix);
	if (geteuid() == 0)
		tcase_add_test(tests, sec_1_03_a_strangers_file_is_refused_except_to_the_stranger);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(void)
{
	return run_suite(suite());
}
