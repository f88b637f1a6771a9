"""The pictures of the terminal: judged line by line, and against the product of today."""
import os
import re
import subprocess

import product
import terminal
import typeset
from harness import Skip, expect, need, same
from pages import page_of

BUILD = os.path.abspath(os.environ.get("LBR_BUILD") or os.environ.get("BUILD", "build"))
KEY = re.compile(r"[A-Z2-7]{4}( [A-Z2-7]{4}){7}")
CODES = re.compile(r"(  [0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}){1,2}")
MARK = re.compile(r"⟦(\w+)⟧$")


def committed(language, name):
    with open(os.path.join(terminal.HERE, "screens", language, name + ".txt"), encoding="utf-8") as file:
        return file.read()


def mask(shown):
    """Without what is drawn anew each time; the size of the QR code stays."""
    lines = []
    for line in shown.split("\n"):
        if typeset.is_picture(line):
            line = f"a line of {len(line)} half blocks"
        elif KEY.fullmatch(line):
            line = "KEY"
        elif CODES.fullmatch(line):
            line = f"{line.count('-')} CODES"
        lines.append(line)
    return "\n".join(lines)


def patterns(language):
    return [re.compile(re.escape(line.strip()).replace("%u", r"\d+"))
            for pair in product.texts().values() for line in pair[language].split("\n")]


def every_line_is_a_text_of_the_product(language):
    known = patterns(language)
    for name in terminal.SCENES:
        for line in mask(committed(language, name)).split("\n"):
            line = MARK.sub("", line).strip()
            if not line or line == "KEY" or re.fullmatch(r"\d CODES|a line of \d+ half blocks", line):
                continue
            expect(any(one.fullmatch(line) for one in known), f"{name}: {line!r} is no text of the product")


def all_that_was_typed_is_marked(language):
    for name, (_, _, steps) in terminal.SCENES.items():
        same(re.findall("⟦(.*?)⟧", committed(language, name)), [kind for _, kind in steps], name)


def the_key_to_scan_and_its_question_fit_the_screen(language):
    lines, texts = committed(language, "first").split("\n"), product.texts()
    question = texts["PROMPT_FIRST_CODE"][language] + "⟦code⟧"
    rows = lines[lines.index(texts["SCAN"][language]):lines.index(question)] + [texts["PROMPT_FIRST_CODE"][language]]
    expect(20 < len(rows) <= terminal.ROWS, f"{len(rows)} rows")
    same([row for row in rows if len(row) > terminal.COLUMNS], [], "too wide:")


def the_product_shows_the_same_today(language):
    for program in ("liberations", "liberations-agent", "pam_liberations.so", "tests/lbr-world"):
        if not os.path.exists(os.path.join(BUILD, program)):
            raise Skip(f"{program} is not built")
    with open(os.path.join(BUILD, "pam_liberations.so"), "rb") as file:
        sanitized = b"__asan_init" in file.read()
    with terminal.Stage(BUILD) as stage:
        for name, (_, host, _) in terminal.SCENES.items():
            if sanitized and host != "try":
                continue  # python cannot load a module that wants libasan first
            same(mask(stage.play(name, language)), mask(committed(language, name)),
                 f"{name}: take the pictures anew with `make guide-screens`:")


def scan(width, height, dark):
    """What a scanner reads from a picture of dark squares, eight dots each, as [(x, y, width)]."""
    dots = [bytearray(b"0" * width) for _ in range(height)]
    for at, row, count in dark:
        dots[row][at:at + count] = b"1" * count
    lines = (" ".join(dot * 8 for dot in line.decode()) for line in dots)
    image = f"P1\n{width * 8} {height * 8}\n" + "\n".join(line for line in lines for _ in range(8)) + "\n"
    need("zbarimg")
    done = subprocess.run(["zbarimg", "--quiet", "--raw", "-"], input=image.encode(), capture_output=True, check=False)
    return done.stdout.decode().strip()


def the_printed_qr_code_is_that_of_the_key_above_it(language):
    page = page_of(language)
    wide, high = map(int, re.search(r'<svg viewBox="0 0 (\d+) (\d+)"', page).groups())
    dark = [tuple(map(int, one)) for one in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", page)]
    key = next(line for line in committed(language, "first").split("\n") if KEY.fullmatch(line)).replace(" ", "")
    same(scan(wide, high, dark), f"otpauth://totp/Lib%C3%A9rations:{terminal.USER}?secret={key}&issuer=Lib%C3%A9rations")


def an_example_is_called_so(language):
    word = {"en": "EXAMPLE", "fr": "EXEMPLE"}[language]
    same(re.findall(r"</svg><b>(\w+)", page_of(language)), [word])


# --- the pictures of a browser ----------------------------------------------------------------------------------------------

SMALL = 60000  # bytes


def web_pictures_are_small_and_all_there(language, edition):
    directory = os.path.join(terminal.HERE, "screens", language)
    names = sorted(name for name in os.listdir(directory) if name.endswith(".png"))
    wanted = re.findall(r"^picture (\S+)", product.read("packaging/guide/guide.txt"), re.M)
    same(names, sorted(name + ".png" for name in wanted))
    for name in names:
        expect(os.path.getsize(os.path.join(directory, name)) < SMALL, f"{name} is too large")
    page = page_of(language, edition)
    same(page.count("data:image/png"), len(wanted))
    same(len(re.findall(r'<img alt="[^"]{5,}"', page)), len(wanted), "pictures that are told in words:")
    word = {"en": "EXAMPLE", "fr": "EXEMPLE"}[language]
    same(re.findall(r"<figcaption>[^<]*<b>(\w+)", page), [word])


def the_qr_code_of_the_web_page_scans(language, edition):
    """Read from the picture as it is printed; who it belonged to is gone."""
    del edition
    need("zbarimg")
    path = os.path.join(terminal.HERE, "screens", language, "set-up.png")
    done = subprocess.run(["zbarimg", "--quiet", "--raw", path], capture_output=True, text=True, check=False)
    expect(re.fullmatch(r"otpauth://totp/Lib%C3%A9rations:camille\?secret=[A-Z2-7]{32}&issuer=Lib%C3%A9rations\n", done.stdout),
           done.stdout)
