/* The file of `export`: what was sealed is read back, and nothing else ever is. Every byte is changed once, every length is cut. */
#include "../../cli/backup/backup_input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <liberations/name.h>
#include <liberations/token.h>

#include "input_open.h"
#include "on_behalf.h"
#include "support/check_main.h"
#include "support/scratch_keyring.h"

#define PEOPLE 2
#define MADE_S INT64_C(1796000000)
#define FILE_ROOM 16384

/* What the reader takes from the rest of the command. */
static int opened = -1;
static enum cli_text said;

int cli_on_behalf_open(const char *path, int flags)
{
	(void)path;
	(void)flags;
	return dup(opened);
}

enum cli_status cli_input_fail(const struct cli *cli, const char *path, int error)
{
	(void)cli;
	(void)path;
	ck_assert_int_ne(error, 0);
	said = TEXT_NAMED;
	return CLI_FAULT;
}

enum cli_status cli_fail(const struct cli *cli, enum cli_status status, enum cli_text text, ...)
{
	(void)cli;
	said = text;
	return status;
}

enum cli_status cli_fail_reason(const struct cli *cli, const char *name, enum lbr_error error, const struct lbr_reason *reason)
{
	(void)cli;
	(void)name;
	(void)reason;
	ck_assert_int_eq(error, LBR_ERR_NEWER);
	return CLI_FAULT;
}

const char *cli_safe(const char *typed)
{
	return typed;
}

struct made {
	char   bytes[FILE_ROOM];
	size_t len, header_len, line_len;
};

static struct lbr_secret secret_of(const char *text)
{
	struct lbr_secret secret = { .len = 0 };

	ck_assert_int_eq(lbr_secret_set(&secret, text, strlen(text)), LBR_OK);
	return secret;
}

/* As much as an account can hold. */
static void fill(struct backup_person *person, unsigned number)
{
	struct lbr_account *account = &person->account;
	unsigned at;

	memset(person, 0, sizeof(*person));
	snprintf(account->name, sizeof(account->name), "person-%u-%.*s", number, 40, "zoé.zoé.zoé.zoé.zoé.zoé.zoé.zoé.zoé.zoé");
	account->has_uid = true;
	account->uid = UINT32_MAX - 1;
	account->language = LBR_LANGUAGE_FR;
	account->password_kind = LBR_PASSWORD_OWN;
	account->password_set_s = MADE_S;
	account->must_change = true;
	memset(account->password_hash, '"', LBR_HASH_MAX - 1);
	account->token_kind = LBR_TOKEN_CONFIRMED;
	memset(account->contact, '\\', LBR_CONTACT_MAX - 1);
	memset(person->key, 0xa5, sizeof(person->key));
	person->counters.last_step = MADE_S / 30;
	person->counters.last_sign_in_s = MADE_S;
	for (at = 0; at < LBR_LANES; at++)
		person->counters.lanes[at] = (struct lbr_lane_counters){ UINT32_MAX, 7 + at, 0 };
	person->recovery_left = LBR_RECOVERY_CODES;
	person->history.count = LBR_HISTORY_MAX;
	for (at = 0; at < LBR_HISTORY_MAX; at++) {
		person->history.entries[at].set_s = MADE_S - at;
		memset(person->history.entries[at].hash, 'h', LBR_HASH_MAX - 1);
	}
}

static void put(struct made *made, struct backup_seal *seal, const char *text, size_t len, bool last)
{
	char line[BACKUP_LINE_MAX];

	made->line_len = cli_seal_push(seal, text, len, last, line);
	ck_assert_uint_gt(made->line_len, 0);
	ck_assert_uint_lt(made->len + made->line_len, sizeof(made->bytes));
	memcpy(made->bytes + made->len, line, made->line_len);
	made->len += made->line_len;
}

