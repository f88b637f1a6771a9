/* Every text that a person sees in a sign-in dialogue. */
#include <liberations/texts.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "utf8.h"

static const struct { const char *english, *french; } texts[LBR_TEXTS] = {
#define LBR_TEXT(id, en, fr) [LBR_TEXT_##id] = { en, fr },
#define LBR_TOLD LBR_TEXT
#include <liberations/texts.def>
#undef LBR_TOLD
#undef LBR_TEXT
};

const char *lbr_text(enum lbr_text text, enum lbr_language language)
{
	if ((unsigned)text >= LBR_TEXTS || texts[text].english == NULL)
		return lbr_prompt(text, language);
	return language == LBR_LANGUAGE_FR ? texts[text].french : texts[text].english;
}

static const bool told[LBR_TEXTS] = {
#define LBR_TEXT(id, en, fr)
#define LBR_TOLD(id, en, fr) [LBR_TEXT_##id] = true,
#include <liberations/prompts.def>
#include <liberations/texts.def>
#undef LBR_TOLD
#undef LBR_TEXT
};

bool lbr_text_is_told(enum lbr_text text)
{
	return (unsigned)text < LBR_TEXTS && told[text];
}

static const char *const words[LBR_TEXTS] = {
#define LBR_TEXT(id, en, fr) [LBR_TEXT_##id] = #id,
#define LBR_TOLD LBR_TEXT
#include <liberations/prompts.def>
#include <liberations/texts.def>
#undef LBR_TOLD
#undef LBR_TEXT
};

const char *lbr_text_word(enum lbr_text text)
{
	return (unsigned)text < LBR_TEXTS ? words[text] : "";
}

struct output {
	char  *bytes;
	size_t size, used;
	bool   cut;
};

static void put(struct output *out, const char *bytes, size_t len)
{
	size_t room = out->size - 1 - out->used;

	if (len > room) {
		len = room;
		out->cut = true;
	}
	memcpy(out->bytes + out->used, bytes, len);
	out->used += len;
	out->bytes[out->used] = '\0';
}

static void put_number(struct output *out, unsigned number)
{
	char digits[16];
	int len = snprintf(digits, sizeof(digits), "%u", number);

	if (len > 0)
		put(out, digits, (size_t)len);
}

/* A result that was cut in the middle of a character loses the rest of that character. */
static void end_whole(struct output *out)
{
	size_t last = out->used;
	uint32_t point;

	while (last > 0 && (out->bytes[last - 1] & 0xc0) == 0x80)
		last--;
	if (last > 0 && lbr_utf8_decode(out->bytes + last - 1, &point) == 0)
		out->bytes[last - 1] = '\0';
}

/* Not printf(3): `word` comes from outside, and a mistake in a translation must not become a wild read. */
void lbr_text_format(enum lbr_text text, enum lbr_language language, bool ascii, unsigned number, const char *word,
                     char *ret, size_t size)
{
	const char *at = lbr_text(text, language);
	struct output out = { .bytes = ret, .size = size };

	if (size == 0)
		return;
	ret[0] = '\0';
	while (*at != '\0') {
		size_t plain = strcspn(at, "%");

		put(&out, at, plain);
		at += plain;
		if (at[0] == '%' && at[1] == 'u')
			put_number(&out, number);
		else if (at[0] == '%' && at[1] == 's')
			put(&out, word != NULL ? word : "", word != NULL ? strlen(word) : 0);
		else if (at[0] == '%')
			put(&out, at, at[1] != '\0' ? 2 : 1);
		at += at[0] == '\0' ? 0 : at[1] == '\0' ? 1 : 2;
	}
	if (out.cut)
		end_whole(&out);
	if (ascii)
		lbr_text_to_ascii(ret);
}
