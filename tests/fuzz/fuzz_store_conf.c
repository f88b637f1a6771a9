/* store.conf(5): a fault is told exactly when something is refused, and what is accepted sends no password in clear. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#include "servers.h"
#include "store_settings.h"

static unsigned faults;

static void count_fault(void *context, const struct lbr_reason *reason)
{
	(void)context;
	fuzz_expect(reason->text[0] != '\0' && strpbrk(reason->text, "\n\r\033") == NULL, "a fault's sentence");
	faults++;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lbr_store_settings settings;
	struct lbr_servers servers;
	enum lbr_error error;
	char *text = malloc(size + 1);
	unsigned at;

	fuzz_expect(text != NULL, "memory");
	memcpy(text, data, size);
	text[size] = '\0';
	faults = 0;
	error = lbr_store_settings_read("f", text, size, &settings, count_fault, NULL);
	free(text);
	fuzz_expect((error == LBR_OK) == (faults == 0), "refused without a fault, or accepted with one");
	if (error != LBR_OK)
		return 0;
	fuzz_expect(lbr_servers_read(settings.servers, &servers), "servers that are none");
	fuzz_expect(!lbr_servers_are_remote(&servers) || settings.tls_ca[0] == '/', "a server over the network without TLS");
	fuzz_expect(settings.connections >= 1 && settings.connections <= LBR_LINKS_MAX, "connections");
	fuzz_expect(settings.state[0] == '/' && settings.socket[0] == '/' && settings.user[0] != '\0', "what is needed");
	for (at = 0; at < servers.count; at++)
		fuzz_expect(servers.at[at].host[0] != '\0' && servers.at[at].host[0] != '@' && strchr(servers.at[at].host, ',') == NULL &&
		            strtol(servers.at[at].port, NULL, 10) > 0, "a server");
	return 0;
}
