/* The prompts that an organisation words itself. */
#include <liberations/settings.h>

#include <stdbool.h>
#include <stdio.h>

void lbr_settings_prompt(const struct lbr_settings *settings, enum lbr_text prompt, enum lbr_language language, bool ascii,
                         char *ret, size_t size)
{
	const char *own = prompt == LBR_TEXT_PROMPT_PASSWORD ? settings->prompt_password :
	                  prompt == LBR_TEXT_PROMPT_TOKEN ? settings->prompt_token : "";

	if (own[0] == '\0')
		(void)snprintf(ret, size, "%s", lbr_prompt(prompt, language));
	else
		(void)snprintf(ret, size, "%s ", own);
	if (ascii)
		lbr_text_to_ascii(ret);
}
