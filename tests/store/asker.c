/* A program of a host that asks the shared store, line by line, for the cases in Python: asker KEY SOCKET|BROKER CONFIG
 *
 * SOCKET: a broker's. BROKER CONFIG: root's own, which is started. The key file is the host's. Each line of standard input is one
 * question, and each gets one line: a word, the error's name, and why. The table `words` below says what each does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <liberations/password.h>

#include "store/asker.h"

#define FIELDS 4

struct asker asker;
const unsigned char asker_token_key[LBR_TOKEN_KEY_LEN] = "abcdefghijklmnopqrst";

static int64_t now_s(void)
{
	return time(NULL);
}

void asker_say(const char *word, enum lbr_error error, const struct lbr_reason *reason)
{
	printf("%s\t%s\t%s\n", word, lbr_error_name(error), error != LBR_OK ? reason->text : "");
	fflush(stdout);
}

void asker_say_done(enum lbr_error error, const struct lbr_reason *reason)
{
	asker_say(error == LBR_OK ? "done" : "no", error, reason);
}

static int start_broker(const char *broker, const char *config)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		exit(2);
	if (fork() == 0) {
		if (dup2(pair[1], STDIN_FILENO) == STDIN_FILENO)
			execl(broker, "liberations-store", "--config", config, "--admin", (char *)NULL);
		_exit(127);
	}
	close(pair[1]);
	return pair[0];
}

struct lbr_store *asker_open(const char *socket, int fd)
{
	const struct lbr_broker broker = {.path = socket, .fd = fd};
	struct lbr_reason reason = {.text = ""};
	struct lbr_store *ret;

	if (lbr_store_open_shared(&broker, asker.keyring, now_s, &ret, &reason) == LBR_OK)
		return ret;
	asker_say_done(LBR_ERR_SYSTEM, &reason);
	exit(2);
}

static void make_model(void)
{
	struct lbr_secret password;

	asker.model = (struct lbr_account){.generation = 1, .language = LBR_LANGUAGE_EN, .password_kind = LBR_PASSWORD_OWN,
	                             .password_set_s = now_s() - 1000, .token_kind = LBR_TOKEN_CONFIRMED};
	if (lbr_secret_set(&password, ASKER_PASSWORD, strlen(ASKER_PASSWORD)) != LBR_OK ||
	    lbr_password_hash(&password, 1, asker.model.password_hash) != LBR_OK)
		exit(2);
	lbr_secret_wipe(&password);
}

int64_t asker_number(const char *field)
{
	return strtoll(field, NULL, 10);
}

static const struct {
	const char *word;
	void      (*run)(char **fields);
} words[] = {
	{"found", asker_found}, {"enroll", asker_enroll}, {"sign", asker_sign}, {"use", asker_use}, {"late", asker_late},
	{"board", asker_board}, {"rush", asker_rush}, {"disable", asker_disable}, {"load", asker_load},
	{"remove", asker_remove}, {"rename", asker_rename}, {"rebuild", asker_rebuild}, {"page", asker_page},
};

static void answer(char *line)
{
	char *fields[FIELDS + 1] = {NULL}, *rest = line;
	size_t at;

	line[strcspn(line, "\n")] = '\0';
	for (at = 0; at < FIELDS; at++)
		fields[at] = strsep(&rest, "\t");
	for (at = 0; at < sizeof(words) / sizeof(words[0]); at++)
		if (strcmp(words[at].word, fields[0]) == 0)
			words[at].run(fields);
}

int main(int argc, char **argv)
{
	struct lbr_reason reason = {.text = ""};
	char line[512];

	lbr_settings_default(&asker.settings);
	asker.settings.hash_cost = 1;
	if (argc < 3 || lbr_keyring_load(argv[1], &asker.keyring, &reason) != LBR_OK) {
		fprintf(stderr, "asker: %s\n", reason.text);
		return 2;
	}
	make_model();
	asker.store = argc == 3 ? asker_open(argv[2], -1) : asker_open("", start_broker(argv[2], argv[3]));
	while (fgets(line, sizeof(line), stdin) != NULL)
		answer(line);
	lbr_store_close(asker.store);
	lbr_keyring_free(asker.keyring);
	return 0;
}
