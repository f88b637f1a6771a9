/* A page process that was taken over, in the keeper's hands: it says to the keeper what its visitor sends, and to the visitor what the
 * keeper answers, byte for byte. It says it twice if the first byte is '2'. */
#include <sys/socket.h>
#include <unistd.h>

static char bytes[65536];

int main(void)
{
	size_t len = 0;
	ssize_t got;

	while ((got = read(3, bytes + len, sizeof(bytes) - len)) > 0)
		len += (size_t)got;
	if (len < 2)
		return 1;
	(void)send(4, bytes + 1, len - 1, MSG_NOSIGNAL);
	if (bytes[0] == '2')
		(void)send(4, bytes + 1, len - 1, MSG_NOSIGNAL);
	got = recv(4, bytes, sizeof(bytes), 0);
	return got > 0 && write(3, bytes, (size_t)got) == got ? 0 : 1;
}