/* A file of PEOPLE short accounts, at the lowest price. */
static void make(struct made *made, unsigned count)
{
	struct lbr_secret passphrase = secret_of("a long phrase of words");
	char text[BACKUP_TEXT_MAX];
	struct backup_person person;
	struct backup_seal seal;
	unsigned at;

	ck_assert_int_eq(cli_seal_begin(&passphrase, MADE_S, crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN, &seal),
	                 BACKUP_SOUND);
	memcpy(made->bytes, seal.header, seal.header_len);
	made->len = made->header_len = seal.header_len;
	for (at = 0; at < PEOPLE; at++) {
		fill(&person, at);
		person.history.count = 1;
		person.account.contact[4] = '\0';
		put(made, &seal, text, cli_backup_write(&person, text), false);
	}
	put(made, &seal, text, cli_backup_write_end(count, text), true);
	cli_seal_wipe(&seal);
}

/* Reads a whole file, twice if it is sound: true only if every person came, both times. */
static bool reads(const char *bytes, size_t len, const char *phrase)
{
	struct lbr_secret passphrase = secret_of(phrase);
	enum backup_fault fault = BACKUP_SYSTEM;
	struct backup_input input;
	struct backup_person person;
	unsigned pass, people = 0;
	bool sound = false, all_sound = true;

	opened = memfd_create("export", MFD_CLOEXEC);
	ck_assert_int_eq(write(opened, bytes, len), (ssize_t)len);
	ck_assert_int_eq(lseek(opened, 0, SEEK_SET), 0);
	said = TEXTS;
	if (cli_backup_input_open(NULL, "export", &input) == CLI_DONE && cli_seal_open(&input.seal, &passphrase) == BACKUP_SOUND)
		for (pass = 0; pass < 2; pass++) {
			ck_assert(cli_backup_input_rewind(&input));
			while (cli_backup_input_next(&input, &person, &sound, &fault))
				all_sound = all_sound && sound;
			people += input.people;
			if (fault != BACKUP_SOUND)
				break;
		}
	if (said == TEXTS && fault != BACKUP_SOUND)
		(void)cli_backup_input_fail(NULL, "export", fault);
	cli_backup_input_close(&input);
	close(opened);
	ck_assert_int_eq(fault == BACKUP_SOUND, said == TEXTS);
	return fault == BACKUP_SOUND && all_sound && people == 2 * PEOPLE;
}

START_TEST(a_whole_account_comes_back)
{
	static struct backup_person person, again;
	char text[BACKUP_TEXT_MAX], other[BACKUP_TEXT_MAX];
	size_t len;

	fill(&person, 1);
	len = cli_backup_write(&person, text);
	ck_assert_uint_gt(len, 4000);
	ck_assert(cli_backup_read(text, len, &again));
	ck_assert_mem_eq(&person, &again, sizeof(person));
	ck_assert_uint_eq(cli_backup_write(&again, other), len);
	ck_assert_mem_eq(text, other, len);
	memset(&person, 0, sizeof(person));
	snprintf(person.account.name, sizeof(person.account.name), "a");
	len = cli_backup_write(&person, text);
	ck_assert(cli_backup_read(text, len, &again));
	ck_assert_mem_eq(&person, &again, sizeof(person));
}
END_TEST

START_TEST(a_file_comes_back)
{
	static struct made made;

	make(&made, PEOPLE);
	ck_assert(reads(made.bytes, made.len, "a long phrase of words"));
	ck_assert(!reads(made.bytes, made.len, "a long phrase of word"));
	ck_assert_int_eq(said, TEXT_RESTORE_CLOSED);
	ck_assert(!reads(made.bytes, made.len, ""));
	make(&made, PEOPLE + 1);
	ck_assert_msg(!reads(made.bytes, made.len, "a long phrase of words"), "another count than its people");
	ck_assert_int_eq(said, TEXT_RESTORE_CHANGED);
}
END_TEST

START_TEST(no_byte_can_be_changed)
{
	static struct made made;
	static const char masks[] = { 0x01, 0x20, 0x04 }; /* another digit, the other case */
	size_t at;

	make(&made, PEOPLE);
	for (at = 0; at < made.len; at++) {
		char before = made.bytes[at];

		made.bytes[at] = (char)(before ^ masks[at % sizeof(masks)]);
		ck_assert_msg(!reads(made.bytes, made.len, "a long phrase of words"), "byte %zu", at);
		made.bytes[at] = before;
	}
}
END_TEST

