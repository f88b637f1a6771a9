/* One page a person, whatever paper the printer has: the file sets margins and no size, and the text leaves room on both A4 and
 * Letter. The end tags that HTML lets an author omit are omitted, so that the file is whole after every letter. */
#include "letter_page.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "html.h"

#define PIECE_MAX 512

static void put_head(struct lbr_html *html, enum lbr_language language)
{
	html_lit(html, "<!DOCTYPE html>\n<html lang=\"");
	html_text(html, lbr_language_name(language));
	html_lit(html, "\">\n<meta charset=\"utf-8\">\n<meta name=\"robots\" content=\"noindex\">\n<title>");
	html_text(html, cli_text(TEXT_PAPER_TITLE, language));
	html_lit(html, "</title>\n<style>\n"
	               "@page { margin: 20mm }\n"
	               "body { margin: 0; color: #000; background: #fff; font: 11pt/1.45 sans-serif }\n"
	               "section { break-after: page; break-inside: avoid }\n"
	               "section:last-child { break-after: auto }\n"
	               "h1 { font-size: 16pt; margin: 12mm 0 6mm }\n"
	               "table { border-collapse: collapse; margin: 0 0 6mm; width: 100% }\n"
	               "th, td { padding: 1.5mm 4mm 1.5mm 0; border-bottom: .2mm solid #999 }\n"
	               "th, td { text-align: left; vertical-align: top }\n"
	               "th { font-weight: normal; width: 55mm }\n"
	               "td { font-weight: bold; overflow-wrap: anywhere }\n"
	               "td.typed { font: bold 13pt monospace }\n"
	               "li { margin: 2mm 0 }\n"
	               "@media screen { section { max-width: 170mm; margin: 10mm auto; padding: 10mm; border: .2mm solid #999 } }\n"
	               "</style>\n");
}

/* A text with the words in place of %1 and %2. */
static void put_text(struct lbr_html *html, enum lbr_language language, enum cli_text text, const char *first, const char *second)
{
	const char *at = cli_text(text, language);
	char piece[PIECE_MAX];

	while (*at != '\0') {
		size_t len = strcspn(at, "%");

		snprintf(piece, sizeof(piece), "%.*s", (int)len, at);
		html_text(html, piece);
		at += len;
		if (*at == '\0')
			break;
		html_text(html, at[1] == '1' ? first : second);
		at += 2;
	}
}

static void put_row(struct lbr_html *html, enum lbr_language language, enum cli_text label, const char *value, bool typed)
{
	html_lit(html, "<tr><th>");
	html_text(html, cli_text(label, language));
	if (typed)
		html_lit(html, "</th><td class=\"typed\">");
	else
		html_lit(html, "</th><td>");
	html_text(html, value);
	html_lit(html, "</td></tr>\n");
}

static void put_item(struct lbr_html *html, enum lbr_language language, enum cli_text text, const char *first)
{
	html_lit(html, "<li>");
	put_text(html, language, text, first, NULL);
	html_lit(html, "</li>\n");
}

static void put_paragraph(struct lbr_html *html, enum lbr_language language, enum cli_text text, const char *first)
{
	html_lit(html, "<p>");
	put_text(html, language, text, first, NULL);
	html_lit(html, "</p>\n");
}

/* Whose letter it is, and for whom. */
static void put_top(struct lbr_html *html, enum lbr_language language, const struct letters *letters, const char *name)
{
	const struct lbr_settings *settings = &letters->session->settings;
	const char *full_name = letters->person != NULL ? letters->person->full_name : "";

	html_lit(html, "<section lang=\"");
	html_text(html, lbr_language_name(language));
	html_lit(html, "\">\n<p>");
	html_text(html, settings->organisation[0] != '\0' ? settings->organisation : settings->issuer);
	html_lit(html, "</p>\n");
	html_lit(html, "<h1>");
	html_text(html, cli_text(TEXT_PAPER_READY, language));
	html_lit(html, "</h1>\n");
	if (full_name[0] != '\0' && strcmp(full_name, name) != 0) {
		html_lit(html, "<p>");
		html_text(html, full_name);
		html_lit(html, "</p>\n");
	}
}

static void put_facts(struct lbr_html *html, enum lbr_language language, const struct letters *letters, const char *name,
                      const struct temporary *temporary)
{
	const char *set = letters->session->settings.where, *where = set[0] != '\0' ? set : letters->address;
	char until[CLI_TIME_MAX];

	html_lit(html, "<table>\n");
	if (where[0] != '\0')
		put_row(html, language, TEXT_PAPER_WHERE, where, false);
	put_row(html, language, TEXT_PAPER_USER, name, true);
	put_row(html, language, TEXT_PAPER_PASSWORD, temporary->password.bytes, true);
	put_row(html, language, TEXT_PAPER_UNTIL, cli_time_local(temporary->until_s, until), false);
	html_lit(html, "</table>\n");
}

static void put_steps(struct lbr_html *html, enum lbr_language language, const struct lbr_settings *settings, bool confirmed)
{
	char length[24];

	snprintf(length, sizeof(length), "%u", settings->min_length);
	put_paragraph(html, language, TEXT_PAPER_NEED, NULL);
	html_lit(html, "<ol>\n");
	put_item(html, language, confirmed ? TEXT_PAPER_STEP_CODE : TEXT_PAPER_STEP_SIGN_IN, settings->issuer);
	if (!confirmed)
		put_item(html, language, TEXT_PAPER_STEP_SCAN, settings->issuer);
	put_item(html, language, TEXT_PAPER_STEP_CHOOSE, length);
	put_item(html, language, TEXT_PAPER_STEP_RECOVERY, NULL);
	html_lit(html, "</ol>\n");
	put_paragraph(html, language, TEXT_PAPER_TAIL, NULL);
	if (settings->help[0] != '\0')
		put_paragraph(html, language, TEXT_PAPER_HELP, settings->help);
}

size_t cli_letter_make_page(const struct cli *cli, const struct letters *letters, const struct lbr_account *account,
                            const struct temporary *temporary, char ret[LETTER_PAGE_MAX])
{
	enum lbr_language language = cli_language_of_person(cli, &letters->session->settings, account);
	struct lbr_html html;

	lbr_html_begin(&html, ret, LETTER_PAGE_MAX);
	if (letters->count == 0)
		put_head(&html, language);
	put_top(&html, language, letters, account->name);
	put_facts(&html, language, letters, account->name, temporary);
	put_steps(&html, language, &letters->session->settings, account->token_kind == LBR_TOKEN_CONFIRMED);
	html_lit(&html, "</section>\n");
	return lbr_html_end(&html) == LBR_OK ? html.len : 0;
}
