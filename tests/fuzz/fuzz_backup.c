/* The readers of `restore`: a header asks for no more than is allowed, a line that nobody sealed never opens, and an account that
 * is read is written as it was read. */
#include <stdint.h>
#include <string.h>

#include "fuzz.h"

#include "backup_person.h"

static void judge_header(const char *text, size_t len)
{
	struct backup_seal seal;

	if (cli_seal_read_header(text, len, &seal) != BACKUP_SOUND)
		return;
	fuzz_expect(seal.ops >= crypto_pwhash_OPSLIMIT_MIN && seal.ops <= BACKUP_OPS_MOST, "passes");
	fuzz_expect(seal.memory >= crypto_pwhash_MEMLIMIT_MIN && seal.memory <= BACKUP_MEMORY_MOST, "memory");
	fuzz_expect(seal.created_s >= 0 && seal.header_len == len, "a time or a length");
}

static void judge_line(const char *text, size_t len)
{
	static struct backup_seal seal = { .header_len = 4, .header = "{}\n" };
	char opened[BACKUP_TEXT_MAX];
	size_t opened_len;
	bool last;

	cli_seal_rewind(&seal);
	fuzz_expect(cli_seal_pull(&seal, text, len, opened, &opened_len, &last) == BACKUP_CLOSED, "a forgery");
	fuzz_expect(opened_len == 0 && !last, "something of a forgery");
}

static void judge_person(const char *text, size_t len)
{
	static struct backup_person person, again;
	char written[BACKUP_TEXT_MAX];
	unsigned count;

	(void)cli_backup_read_end(text, len, &count);
	if (len >= BACKUP_TEXT_MAX || !cli_backup_read(text, len, &person))
		return;
	fuzz_expect(lbr_name_check(person.account.name) == LBR_OK, "a name that no account can have");
	fuzz_expect(person.history.count <= LBR_HISTORY_MAX && person.recovery_left <= LBR_RECOVERY_CODES, "counts");
	fuzz_expect(person.counters.last_step >= 0 && person.account.password_set_s >= 0, "a time");
	len = cli_backup_write(&person, written);
	fuzz_expect(len > 0 && cli_backup_read(written, len, &again), "what is written cannot be read");
	fuzz_expect(memcmp(&person, &again, sizeof(person)) == 0, "another account");
	if (cli_backup_take_in(fuzz_ring(), 60, &person) == LBR_OK)
		fuzz_expect(person.counters.last_step >= 60 && person.account.recovery_count == 0, "a code that is revived");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static fuzz_reader *const judges[] = { judge_header, judge_line, judge_person };

	fuzz_choose(data, size, judges, sizeof(judges) / sizeof(judges[0]));
	return 0;
}
