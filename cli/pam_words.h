/* What PAM's codes mean, in the administrator's language. */
#ifndef CLI_PAM_WORDS_H
#define CLI_PAM_WORDS_H

#include <liberations/language.h>

/* Returns PAM's own English words, or ours in French. Static. */
const char *cli_pam_words(enum lbr_language language, int code);

#endif
