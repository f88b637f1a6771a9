/* The grammar, over the configuration's and the arguments' tables: a fault is told exactly when something is refused, and what
 * is accepted lies in its range. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#include <liberations/settings.h>

#define WORDS_MAX 24

static unsigned faults;

static void count_fault(void *context, const struct lbr_reason *reason)
{
	const char *sentence = reason->text;

	(void)context;
	fuzz_expect(sentence[0] != '\0' && strpbrk(sentence, "\n\r\033") == NULL, "a fault's sentence");
	faults++;
}

static void try_text(const char *text, size_t len)
{
	struct lbr_settings settings;
	enum lbr_error error;

	lbr_settings_default(&settings);
	error = lbr_grammar_read_text("f", text, len, lbr_settings_keywords, &settings, count_fault, NULL);
	fuzz_expect((error == LBR_OK) == (faults == 0), "refused without a fault, or accepted with one");
	if (error != LBR_OK)
		return;
	fuzz_expect(settings.state[0] == '/' && settings.seal_key[0] == '/', "a path that is not absolute");
	fuzz_expect(settings.window <= LBR_WINDOW_MAX && settings.history >= 1 && settings.history <= 10, "window, history");
	fuzz_expect(settings.hash_cost >= 1 && settings.hash_cost <= 11 && settings.min_length >= 8 &&
	            settings.min_length <= 64, "cost or length");
	fuzz_expect(settings.lock_after >= 10 && settings.lock_after <= 100 && settings.invitation_life_s >= 3600 &&
	            settings.invitation_life_s <= 21 * 86400, "lock or life");
}

static void try_words(char *text)
{
	const char *words[WORDS_MAX];
	struct lbr_module_options options, strictest;
	enum lbr_error error;
	int count = 0;

	for (; count < WORDS_MAX && text != NULL; count++)
		words[count] = strsep(&text, "\n");
	error = lbr_module_options_read("s", count, words, &options, count_fault, NULL);
	fuzz_expect((error == LBR_OK) == (faults == 0), "refused without a fault, or accepted with one");
	lbr_module_options_default(&strictest);
	if (error != LBR_OK)
		fuzz_expect(options.factors == strictest.factors && options.unknown == strictest.unknown &&
		            options.password_source == strictest.password_source && options.agent[0] == '\0', "refused arguments left options");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	fuzz_expect(text != NULL, "memory");
	memcpy(text, data, size);
	text[size] = '\0';
	faults = 0;
	try_text(text, size);
	faults = 0;
	try_words(text);
	free(text);
	return 0;
}
