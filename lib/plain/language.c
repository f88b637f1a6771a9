/* The languages in which texts are shown. */
#include <liberations/language.h>

#include <string.h>

enum lbr_language lbr_language_of_locale(const char *locale)
{
	if (locale == NULL || strncmp(locale, "fr", 2) != 0)
		return LBR_LANGUAGE_EN;
	/* "fr", "fr_CA", "fr.UTF-8", "fr@euro", but not "fry" or "frr", which are other languages. */
	return strchr("_.@", locale[2]) != NULL ? LBR_LANGUAGE_FR : LBR_LANGUAGE_EN;
}

enum lbr_language lbr_language_of_environment(const char *lc_all, const char *lc_messages, const char *lang)
{
	if (lc_all != NULL && lc_all[0] != '\0')
		return lbr_language_of_locale(lc_all);
	if (lc_messages != NULL && lc_messages[0] != '\0')
		return lbr_language_of_locale(lc_messages);
	return lbr_language_of_locale(lang);
}

const char *lbr_language_name(enum lbr_language language)
{
	switch (language) {
	case LBR_LANGUAGE_EN: return "en";
	case LBR_LANGUAGE_FR: return "fr";
	case LBR_LANGUAGE_NONE: break;
	}
	return "-";
}
