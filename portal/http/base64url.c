/* The alphabet of all that we hand out. */
#include "base64url.h"

bool lbr_is_base64url(const char *bytes, size_t len)
{
	size_t at;

	for (at = 0; at < len; at++)
		if (!((bytes[at] >= 'a' && bytes[at] <= 'z') || (bytes[at] >= 'A' && bytes[at] <= 'Z') ||
		      (bytes[at] >= '0' && bytes[at] <= '9') || bytes[at] == '-' || bytes[at] == '_'))
			return false;
	return true;
}
