/* The table of carriers: one line each. */
#include "carriers.h"

#include <stdio.h>
#include <string.h>

#define BLANKS " \t"
#define NATIONAL "{national}"
#define WITH_COUNTRY "{number}"
#define NONE "none"

static const char *const states[CARRIER_STATES] = { "works", "ending", "dead", "unverified" };

const char *cli_carrier_state(enum carrier_state state)
{
	return states[state];
}

/* Takes the next word out of the line. */
static bool take_word(char **at, char *ret, size_t size)
{
	size_t len;

	*at += strspn(*at, BLANKS);
	len = strcspn(*at, BLANKS);
	if (len == 0 || len >= size)
		return false;
	memcpy(ret, *at, len);
	ret[len] = '\0';
	*at += len;
	return true;
}

static bool is_date(const char *text)
{
	size_t at;

	if (strlen(text) != 10)
		return false;
	for (at = 0; at < 10; at++)
		if (at == 4 || at == 7 ? text[at] != '-' : text[at] < '0' || text[at] > '9')
			return false;
	return true;
}

static bool read_state(const char *word, enum carrier_state *ret)
{
	int at;

	for (at = 0; at < CARRIER_STATES; at++) {
		if (strcmp(word, states[at]) == 0) {
			*ret = (enum carrier_state)at;
			return true;
		}
	}
	return false;
}

static bool is_text(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

/* A pattern is sound if it makes a sound address, whatever the number. */
static bool is_pattern(const struct carrier *carrier)
{
	char address[LBR_ADDRESS_MAX];

	return cli_carrier_address(carrier, "+123456789012345", address);
}

static bool read_line(char *line, struct carrier *ret)
{
	char state[16];

	*ret = (struct carrier){ .name = "" };
	if (!take_word(&line, ret->name, sizeof(ret->name)) || !take_word(&line, state, sizeof(state)) ||
	    !take_word(&line, ret->date, sizeof(ret->date)) || !take_word(&line, ret->address, sizeof(ret->address)))
		return false;
	line += strspn(line, BLANKS);
	if (strlen(line) >= sizeof(ret->source) || !is_text(line))
		return false;
	memcpy(ret->source, line, strlen(line) + 1);
	if (strcmp(ret->address, NONE) == 0)
		ret->address[0] = '\0';
	return lbr_carrier_is_name(ret->name) && read_state(state, &ret->state) && is_date(ret->date) &&
	       (ret->address[0] == '\0' ? ret->state == CARRIER_DEAD : is_pattern(ret));
}

static bool keep(struct carriers *carriers, const struct carrier *carrier)
{
	unsigned at;

	for (at = 0; at < carriers->count; at++) {
		if (strcmp(carriers->list[at].name, carrier->name) == 0) {
			carriers->list[at] = *carrier;
			return true;
		}
	}
	if (carriers->count == CLI_CARRIERS_MAX)
		return false;
	carriers->list[carriers->count++] = *carrier;
	return true;
}

unsigned cli_carriers_add(struct carriers *carriers, char *text, size_t len)
{
	char *line = text, *end;
	struct carrier carrier;
	unsigned number = 1;

	for (; line < text + len; line = end + 1, number++) {
		end = memchr(line, '\n', (size_t)(text + len - line));
		if (end == NULL || memchr(line, '\0', (size_t)(end - line)) != NULL)
			return number;
		*end = '\0';
		if (line[0] == '#' || line[strspn(line, BLANKS)] == '\0')
			continue;
		if (!read_line(line, &carrier) || !keep(carriers, &carrier))
			return number;
	}
	return 0;
}

const struct carrier *cli_carriers_find(const struct carriers *carriers, const char *name)
{
	unsigned at;

	for (at = 0; at < carriers->count; at++)
		if (strcmp(carriers->list[at].name, name) == 0)
			return &carriers->list[at];
	return NULL;
}

bool cli_carrier_address(const struct carrier *carrier, const char *phone, char ret[LBR_ADDRESS_MAX])
{
	const char *word = strstr(carrier->address, NATIONAL) != NULL ? NATIONAL : WITH_COUNTRY;
	const char *at = strstr(carrier->address, word), *digits = phone + 1;
	char whole[2 * LBR_ADDRESS_MAX];

	memset(ret, 0, LBR_ADDRESS_MAX);
	if (at == NULL)
		return false;
	if (strcmp(word, NATIONAL) == 0 && digits[0] == '1')
		digits++;
	snprintf(whole, sizeof(whole), "%.*s%.15s%s", (int)(at - carrier->address), carrier->address, digits, at + strlen(word));
	if (!lbr_address_is_sound(whole, false))
		return false;
	memcpy(ret, whole, strlen(whole) + 1);
	return true;
}

bool cli_carriers_way(const struct carriers *carriers, const struct lbr_contact *contact, bool command, struct message_way *ret)
{
	const struct carrier *carrier;

	*ret = (struct message_way){ .phone = contact->phone[0] != '\0' };
	memcpy(ret->to, contact->address, LBR_ADDRESS_MAX);
	if (!ret->phone)
		return contact->address[0] != '\0';
	ret->command = command;
	if (command) {
		memcpy(ret->to, contact->phone, LBR_PHONE_MAX);
		return true;
	}
	carrier = cli_carriers_find(carriers, contact->carrier);
	return carrier != NULL && carrier->state != CARRIER_DEAD && cli_carrier_address(carrier, contact->phone, ret->to);
}

void cli_carriers_names(const struct carriers *carriers, char *ret, size_t size)
{
	size_t len = 0;
	unsigned at;

	ret[0] = '\0';
	for (at = 0; at < carriers->count; at++) {
		const struct carrier *carrier = &carriers->list[at];

		if (carrier->state != CARRIER_DEAD && len + strlen(carrier->name) + 3 < size)
			len += (size_t)snprintf(ret + len, size - len, "%s%s", len > 0 ? ", " : "", carrier->name);
	}
}
