/* An input is a little program that builds what the peer sends: mutations of raw frames would hardly ever get past the codec.
 *     byte 0           who the peer is: root, alice, a stranger at either socket
 *     0 L bytes        a frame with this body        1 L bytes   bytes without a frame
 *     2 9 bytes        hello                         3 5 bytes   request
 *     4 1 byte         an answer out of the table    5 L bytes   an answer of these bytes
 *     6                the answer that nothing came
 *     7                the answer that more time is needed */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "dialogue.h"

struct peer peer;
char codes[3][LBR_CODE_DIGITS + 1];

const char *const users[USERS] = {"alice", "bruno", "carla", "denis", "nobody", "", "al/ice", "ALICE"};

static void put(const void *bytes, size_t len)
{
	if (len > STREAM_MAX - peer.len)
		len = STREAM_MAX - peer.len;
	memcpy(peer.stream + peer.len, bytes, len);
	peer.len += len;
}

static void put_frame(const struct lbr_frame *frame)
{
	unsigned char word[4] = {0, 0, (unsigned char)(frame->len >> 8), (unsigned char)frame->len};

	put(word, sizeof(word));
	put(frame->bytes, frame->len);
}

struct program {
	const uint8_t *data;
	size_t         size;
};

static uint8_t take(struct program *program)
{
	if (program->size == 0)
		return 0;
	program->size--;
	return *program->data++;
}

static const uint8_t *take_bytes(struct program *program, size_t *len)
{
	const uint8_t *bytes;

	*len = take(program);
	if (*len > program->size)
		*len = program->size;
	bytes = program->data;
	program->data += *len;
	program->size -= *len;
	return bytes;
}

static void choose_secret(uint8_t which, struct lbr_secret *secret)
{
	const char *const table[] = {WORLD_PASSWORD, codes[1], NEW_PASSWORD, "", codes[0], codes[2], "wrong", "000000",
	                             "une phrase qui va bien " NEW_PASSWORD, "alicealicealice"};
	char both[128];

	if (which == 255) { /* one answer for both */
		snprintf(both, sizeof(both), "%s%s", WORLD_PASSWORD, codes[1]);
		(void)lbr_secret_set(secret, both, strlen(both));
	} else {
		const char *text = table[which % (sizeof(table) / sizeof(table[0]))];

		(void)lbr_secret_set(secret, text, strlen(text));
	}
}

static void build_hello(struct program *program)
{
	static const char *const ttys[] = {"", "tty1", "ssh", "/dev/pts/0"};
	struct lbr_hello hello = {.version = 1, .language = LBR_LANGUAGE_EN, .service = "fuzz"};
	static struct lbr_frame frame;
	uint8_t odd = take(program);

	hello.version = odd > 250 ? odd : 1 + odd % 3; /* the two before, and this one */
	hello.factors = (enum lbr_factors)(take(program) % 3);
	hello.password_source = (enum lbr_password_source)(take(program) % 2);
	hello.unknown = (enum lbr_unknown)(take(program) % 2);
	hello.expired = (enum lbr_expired)(take(program) % 3);
	hello.qr = (enum lbr_qr_style)(take(program) % 3);
	hello.enroll = (enum lbr_enroll)(take(program) % 2);
	odd = take(program);
	hello.publickey = odd % 2;
	hello.structured = (odd & 2) != 0;
	snprintf(hello.tty, sizeof(hello.tty), "%s", ttys[take(program) % 4]);
	if (lbr_wire_put_hello(&frame, &hello) == LBR_OK)
		put_frame(&frame);
}

static void build_request(struct program *program)
{
	static struct lbr_request request;
	static struct lbr_frame frame;
	static uint64_t serial;
	uint8_t flags;

	memset(&request, 0, sizeof(request));
	request.kind = (enum lbr_request_kind)(1 + take(program) % 5);
	request.serial = ++serial;
	snprintf(request.user, sizeof(request.user), "%s", users[take(program) % USERS]);
	choose_secret(take(program), &request.password);
	choose_secret(take(program), &request.code);
	flags = take(program);
	request.answered = !(flags & 1);
	request.silent = flags & 2;
	request.prelim = flags & 4;
	request.only_expired = flags & 8;
	request.one_answer = flags & 16;
	request.unreadable = (flags & 96) == 96;
	if (lbr_wire_put_request(&frame, &request) == LBR_OK)
		put_frame(&frame);
}

static void build_answer(struct program *program, uint8_t op)
{
	struct lbr_answer answer = {.given = op < 6, .later = op == 7};
	static struct lbr_frame frame;
	const uint8_t *bytes;
	size_t len;

	if (op == 4) {
		choose_secret(take(program), &answer.text);
	} else if (op == 5) {
		bytes = take_bytes(program, &len);
		(void)lbr_secret_set(&answer.text, bytes, len);
	}
	if (lbr_wire_put_answer(&frame, &answer) == LBR_OK)
		put_frame(&frame);
}

void build_peer(const uint8_t *data, size_t size)
{
	struct program made = {data, size}, *program = &made;
	static struct lbr_frame frame;
	const uint8_t *bytes;
	size_t len;
	uint8_t op;

	peer.len = peer.at = 0;
	op = take(program);
	peer.uid = op % 4 == 0 ? 0 : op % 4 == 1 ? ALICE_UID : 6000;
	peer.scope = op % 4 == 3 || op & 0x80 ? LBR_SCOPE_ANY : LBR_SCOPE_OWN;
	while (program->size > 0) {
		op = take(program) % 8;
		if (op <= 1) {
			bytes = take_bytes(program, &len);
			frame.len = len;
			memcpy(frame.bytes, bytes, len);
			if (op == 0)
				put_frame(&frame);
			else
				put(bytes, len);
		} else if (op == 2) {
			build_hello(program);
		} else if (op == 3) {
			build_request(program);
		} else {
			build_answer(program, op);
		}
	}
}

