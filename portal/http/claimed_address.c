/* Where a request says that it comes from. */
#include "claimed_address.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>

void lbr_claimed_address(const char *value, char ret[LBR_CLAIMED_ADDRESS_MAX])
{
	const char *comma = strrchr(value, ','), *begin = comma != NULL ? comma + 1 : value;
	char text[LBR_CLAIMED_ADDRESS_MAX];
	unsigned char address[sizeof(struct in6_addr)];
	int family = AF_INET;
	size_t len;

	memcpy(ret, "-", 2);
	begin += strspn(begin, " \t");
	len = strcspn(begin, " \t");
	if (len >= sizeof(text) || begin[len + strspn(begin + len, " \t")] != '\0')
		return;
	memcpy(text, begin, len);
	text[len] = '\0';
	if (strchr(text, ':') != NULL)
		family = AF_INET6;
	if (inet_pton(family, text, address) != 1 || inet_ntop(family, address, ret, LBR_CLAIMED_ADDRESS_MAX) == NULL)
		memcpy(ret, "-", 2);
}
