"""Reads guide.txt: paragraphs, each with its two languages."""
import re

import product

TEXT = ("title", "lead", "step", "heading", "p", "item", "point", "aside", "trouble", "line")
NAMED = ("screen", "picture", "mark", "label")


class Paragraph:
    def __init__(self, number, kind, name):
        self.number, self.kind, self.name, self.text = number, kind, name, {}
        self.depends, self.wanted = "", True

    def fault(self, why):
        return product.Fault(f"guide.txt, line {self.number}: {self.kind} {self.name}".rstrip() + f": {why}")


def start(number, line):
    line, condition, word = re.fullmatch(r"(.*?)(?: (if|unless) ([\w-]+))?", line).groups()
    kind, _, name = line.partition(" ")
    paragraph = Paragraph(number, kind, name.strip())
    paragraph.depends, paragraph.wanted = word or "", condition != "unless"
    if kind not in TEXT + NAMED + ("page",):
        raise paragraph.fault("no such kind of paragraph")
    if (kind in NAMED) != bool(paragraph.name):
        raise paragraph.fault("a name is missing" if kind in NAMED else "takes no name")
    return paragraph


def add(paragraph, language, text):
    if language in paragraph.text:
        raise paragraph.fault(f"{language} stands there twice")
    if text.strip():
        paragraph.text[language] = text.strip()


def check(paragraph):
    missing = [language for language in product.LANGUAGES if language not in paragraph.text]
    if paragraph.kind == "page":
        missing = []
    if missing:
        raise paragraph.fault(f"{' and '.join(missing)} missing")
    for language, text in paragraph.text.items():
        if paragraph.kind == "trouble" and text.count(" || ") != 1:
            raise paragraph.fault(f"{language}: what one sees, ' || ', what to do")


def paragraphs(source):
    """The list of them, each complete; a Fault otherwise."""
    found, current, language = [], None, None
    for number, line in enumerate(source.splitlines(), 1):
        if line.startswith("#"):
            continue
        if not line.strip():
            current = language = None
        elif current is None:
            current = start(number, line)
            found.append(current)
        elif line[:3] in ("en ", "fr ") or line in product.LANGUAGES:
            language = line[:2]
            add(current, language, line[3:])
        elif line[0] == " " and language in current.text:
            current.text[language] += " " + line.strip()
        else:
            raise current.fault(f"line {number} is neither a language nor the rest of one")
    for paragraph in found:
        check(paragraph)
    return found