START_TEST(no_end_can_be_missing)
{
	static struct made made;
	size_t len;

	make(&made, PEOPLE);
	for (len = 0; len < made.len; len++)
		ck_assert_msg(!reads(made.bytes, len, "a long phrase of words"), "cut at %zu", len);
	ck_assert(!reads(made.bytes, made.len - made.line_len, "a long phrase of words"));
	ck_assert_int_eq(said, TEXT_RESTORE_SHORT);
}
END_TEST

/* Lines left out, twice, in another order, after the end, and of another file of the same people. */
START_TEST(no_line_can_be_moved)
{
	static struct made made, other, built;
	static const char *const orders[] = { "", "0", "01", "0e", "1e", "10e", "001e", "011e", "01ee", "01e0", "e", "x1e", "0xe", "xe" };
	size_t at, line;

	make(&made, PEOPLE);
	make(&other, PEOPLE);
	line = (made.len - made.header_len) / (PEOPLE + 1);
	for (at = 0; at < sizeof(orders) / sizeof(orders[0]); at++) {
		const char *order;

		memcpy(built.bytes, made.bytes, made.header_len);
		built.len = made.header_len;
		for (order = orders[at]; *order != '\0'; order++) {
			const struct made *from = *order == 'x' ? &other : &made;
			size_t number = *order == 'e' ? PEOPLE : (size_t)(*order == '1' || *order == 'x');

			memcpy(built.bytes + built.len, from->bytes + from->header_len + number * line, line);
			built.len += line;
		}
		ck_assert_msg(!reads(built.bytes, built.len, "a long phrase of words"), "%s", orders[at]);
	}
	memcpy(made.bytes + made.len, "\n", 1);
	ck_assert(!reads(made.bytes, made.len + 1, "a long phrase of words"));
}
END_TEST

#define HEAD "{\"liberations-export\":1,\"created\":1,\"pwhash\":\"argon2id13\",\"opslimit\":1,\"memlimit\":8192,\"salt\":"
#define SALT "\"AAAAAAAAAAAAAAAAAAAAAA==\""
#define TAIL ",\"secretstream\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}\n"

static const struct { const char *line; enum backup_fault fault; } headers[] = {
	{ HEAD SALT TAIL, BACKUP_SOUND },
	{ "", BACKUP_OTHER }, { "\n", BACKUP_OTHER }, { "{}\n", BACKUP_OTHER }, { "[]\n", BACKUP_OTHER },
	{ "{\"liberations-export\":0}\n", BACKUP_OTHER }, { "{\"liberations-export\":2}\n", BACKUP_NEWER },
	{ "{\"liberations-export\":1}\n", BACKUP_OTHER }, { "{\"liberations-export\":1.0}\n", BACKUP_OTHER },
	{ HEAD "\"AAAAAAAAAAAAAAAAAAAAAA\"" TAIL, BACKUP_OTHER }, { HEAD "\"\"" TAIL, BACKUP_OTHER }, { HEAD "null" TAIL, BACKUP_OTHER },
	{ HEAD "\"AAAAAAAAAAAAAAAAAAAAAB==\"" TAIL, BACKUP_OTHER }, { HEAD SALT ",\"more\":1" TAIL, BACKUP_OTHER },
	{ HEAD SALT ",\"salt\":" SALT TAIL, BACKUP_OTHER }, { HEAD SALT "}\n", BACKUP_OTHER },
};

START_TEST(a_header_is_read_strictly)
{
	struct backup_seal seal;
	const char *line = headers[_i].line;

	ck_assert_int_eq(cli_seal_read_header(line, strlen(line), &seal), headers[_i].fault);
}
END_TEST

