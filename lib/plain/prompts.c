/* The texts that the module carries: code, since a table of pointers would be relocated in every process that loads it. */
#include <stdbool.h>

#include <liberations/texts.h>

const char *lbr_prompt(enum lbr_text text, enum lbr_language language)
{
	bool french = language == LBR_LANGUAGE_FR;

	switch (text) {
#define LBR_TEXT(id, en, fr) case LBR_TEXT_##id: return french ? fr : en;
#define LBR_TOLD LBR_TEXT
#include <liberations/prompts.def>
#undef LBR_TOLD
#undef LBR_TEXT
	default:
		return "";
	}
}
