"""From the source's plain words to HTML: quoted screen texts, figures, non-breaking spaces, pictures of the terminal."""
import html
import re

import product

HALVES = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}  # ink above, ink below
# An administrator's words are no markup of the source's.
PLAIN = {ord(sign): chr(0xe000 + ord(sign)) for sign in "{}*`\"'"}
MARKUP = {ord(other): chr(sign) for sign, other in PLAIN.items()}
NARROW, WIDE = "\u202f", "\u00a0"


def space(text, language):
    """What may not be torn apart at the end of a line."""
    text = text.replace("'", "’")
    text = re.sub(r"(?<=\d) (?=\w)", WIDE, text)
    if language == "fr":
        text = re.sub(r" ([;!?])", NARROW + r"\1", text)
        text = re.sub(r" :", WIDE + ":", text)
        text = text.replace("« ", "«" + WIDE).replace(" »", WIDE + "»")
    return re.sub(r'"([^"]*)"', "“\\1”", text)


def quote(name, number, language, texts):
    """A text of the product as it stands on the screen, except that it may not be torn apart."""
    if name not in texts:
        raise product.Fault(f"guide.txt: {{{name}}}: there is no such text in texts.def")
    text = texts[name][language].strip()
    if ("%u" in text) != bool(number):
        raise product.Fault(f"guide.txt: {{{name}}}: a number is missing or too many")
    text = re.sub(r" ([;:!?])", WIDE + r"\1", text.replace("%u", number or ""))
    return f"<samp>{html.escape(text, quote=False)}</samp>"


def prose(text, language, texts, facts):
    def fact(match):
        if match.group(1) not in facts:
            raise product.Fault(f"guide.txt: {match.group(0)}: there is no such figure")
        return str(facts[match.group(1)]).translate(PLAIN)

    pieces = re.split(r"(\{[A-Z_]+(?: \d+)?\})", re.sub(r"\{=([\w-]+)\}", fact, text))
    done = []
    for piece in pieces:
        match = re.fullmatch(r"\{([A-Z_]+)(?: (\d+))?\}", piece)
        if match:
            done.append(quote(match.group(1), match.group(2), language, texts))
            continue
        piece = html.escape(space(piece, language), quote=False)
        piece = re.sub(r"\*([^*]+)\*", r"<strong>\1</strong>", piece)
        done.append(re.sub(r"`([^`]+)`", r"<kbd>\1</kbd>", piece))
    if re.search(r"[{}*`]", re.sub(r"<samp>.*?</samp>", "", "".join(done))):
        raise product.Fault(f"guide.txt: something is left open in: {text}")
    return "".join(done).translate(MARKUP)


def is_picture(line):
    return len(line) > 20 and set(line) <= set(HALVES)


def modules(lines):
    """The rows of a QR code from its half blocks, 1 for dark. On a dark screen the light parts are the ink."""
    return [[1 - HALVES[block][half] for block in line] for line in lines for half in (0, 1)]


def runs(row):
    """(where, how many) of the dark modules that touch each other."""
    return [(match.start(), len(match.group())) for match in re.finditer("1+", "".join(map(str, row)))]


def draw(lines):
    """The half blocks square by square: as characters they are cut differently in every font, and some do not scan."""
    rows = modules(lines)
    wide, high = len(rows[0]), len(rows)
    path = "".join(f"M{x} {y}h{n}v1h-{n}z" for y, row in enumerate(rows) for x, n in runs(row))
    return (f'<svg viewBox="0 0 {wide} {high}" style="width:{0.6 * wide:.1f}em;height:{0.6 * high:.1f}em" '
            f'shape-rendering="crispEdges"><path d="{path}"/></svg>')


def picture(lines, labels):
    return f'<span class="qr" role="img" aria-label="{labels["qr"]}">{draw(lines)}<b>{labels["example"]}</b></span>'


def screen(shown, marks, labels):
    """The inside of a <pre>: the lines as they came, what was typed as a remark, the QR code with a label beside it."""
    out, waiting = [], []
    for line in shown.rstrip("\n").split("\n") + [""]:
        if is_picture(line):
            waiting.append(line)
            continue
        if waiting:
            out.append(picture(waiting, labels))
            waiting = []
        line = html.escape(line, quote=False)
        out.append(re.sub("⟦(.*?)⟧", lambda match: f"<i>← {marks[match.group(1)]}</i>", line) + "\n")
    return "".join(out).rstrip("\n")
