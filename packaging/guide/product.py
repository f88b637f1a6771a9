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


def texts(path="include/liberations/texts.def"):
    """{NAME: {"en": English, "fr": French}}."""
    found = {}
    string = r'((?:"(?:[^"\\]|\\.)*"\s*)+)'
    for name, *pair in re.findall(r"^LBR_(?:TEXT|TOLD)\((\w+),\s*" + string + r",\s*" + string + r"\)", read(path), re.M):
        joined = ["".join(re.findall(r'"((?:[^"\\]|\\.)*)"', one)) for one in pair]
        found[name] = dict(zip(LANGUAGES, map(unescape, joined)))
    if not found:
        raise Fault(f"{path}: no text found")
    return found


def number_of(path, pattern, what):
    match = re.search(pattern, read(path))
    if not match:
        raise Fault(f"{what}: not found in {path}")
    return int(match.group(1))


def facts():
    """{word: number}: what the guide says in figures. A default is what an empty configuration means."""
    found = {}
    for word, unit in (("min-length", ""), ("history", ""), ("lock-after", ""), ("max-age", " months"), ("warn", " d"),
                       ("invitation-life", " h"), ("min-age", " d")):
        found[word] = number_of("lib/plain/settings_template.c", rf"#{word} = (\d+){unit}\\n", word)
    found["free-failures"] = number_of("lib/rules/throttle.c", r"#define FREE_FAILURES (\d+)", "free-failures")
    found["longest-wait"] = number_of("lib/rules/throttle.h", r"#define LBR_LONGEST_DELAY_S (\d+)", "longest-wait") // 60
    found["tries"] = number_of("agent/session.h", r"#define LBR_TRIES (\d+)", "tries")
    return found
