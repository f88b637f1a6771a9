/* What a text costs as a text message, and how it is brought to signs that every telephone has. Pure. */
#ifndef CLI_SMS_H
#define CLI_SMS_H

#include <stdbool.h>
#include <stddef.h>

#define CLI_SMS_TEXT_MAX 4096 /* bytes with the NUL */

struct sms_size {
	bool     gsm;      /* GSM 03.38, basic and extension table; else UCS-2 */
	unsigned units;    /* of 7 bits, a sign of the extension table counts as two; UCS-2: of 16 bits */
	unsigned segments; /* 160 or 70 units alone, else 153 or 67 each; what counts as two is never split */
	unsigned room;     /* units that the segments hold */
	char     first[5]; /* the first sign that is not in GSM 03.38, or "" */
};

/* Measures valid UTF-8. */
void cli_sms_measure(const char *text, struct sms_size *ret);

/* Writes the text with plain signs in place of typographic ones: ' for U+2019, " for the quotation marks and the blanks inside
 * them, "..." "oe" "-" and a blank for no-break ones. `letters`: also letters without the accents that GSM 03.38 lacks. False:
 * `text` is not one line of valid UTF-8 without control characters, or it does not fit; `ret` is then "". */
bool cli_sms_plain(const char *text, bool letters, char ret[CLI_SMS_TEXT_MAX]);

#endif
