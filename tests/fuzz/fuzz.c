#include "fuzz.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void fuzz_expect(bool condition, const char *sentence)
{
	if (condition)
		return;
	fprintf(stderr, "finding: %s\n", sentence);
	abort();
}

void fuzz_choose(const uint8_t *data, size_t size, fuzz_reader *const readers[], size_t count)
{
	char *bytes;

	if (size == 0)
		return;
	bytes = malloc(size); /* not a byte more, so that a sanitizer sees a read past the end */
	fuzz_expect(bytes != NULL, "memory");
	memcpy(bytes, data + 1, size - 1);
	readers[data[0] % count](bytes, size - 1);
	free(bytes);
}

const struct lbr_keyring *fuzz_ring(void)
{
	static const char line[] = "0123abcd 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";
	static struct lbr_keyring *keyring;
	char path[] = "/tmp/lbr-fuzz-key.XXXXXX";
	int fd;

	if (keyring != NULL)
		return keyring;
	fd = mkostemp(path, O_CLOEXEC);
	fuzz_expect(fd >= 0 && write(fd, line, sizeof(line) - 1) == (ssize_t)sizeof(line) - 1 && close(fd) == 0, "no key file");
	fuzz_expect(lbr_keyring_load(path, &keyring, NULL) == LBR_OK && unlink(path) == 0, "no keyring");
	return keyring;
}
