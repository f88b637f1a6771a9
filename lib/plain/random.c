/* Randomness comes only from the kernel, so that a failure can be seen and tested. */
#include <liberations/random.h>

#include <errno.h>
#include <sys/random.h>
#include <sys/types.h>

#include <liberations/secret.h>

#define DRAW_MAX 256 /* getrandom(2) returns that many bytes without being cut short by a signal */
#define GROUPS LBR_TEMPORARY_GROUPS
#define GROUP_LEN LBR_TEMPORARY_GROUP_LEN
#define DRAWS_MAX 16

static const char alphabet[] = LBR_TEMPORARY_CHARS;
#define ALPHABET_LEN (sizeof(alphabet) - 1)

enum lbr_error lbr_random(void *bytes, size_t len)
{
	unsigned char *at = bytes;
	size_t done = 0;
	ssize_t got;

	if (len < 1 || len > DRAW_MAX)
		return LBR_ERR_RANGE;
	while (done < len) {
		got = getrandom(at + done, len - done, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || (size_t)got > len - done) {
			lbr_wipe(bytes, len);
			return LBR_ERR_SYSTEM;
		}
		done += (size_t)got;
	}
	return LBR_OK;
}

/* One character of the alphabet, all equally likely: bytes past the last whole multiple are thrown away. */
static enum lbr_error draw_character(char *ret)
{
	const unsigned limit = 256 / ALPHABET_LEN * ALPHABET_LEN;
	unsigned char draw[DRAWS_MAX];
	enum lbr_error error = lbr_random(draw, sizeof(draw));
	unsigned i;

	for (i = 0; error == LBR_OK && i < DRAWS_MAX && draw[i] >= limit; i++)
		;
	if (error == LBR_OK && i == DRAWS_MAX)
		error = LBR_ERR_SYSTEM; /* happens once in 10^24 calls if the source is sound */
	*ret = error == LBR_OK ? alphabet[draw[i] % ALPHABET_LEN] : '\0';
	lbr_wipe(draw, sizeof(draw));
	return error;
}

enum lbr_error lbr_random_password(struct lbr_secret *ret)
{
	char text[GROUPS * (GROUP_LEN + 1)];
	enum lbr_error error = LBR_OK;
	size_t i, len = 0;

	lbr_secret_wipe(ret);
	for (i = 0; error == LBR_OK && i < GROUPS * GROUP_LEN; i++) {
		if (i > 0 && i % GROUP_LEN == 0)
			text[len++] = '-';
		error = draw_character(&text[len++]);
	}
	if (error == LBR_OK)
		error = lbr_secret_set(ret, text, len);
	lbr_wipe(text, sizeof(text));
	return error;
}
