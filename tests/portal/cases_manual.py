"""portal.conf(5) and liberations-portal(8) against the programs: keywords, defaults, and both ends of each range."""
import html
import os
import re
import subprocess
import tempfile

from harness import case, expect, same
from keeper import PROGRAM
from page import BUILD

HERE = os.path.dirname(os.path.abspath(__file__))
MAN = os.path.join(HERE, "..", "..", "man")
EXAMPLES = os.path.join(HERE, "..", "..", "packaging", "examples", "web")
RANGE = re.compile(r"(?<![\w\"])(\d+(?: (?:s|min|h|d))?) to (\d+(?: (?:s|min|h|d))?)\b(?! bytes)")
UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86400}
TEXTS = {"base", "name", "help", "home"}  # what stands for a range of another kind: bytes of a text


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def by_manual():
    """keyword => its paragraph, in order."""
    text = read(MAN, "portal.conf.5").partition(".Sh KEYWORDS OF THE PORTAL")[2].partition(".Sh FILES")[0]
    return dict(re.findall(r"(?ms)^\.It Cm ([a-z-]+) No = .*?\n(.*?)(?=^\.It |^\.El)", text))


def by_template():
    """keyword => its default, from the file that init writes."""
    with tempfile.TemporaryDirectory(prefix="lbr-manual.") as directory:
        os.chmod(directory, 0o755)
        subprocess.run([os.path.join(BUILD, "liberations"), "init", "--config", directory + "/liberations.conf", "--portal",
                        "https://app.example.org", "--owner", str(os.geteuid() or 64230)], capture_output=True, check=True)
        return dict(re.findall(r"(?m)^#?([a-z-]+) = (.*)$", read(directory, "portal.conf"))), directory


def faults(text):
    """How many lines of a configuration are wrong."""
    with tempfile.TemporaryDirectory(prefix="lbr-manual.") as directory:
        path = directory + "/portal.conf"
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        done = subprocess.run([PROGRAM, "--check", "--config", path], capture_output=True, text=True, check=False, timeout=600)
        return sum(path + ": line" in line for line in done.stderr.splitlines())


def next_to(value, step):
    number, _, unit = value.partition(" ")
    seconds = int(number) * UNITS[unit] + step if unit else int(number) + step
    return None if seconds < 0 else f"{seconds} s" if unit else str(seconds)


@case()
def the_page_that_waits_says_the_same_before_each_web_server():
    """nginx and Apache have it in their files."""
    texts = [" ".join(html.unescape(re.sub(r"<[^>]*>|\\\n", " ", re.search(r"(?s)<body>.*?</body>", read(EXAMPLES, name))[0])).split())
             for name in ("wait.html", "nginx.conf", "nginx-hosts.conf", "apache.conf")]
    same(texts[1:], [texts[0]] * 3)


@case()
def the_manual_of_portal_conf_names_every_keyword_and_its_default():
    (template, directory), manual = by_template(), by_manual()
    same(list(manual), list(template), "keywords, and their order")
    for word, paragraph in manual.items():
        plain = re.sub(r"(?m)^\.\w+ ", "", paragraph).replace("\\('e", "é").strip().splitlines()[-1].strip('"')
        default = template[word]
        if word in ("site", "name") or directory in default or word == "user":
            continue
        expect(plain == default or (word == "home" and plain == "/"), word, plain, default)


@case()
def both_ends_of_each_range_in_portal_conf_are_what_the_manual_says():
    site = "site = https://app.example.org\n"
    ranges = {word: RANGE.search(paragraph.replace("\n", " ")) for word, paragraph in by_manual().items() if word not in TEXTS}
    ranges = {word: found.groups() for word, found in ranges.items() if found}
    expect(len(ranges) >= 9, ranges)
    for word, (low, high) in ranges.items():
        beside = "absolute = 7 d\n" if word == "idle" else "idle = 1 min\n" if word == "absolute" else ""
        for value, wanted in ((low, 0), (high, 0), (next_to(low, -1), 1), (next_to(high, 1), 1)):
            if value is not None:
                same(faults(f"{beside}{word} = {value}\n{site}"), wanted, f"{word} = {value}:")
    for word, most in (("name", 63), ("help", 127)):
        for length, wanted in ((most, 0), (most + 1, 1)):
            same(faults(f"{site}{word} = {'x' * length}\n"), wanted, f"{word} of {length} bytes:")
    for count, wanted in ((32, 0), (33, 1)):
        text = "".join(f"site = https://a{number}.example.org\n" for number in range(count))
        with tempfile.TemporaryDirectory() as directory:
            with open(directory + "/portal.conf", "w", encoding="utf-8") as file:
                file.write(text)
            done = subprocess.run([PROGRAM, "--check", "--config", directory + "/portal.conf"], capture_output=True, text=True, check=False)
            same("more than 32 sites" in done.stderr, bool(wanted), count)


@case()
def the_manual_of_the_portal_names_every_option():
    said = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=True).stdout
    options = set(re.findall(r"--([a-z]+)", said)) - {"help", "version"}
    text = read(MAN, "liberations-portal.8").partition(".Sh OPTIONS")[2].partition(".Sh FILES")[0]
    same(set(re.findall(r"(?m)^\.It Fl -([a-z]+)", text)), options)