static const struct { const char *ops, *memory; enum backup_fault fault; } prices[] = {
	{ "3", "268435456", BACKUP_SOUND }, { "8", "1073741824", BACKUP_SOUND }, { "1", "8192", BACKUP_SOUND },
	{ "9", "8192", BACKUP_COSTLY }, { "1", "1073741825", BACKUP_COSTLY }, { "1", "1099511627776", BACKUP_COSTLY },
	{ "4294967297", "8192", BACKUP_COSTLY }, { "9223372036854775807", "9223372036854775807", BACKUP_COSTLY },
	{ "9223372036854775808", "8192", BACKUP_OTHER }, { "0", "8192", BACKUP_OTHER }, { "-1", "8192", BACKUP_OTHER },
	{ "1", "8191", BACKUP_OTHER }, { "1", "-1", BACKUP_OTHER }, { "NaN", "8192", BACKUP_OTHER }, { "1", "Infinity", BACKUP_OTHER },
	{ "1e3", "8192", BACKUP_OTHER }, { "1.5", "8192", BACKUP_OTHER }, { "\"3\"", "8192", BACKUP_OTHER }, { "01", "8192", BACKUP_OTHER },
};

START_TEST(a_header_cannot_ask_for_more)
{
	struct backup_seal seal;
	char line[BACKUP_HEADER_MAX];
	int len = snprintf(line, sizeof(line),
	                   "{\"liberations-export\":1,\"created\":1,\"pwhash\":\"argon2id13\",\"opslimit\":%s,\"memlimit\":%s,\"salt\":"
	                   SALT TAIL, prices[_i].ops, prices[_i].memory);

	ck_assert_int_eq(cli_seal_read_header(line, (size_t)len, &seal), prices[_i].fault);
}
END_TEST

/* What fills a key of 20 bytes up to 64: a long key ends otherwise, and has no other length. */
#define ZEROS_11 "0000000000000000000000"
#define ZEROS_44 ZEROS_11 ZEROS_11 ZEROS_11 ZEROS_11

/* What is to be replaced in an account's line, and by what. */
static const struct { const char *old, *new; } faults[] = {
	{ "\"user\":\"a\"", "\"user\":\"../a\"" }, { "\"user\":\"a\"", "\"user\":\"\"" }, { "\"user\":\"a\"", "\"user\":null" },
	{ "\"user\":\"a\"", "\"user\":\"a\\u0000b\"" }, { "\"user\":\"a\"", "\"user\":\"a\",\"user\":\"b\"" },
	{ "\"user\":\"a\"", "\"user\":\"a\",\"more\":1" }, { "\"user\":\"a\",", "" }, { "\"uid\":null", "\"uid\":-1" },
	{ "\"uid\":null", "\"uid\":4294967295" }, { "\"uid\":null", "\"uid\":1.0" }, { "\"uid\":null", "\"uid\":\"7\"" },
	{ "\"language\":null", "\"language\":\"de\"" }, { "\"language\":null", "\"language\":\"\"" },
	{ "\"contact\":null", "\"contact\":\"\"" }, { "\"contact\":null", "\"contact\":7" },
	{ "\"password\":\"temporary\"", "\"password\":\"Own\"" }, { "\"token\":\"pending\"", "\"token\":\"\"" },
	{ "\"password_set\":0", "\"password_set\":-1" }, { "\"password_set\":0", "\"password_set\":1e99" },
	{ "\"last_step\":0", "\"last_step\":-1" }, { "\"last_step\":0", "\"last_step\":9223372036854775808" },
	{ "\"last_sign_in\":0", "\"last_sign_in\":-5" }, { "\"invited_until\":0", "\"invited_until\":false" },
	{ "\"disabled\":false", "\"disabled\":0" }, { "\"recovery_codes_left\":0", "\"recovery_codes_left\":11" },
	{ "\"key\":\"00", "\"key\":\"0" }, { "\"key\":\"00", "\"key\":\"0000" }, { "\"key\":\"00", "\"key\":\"0g" },
	{ "\"key\":\"00", "\"key\":\": " }, { "\"key\":\"00", "\"key\":\"00" ZEROS_44 }, { "\"key\":\"00", "\"key\":\"0011" },
	{ "\"key\":\"00", "\"key\":\"11" ZEROS_44 "00" },
	{ "{\"password\":0,", "{\"password\":-1," }, { "{\"password\":0,", "{\"password\":4294967296," },
	{ "\"console\":", "\"kitchen\":" }, { "\"history\":[]", "\"history\":{}" }, { "\"history\":[]", "\"history\":[{}]" },
	{ "\"history\":[]", "\"history\":[1,2,3,4,5,6,7,8,9,10,11]" }, { "\"history\":[]}", "\"history\":[]}x" },
};

