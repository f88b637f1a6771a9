"""What the guide knows of the product, read from the product itself: the texts of a sign-in, defaults, limits."""
import os
import re

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LANGUAGES = ("en", "fr")


class Fault(Exception):
    """The guide cannot be made from what stands there."""


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as file:
        return file.read()


def unescape(literal):
    """C's spelling of a string without exotic escapes."""
    return literal.replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")


def texts_of(path):
    found = {}
    string = r'((?:"(?:[^"\\]|\\.)*"\s*)+)'
    for name, *pair in re.findall(r"^LBR_(?:TEXT|TOLD|PAGE_TEXT)\((\w+),\s*" + string + r",\s*" + string + r"\)", read(path), re.M):
        joined = ["".join(re.findall(r'"((?:[^"\\]|\\.)*)"', one)) for one in pair]
        found[name] = dict(zip(LANGUAGES, map(unescape, joined)))
    if not found:
        raise Fault(f"{path}: no text found")
    return found


def texts():
    """{NAME: {"en": English, "fr": French}}."""
    found = {}
    for name in ("prompts", "texts"):
        found.update(texts_of(f"include/liberations/{name}.def"))
    found.update(("PAGE_" + name, text) for name, text in texts_of("portal/html/page_texts.def").items())
    return found


def number_of(path, pattern, what):
    match = re.search(pattern, read(path))
    if not match:
        raise Fault(f"{what}: not found in {path}")
    return int(match.group(1))


NUMBERS = ("min-length", "history", "lock-after")
WORDS = ("issuer", "organisation", "where", "help")
SPANS = ("max-age", "warn", "invitation-life", "min-age")
UNITS = {"s": ("second", "seconde"), "min": ("minute", "minute"), "h": ("hour", "heure"), "d": ("day", "jour"),
         "day": ("day", "jour"), "days": ("day", "jour"), "month": ("month", "mois"), "months": ("month", "mois")}


def settings(path):
    """{keyword: value} of a configuration; the command judges it, not this."""
    pairs = (line.split("=", 1) for line in read(path).splitlines() if "=" in line and not line.lstrip().startswith("#"))
    return {word.strip(): value.strip() for word, value in pairs}


def span(word, value, language):
    """A length of time in words; "" for none. Behind "every", one of them is not counted: every month, tous les mois."""
    number, _, unit = value.partition(" ")
    if value == "never" or number.isdigit() and int(number) == 0:
        return ""
    if unit not in UNITS or not number.isdigit():
        raise Fault(f"{word} = {value}: no length of time")
    name = UNITS[unit][LANGUAGES.index(language)]
    many = int(number) > 1 or word == "max-age" and language == "fr"
    name += "s" if many and not name.endswith("s") else ""
    return name if word == "max-age" and int(number) == 1 else f"{int(number)} {name}"


EDITIONS = ("terminal", "web")


def facts(config=None, language="en", edition="terminal"):
    """{word: figure}: what the guide says in figures, and whose it is: those of a configuration, else the defaults."""
    template = "lib/plain/settings_template.c"
    values = dict(re.findall(r"#([\w-]+) = (.*?)\\n", read(template)))
    values["issuer"] = values["issuer"].replace("\\303\\251", "é")
    values.update(settings(config) if config else {})
    found = {word: int(values[word]) for word in NUMBERS}
    found.update((word, span(word, values[word], language)) for word in SPANS)
    found["warn"] = found["warn"] if found["max-age"] else ""
    found.update((word, "" if values[word] == "none" else values[word]) for word in WORDS)
    if edition not in EDITIONS:
        raise Fault(f"{edition}: no such edition")
    found["web"] = "" if edition == "terminal" else edition
    found["free-failures"] = number_of("lib/rules/throttle.c", r"#define FREE_FAILURES (\d+)", "free-failures")
    found["longest-wait"] = number_of("lib/rules/throttle.h", r"#define LBR_LONGEST_DELAY_S (\d+)", "longest-wait") // 60
    found["tries"] = number_of("agent/session.h", r"#define LBR_TRIES (\d+)", "tries")
    return found
