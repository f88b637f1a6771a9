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
    for name, *pair in re.findall(r"^LBR_(?:TEXT|TOLD)\((\w+),\s*" + string + r",\s*" + string + r"\)", read(path), re.M):
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
    return found


def number_of(path, pattern, what):
    match = re.search(pattern, read(path))
    if not match:
        raise Fault(f"{what}: not found in {path}")
    return int(match.group(1))


SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400}
FIGURES = (("min-length", ""), ("history", ""), ("lock-after", ""), ("max-age", "months"), ("warn", "d"), ("invitation-life", "h"),
           ("min-age", "d"))


def settings(path):
    """{keyword: value} of a configuration; the command judges it, not this."""
    pairs = (line.split("=", 1) for line in read(path).splitlines() if "=" in line and not line.lstrip().startswith("#"))
    return {word.strip(): value.strip() for word, value in pairs}


def figure(word, value, unit):
    """A configured value in the guide's own unit."""
    number, _, given = value.partition(" ")
    given = "months" if given == "month" else given
    if unit == "months" and given in ("day", "days") and number.isdigit() and int(number) % 30 == 0:
        return int(number) // 30
    if given in SECONDS and unit in SECONDS and int(number) * SECONDS[given] % SECONDS[unit] == 0:
        return int(number) * SECONDS[given] // SECONDS[unit]
    if given != unit or not number.isdigit():
        raise Fault(f"{word} = {value}: the guide gives it in {unit or 'a number'}; change guide.txt")
    return int(number)


def facts(config=None):
    """{word: figure}: what the guide says in figures, and the issuer: those of a configuration, else the defaults."""
    found, own = {}, settings(config) if config else {}
    template = "lib/plain/settings_template.c"
    for word, unit in FIGURES:
        default = number_of(template, rf"#{word} = (\d+){' ' + unit if unit else ''}\\n", word)
        found[word] = figure(word, own[word], unit) if word in own else default
    found["issuer"] = own.get("issuer", re.search(r"#issuer = (.*)\\n", read(template)).group(1).replace("\\303\\251", "é"))
    found["free-failures"] = number_of("lib/rules/throttle.c", r"#define FREE_FAILURES (\d+)", "free-failures")
    found["longest-wait"] = number_of("lib/rules/throttle.h", r"#define LBR_LONGEST_DELAY_S (\d+)", "longest-wait") // 60
    found["tries"] = number_of("agent/session.h", r"#define LBR_TRIES (\d+)", "tries")
    return found
