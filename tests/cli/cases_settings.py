"""Each keyword, set to both ends of the range that its comment in the file and its paragraph in the manual page name."""
import os
import re

from harness import add_case, expect, same
from world import World

HERE = os.path.dirname(os.path.abspath(__file__))
MANUAL = os.path.join(HERE, "..", "..", "man", "liberations.conf.5")
RANGE = re.compile(r"(?<![\w\"])(\d+(?: (?:s|min|h|d))?) to (\d+(?: (?:s|min|h|d))?)\b(?! bytes)")
UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86400}
# What stands for a range of another kind: bytes of a text.
TEXTS = {"issuer"}


def by_comment(world):
    """keyword => (low, high), from the comments above each line of a file that init wrote."""
    found, comment = {}, ""
    with open(world.config, encoding="utf-8") as file:
        for line in file:
            keyword = re.match(r"#?([a-z-]+) = ", line)
            if keyword:
                match = RANGE.search(comment)
                found[keyword[1]] = match.groups() if match else None
                comment = ""
            elif line.startswith("# "):
                comment += line[2:].replace("\n", " ")
    return found


def by_manual():
    with open(MANUAL, encoding="utf-8") as file:
        text = file.read()
    found = {}
    for keyword, paragraph in re.findall(r"(?ms)^\.It Cm ([a-z-]+) No = .*?\n(.*?)(?=^\.It |^\.El)", text):
        match = RANGE.search(paragraph.replace("\n", " "))
        found[keyword] = match.groups() if match else None
    return found


def next_to(value, step):
    """The value one unit lower or higher: None below nought."""
    number, _, unit = value.partition(" ")
    seconds = int(number) * UNITS[unit] + step if unit else int(number) + step
    return None if seconds < 0 else f"{seconds} s" if unit else str(seconds)


def ends():
    with World() as world:
        comments, manual = by_comment(world), by_manual()
        expect(len(comments) > 15, comments)
        same(sorted(comments), sorted(manual), "keywords of the file and of the manual page")
        ranges = {word: pair for word, pair in comments.items() if pair and word not in TEXTS}
        expect(len(ranges) >= 8, ranges)
        same({word: manual[word] for word in ranges}, ranges, "the manual page names other ends")
        with open(world.config, encoding="utf-8") as file:
            text = file.read()
        for word, (low, high) in ranges.items():
            for value, code in ((low, 0), (high, 0), (next_to(low, -1), 3), (next_to(high, 1), 3)):
                if value is None:
                    continue
                with open(world.config, "w", encoding="utf-8") as file:
                    file.write(re.sub(r"(?m)^hash-cost = .*\n", "", text) + f"{word} = {value}\n")
                answer = world.run("list")
                same(answer.code, code, f"{word} = {value}: {answer}")


def add_cases():
    add_case("audit_f09_both_ends_of_each_range_are_what_the_comment_and_the_manual_say", ends)