START_TEST(an_account_is_read_strictly)
{
	static struct backup_person person;
	char text[BACKUP_TEXT_MAX], changed[2 * BACKUP_TEXT_MAX];
	const char *at;

	memset(&person, 0, sizeof(person));
	snprintf(person.account.name, sizeof(person.account.name), "a");
	ck_assert_uint_gt(cli_backup_write(&person, text), 0);
	at = strstr(text, faults[_i].old);
	ck_assert_msg(at != NULL, "%s is not in %s", faults[_i].old, text);
	snprintf(changed, sizeof(changed), "%.*s%s%s", (int)(at - text), text, faults[_i].new, at + strlen(faults[_i].old));
	ck_assert_msg(!cli_backup_read(changed, strlen(changed), &person), "%s", changed);
	ck_assert_str_eq(person.account.name, "");
}
END_TEST

START_TEST(what_is_taken_in_revives_nothing)
{
	struct lbr_keyring *keyring = ring_of(KEY_A);
	static struct backup_person person;
	unsigned char key[LBR_TOKEN_KEY_LEN];
	int64_t least = MADE_S / 30 + 2;

	fill(&person, 1);
	snprintf(person.account.contact, sizeof(person.account.contact), "a@example.org");
	ck_assert_int_eq(cli_backup_take_in(keyring, least, &person), LBR_OK);
	ck_assert_int_eq(person.counters.last_step, least);
	ck_assert_uint_eq(person.account.recovery_set, 0);
	ck_assert_uint_eq(person.account.recovery_count, 0);
	ck_assert_int_eq(person.counters.lanes[0].next_try_s, 0);
	ck_assert_uint_eq(person.counters.lanes[0].password_failures, UINT32_MAX);
	ck_assert_int_eq(lbr_token_unseal(keyring, person.account.name, &person.account.token, key), LBR_OK);
	ck_assert_mem_eq(key, person.key, sizeof(key));
	person.counters.last_step = least + 100;
	ck_assert_int_eq(cli_backup_take_in(keyring, least, &person), LBR_OK);
	ck_assert_msg(person.counters.last_step == least + 100, "a step that was used there");
	person.account.password_hash[0] = '\n';
	ck_assert_int_eq(cli_backup_take_in(keyring, least, &person), LBR_ERR_SYNTAX);
	fill(&person, 1);
	ck_assert_msg(cli_backup_take_in(keyring, least, &person) == LBR_OK, "backslashes are a contact");
	snprintf(person.account.contact, sizeof(person.account.contact), "a\x1b");
	ck_assert_int_eq(cli_backup_take_in(keyring, least, &person), LBR_ERR_SYNTAX);
	lbr_keyring_free(keyring);
}
END_TEST

static Suite *make_suite(void)
{
	Suite *suite = suite_create("cli_backup");
	TCase *tcase = tcase_create("backup");

	tcase_add_test(tcase, a_whole_account_comes_back);
	tcase_add_test(tcase, a_file_comes_back);
	tcase_add_test(tcase, no_byte_can_be_changed);
	tcase_add_test(tcase, no_end_can_be_missing);
	tcase_add_test(tcase, no_line_can_be_moved);
	tcase_add_loop_test(tcase, a_header_is_read_strictly, 0, sizeof(headers) / sizeof(headers[0]));
	tcase_add_loop_test(tcase, a_header_cannot_ask_for_more, 0, sizeof(prices) / sizeof(prices[0]));
	tcase_add_loop_test(tcase, an_account_is_read_strictly, 0, sizeof(faults) / sizeof(faults[0]));
	tcase_add_test(tcase, what_is_taken_in_revives_nothing);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(int argc, char **argv)
{
	if (sodium_init() < 0)
		return 1;
	return run_suite(argc, argv, make_suite);
}
