/* liberations-portal-gate-map: Apache's RewriteMap program. `liberations-portal-gate-map SOCKET [HOST [%WORD]]`. A line of
 * standard input is the Cookie field of a request; a line of standard output is the name of the person whose session that is, or
 * NULL. A word, which is no name, is said of sessions that nobody has: NULL then means that the gate cannot say. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <liberations/secret.h>

#include "ask_gate.h"
#include "cage.h"
#include "map_line.h"

static const char host_letters[] = "abcdefghijklmnopqrstuvwxyz0123456789.-:";

/* A name has no % but before two digits. */
static bool is_word(const char *word)
{
	size_t len = strlen(word);

	return word[0] == '%' && len > 1 && len < LBR_GATE_NAME_MAX &&
	       strspn(word + 1, "ghijklmnopqrstuvwxyz") == len - 1;
}

static bool read_arguments(int argc, char **argv, struct lbr_gate_client *client)
{
	const char *path = argc > 1 ? argv[1] : "";

	*client = (struct lbr_gate_client){ .address = { .sun_family = AF_UNIX }, .fd = -1, .site = argc > 2 ? argv[2] : "" };
	if (argc < 2 || argc > 4 ||
	    (argc == 4 && !is_word(argv[3])) || path[0] != '/' || strlen(path) >= sizeof(client->address.sun_path) ||
	    strlen(client->site) >= LBR_GATE_HOST_MAX || strspn(client->site, host_letters) != strlen(client->site))
		return false;
	memcpy(client->address.sun_path, path, strlen(path) + 1);
	return true;
}

static bool write_all(const char *text)
{
	size_t len = strlen(text);
	ssize_t done;

	while (len > 0) {
		done = write(STDOUT_FILENO, text, len);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		text += done;
		len -= (size_t)done;
	}
	return true;
}

static bool answer(struct lbr_gate_client *client, const char *no, struct lbr_map_line *line)
{
	char name[LBR_GATE_NAME_MAX + 1];
	size_t len;

	if (lbr_ask_gate(client, line->text, name))
		memcpy(name, no, strlen(no) + 1);
	lbr_wipe(line, sizeof(*line));
	len = strlen(name);
	memcpy(name + len, "\n", 2);
	return write_all(len > 0 ? name : "NULL\n");
}

static int serve(struct lbr_gate_client *client, const char *no)
{
	static struct lbr_map_line line;
	char bytes[4096];
	ssize_t got, at;

	for (;;) {
		got = read(STDIN_FILENO, bytes, sizeof(bytes));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == 0 ? 0 : 1;
		for (at = 0; at < got; at++)
			if (lbr_map_line_take(&line, bytes[at]) && !answer(client, no, &line))
				return 1;
		lbr_wipe(bytes, sizeof(bytes));
	}
}

int main(int argc, char **argv)
{
	struct lbr_gate_client client;

	if (!read_arguments(argc, argv, &client)) {
		fprintf(stderr, "Usage: liberations-portal-gate-map SOCKET [HOST [%%WORD]]\n");
		return 2;
	}
	if (geteuid() == 0) {
		fprintf(stderr, "liberations-portal-gate-map: does not run as root; "
		        "name a user in the RewriteMap line, behind prg:...\n");
		return 1;
	}
	(void)signal(SIGPIPE, SIG_IGN);
	return lbr_cage(LBR_CAGE_CONNECTS, NULL) == LBR_OK ? serve(&client, argc > 3 ? argv[3] : "") : 1;
}
