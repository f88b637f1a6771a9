"""The pages: complete in both languages, complete in themselves, true, and well set."""
import functools
import os
import re
import shutil
import subprocess
import tempfile

import product
import terminal
from harness import Skip, expect, need, same

BUILDER = os.path.join(terminal.HERE, "compose")


def make(*words, edition="terminal"):
    return subprocess.run([BUILDER, *words], capture_output=True, text=True, encoding="utf-8", timeout=600, check=False,
                          env={**os.environ, "GUIDE_EDITION": edition})


@functools.lru_cache(maxsize=None)
def page_of(language, edition="terminal"):
    done = make(language, edition=edition)
    same((done.returncode, done.stderr), (0, ""), language)
    return done.stdout


def made_with(change):
    """The result of a build from a changed source, in English: either language must be there for either page."""
    with tempfile.TemporaryDirectory(prefix="liberations-guide.") as directory:
        path = os.path.join(directory, "guide.txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write(change(product.read("packaging/guide/guide.txt")))
        return make("en", path)


def refused(change, word):
    done = made_with(change)
    same(done.returncode, 1)
    same(done.stdout, "", "half a page:")
    expect(word in done.stderr, done.stderr)


def the_source_unchanged_is_made():
    same(made_with(lambda source: source).returncode, 0)


def a_paragraph_without_french_or_english_fails_the_build():
    source = product.read("packaging/guide/guide.txt")
    for language in product.LANGUAGES:
        starts = [match.start() for match in re.finditer(rf"^{language} ", source, re.M)]
        for at in (starts[1], starts[len(starts) // 2], starts[-1]):
            line = re.compile(r".*\n(?: .*\n)*").match(source, at)
            refused(lambda text, line=line: text[:line.start()] + text[line.end():], f"{language} missing")


def an_unknown_text_or_figure_fails_the_build():
    refused(lambda source: source.replace("{EXPIRED}", "{EXPIERD}"), "EXPIERD")
    refused(lambda source: source.replace("{=warn}", "{=wran}"), "wran")
    refused(lambda source: source.replace("p if warn\n", "p if wran\n"), "wran")
    refused(lambda source: source.replace("{WAIT_MANY 8}", "{WAIT_MANY}"), "WAIT_MANY")


def outline(page):
    """The elements alone. Where a word is stressed, and how many texts are quoted, may differ between languages."""
    page = re.sub(r"<style>.*?</style>", "", page, flags=re.S)
    return re.sub(r' (lang|style|viewBox|aria-label|d|alt|src)="[^"]*"', "", "".join(re.findall(r"</?\w[^>]*>", page)))


def both_languages_have_the_same_parts():
    for edition in product.EDITIONS:
        same(outline(page_of("fr", edition)), outline(page_of("en", edition)))
        for language in product.LANGUAGES:
            same(page_of(language, edition).count('<section class="step'), 6, "the steps of the guide:")


def each_edition_speaks_of_its_own_screens():
    for language in product.LANGUAGES:
        terminal_page, web_page = (page_of(language, edition) for edition in product.EDITIONS)
        expect("<pre>" in terminal_page and "<img" not in terminal_page, "the edition for terminals")
        expect("<img" in web_page and "<pre>" not in web_page and "passwd" not in web_page, "the edition for web pages")
    same(make("en", edition="stone").returncode, 1)


def nothing_is_fetched_from_elsewhere(language, edition="terminal"):
    page = re.sub(r'otpauth://|src="data:image/png;base64,[A-Za-z0-9+/=]+"', "", page_of(language, edition))
    faults = re.findall(r"https?:|//\w|\bsrc=|\bhref=|url\(|@import|<script", page)
    same(faults, [])


def plain(page):
    """The words of the page without the screen's own."""
    page = re.sub(r"<style>.*?</style>|<samp>.*?</samp>|<pre>.*?</pre>", "", page, flags=re.S)
    return re.sub(r"<[^>]+>", "", page)


def typography_is_right(language, edition="terminal"):
    words = plain(page_of(language, edition))
    same(re.findall(r".{0,20}['\"*`{}].{0,20}", words), [])
    if language == "en":
        same(re.findall(r".{0,20}\s[:;!?].{0,9}", words), [])
        return
    same(re.findall(r".{0,20}[^\u202f][;!?].{0,9}|.{0,20}[^\u00a0]:.{0,9}|«[^\u00a0].{9}|.{9}[^\u00a0]»", words), [])
    same(re.findall(r"\b(?:tu|toi|ton|tes|tape|scanne|choisis)\b", words), [], "vous:")


def figures_in_words_are_those_of_the_product():
    for path, pattern, number in (("include/liberations/token.h", r"LBR_CODE_DIGITS\s+(\d+)", 6),
                                  ("include/liberations/token.h", r"LBR_STEP_S\s+(\d+)", 30),
                                  ("include/liberations/account.h", r"LBR_RECOVERY_CODES\s+(\d+)", 10)):
        same(product.number_of(path, pattern, pattern), number, path)
    renewal = {"en": "step 4", "fr": "étape 4"}
    for language in product.LANGUAGES:
        page = page_of(language)
        expect(renewal[language] in page.replace("\u00a0", " "), "where the renewal is told")
        fourth = re.findall(r"<h2>(.*?)</h2>", page)[3]
        expect("renew" in fourth or "renouvelez" in fourth, fourth)


def settings_of_a_machine_stand_in_its_guide():
    """In words, whatever the unit; what is not set, or never comes, is not spoken of."""
    with tempfile.TemporaryDirectory(prefix="liberations-guide.") as directory:
        path = os.path.join(directory, "conf")

        def composed(text, language="fr"):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            return subprocess.run([BUILDER, language], capture_output=True, text=True, encoding="utf-8", timeout=600, check=False,
                                  env={**os.environ, "GUIDE_CONF": path})
        page = composed("# issuer = Autre\nissuer = École Anse\ninvitation-life = 7 d\nmax-age = 100 days\nmin-length = 14\n")
        same(page.returncode, 0, page.stderr)
        text = page.stdout.replace("\u00a0", " ").replace("\u202f", " ")
        expect("École Anse" in text and "Libérations »" not in text, "the issuer")
        expect("dans les 7 jours" in text and "tous les 100 jours" in text and "Au moins 14 caractères" in text, "the figures")
        help_lines = {"en": ("Your administrator", "Telephone", "E-mail"), "fr": ("Votre administrateur", "Téléphone", "Courriel")}
        for language, (office, ask, first) in (("en", ("Organisation", "Help", "first")), ("fr", ("Organisation", "Aide", "première fois"))):
            told = 'organisation = École *d’été* & {fils}\nhelp = "Aide" `poste` <12>\nwhere = https://exemple.ca/?a=1&b=2\n'
            filled, empty = (composed(text, language) for text in (told, "organisation = none\nhelp = none\nwhere = none\n"))
            same((filled.returncode, empty.returncode, empty.stdout), (0, 0, composed("", language).stdout), filled.stderr + empty.stderr)
            page = filled.stdout.replace("\u00a0", " ").replace(" : ", ": ")
            for line in (f"<p>{office}: École *d’été* &amp; {{fils}}</p>", f'<p>{ask}: "Aide" `poste` &lt;12&gt;</p>',
                         f"{first}: https://exemple.ca/?a=1&amp;b=2</p>"):
                expect(line in page, language, "does not say", line)
            for line in help_lines[language]:
                expect(f"<p>{line}</p>" in empty.stdout and f"<p>{line}</p>" not in page, language, line)
            expect(f"{first}</p>" in empty.stdout and f"{first}</p>" not in page and "{=" not in page, language)
        for setting, english, french in (("max-age = 1 month", "every month<", "tous les mois<"), ("warn = 36 h", "36 hours ahead", "36 heures avant"),
                                         ("max-age = never", "You keep your password<", "Vous gardez votre mot de passe<"),
                                         ("min-age = 2 d", "again for 2 days", "au moins 2 jours"), ("invitation-life = 90 min", "90 minutes", "90 minutes"),
                                         ("warn = 0 s", "has expired, you choose", "est expiré, vous en choisissez")):
            for language, words in (("en", english), ("fr", french)):
                text = composed(setting + "\n", language).stdout.replace("\u00a0", " ").replace("\u202f", " ")
                expect(words in text, setting, text)
        for setting, gone in (("max-age = 0", "warned"), ("min-age = 0 s", "again for"), ("min-age = 0 s", "ago, only")):
            expect(gone in composed("").stdout + composed("", "en").stdout and gone not in composed(setting + "\n", "en").stdout, setting)
        wrong = composed("max-age = soon\n")
        expect(wrong.returncode != 0 and "max-age" in wrong.stderr, wrong.stderr)


def two_sheets_of_either_paper(language):
    fill_sheets(2, page_of(language))


def three_sheets_of_either_paper(language, edition):
    fill_sheets(3, page_of(language, edition))


def fill_sheets(sheets, page):
    need("chromium")
    chromium = shutil.which("chromium")
    with tempfile.TemporaryDirectory(prefix="liberations-guide.") as directory:
        for paper in ("A4", "letter"):
            path = os.path.join(directory, paper)
            with open(path + ".html", "w", encoding="utf-8") as file:
                file.write(page.replace("@page {", f"@page {{ size: {paper};"))
            try:
                subprocess.run([chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
                                f"--user-data-dir={directory}/chromium", f"--print-to-pdf={path}.pdf", f"file://{path}.html"],
                               capture_output=True, timeout=600, check=True, env={**os.environ, "HOME": directory})
            except (subprocess.SubprocessError, OSError) as why:
                raise Skip(f"chromium does not print here: {why}") from None
            with open(path + ".pdf", "rb") as file:
                same(len(re.findall(rb"/Type\s*/Page\b", file.read())), sheets, paper)
