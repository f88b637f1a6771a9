"""store.conf(5) and the shipped examples against the broker: keywords, defaults, both ends of the range."""
import os
import re
import subprocess
import tempfile

from harness import Skip, add_case, expect, same

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
BROKER = os.path.join(os.path.abspath(os.environ.get("LBR_BUILD") or os.environ.get("BUILD") or "build"), "liberations-store")


def read(*path):
    with open(os.path.join(TOP, *path), encoding="utf-8") as file:
        return file.read()


def by_manual():
    """keyword => the last line of its paragraph, without macros: its default."""
    text = read("man", "store.conf.5").partition(".Sh KEYWORDS")[2].partition(".Ss Files")[0]
    found = re.findall(r"(?ms)^\.It Cm ([a-z-]+) No = .*?\n(.*?)(?=^\.It |^\.El)", text)
    return {word: re.sub(r"^\.\w+ ", "", paragraph.strip().splitlines()[-1]) for word, paragraph in found}


def by_example(name="store.conf"):
    """keyword => (whether it is a comment, its value)."""
    return {word: (mark == "#", value) for mark, word, value in
            re.findall(r"(?m)^(#?)([a-z-]+) = (.*)$", read("packaging", "examples", name))}


def faults(text):
    """What the broker finds wrong with a file. Root's own, which talks to nobody here, reads the same keywords."""
    if not os.path.exists(BROKER):
        raise Skip("liberations-store is not built")
    with tempfile.TemporaryDirectory(prefix="lbr-store-conf.") as directory:
        with open(directory + "/store.conf", "w", encoding="utf-8") as file:
            file.write(re.sub(r"(?m)^#?state = .*", f"state = {directory}/none", text))  # nothing of this machine
        done = subprocess.run([BROKER, "--admin", "--config", directory + "/store.conf"], stdin=subprocess.DEVNULL, timeout=600,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        return [line for line in done.stdout.splitlines() if directory + "/store.conf" in line]


def keywords():
    table = re.findall(r'(?m)^\t\{"([a-z-]+)", LBR_VALUE_', read("broker", "store_settings.c"))
    expect(len(table) > 10, table)
    manual, example = by_manual(), by_example()
    same(sorted(manual), sorted(table), "keywords of the manual")
    same(sorted(example), sorted(table), "keywords of the example")
    same(sorted(set(by_example("store-admin.conf")) - set(table)), [], "unknown in store-admin.conf:")
    defaults = {word: value for word, (is_comment, value) in example.items() if is_comment}
    same({word: manual[word] for word in defaults}, defaults, "defaults of the manual and of the example")
    same(sorted(word for word in table if manual[word] == "required"), ["servers", "user"])


def examples():
    for name in ("store.conf", "store-admin.conf"):
        text = read("packaging", "examples", name)
        same(faults(text), [], name)
    pair = "tls-certificate = /a\ntls-key = /b\n"
    bare = re.sub(r"(?m)^#?tls-(?:certificate|key) = .*\n", "", read("packaging", "examples", "store.conf"))
    same(faults(re.sub(r"(?m)^#([a-z-]+ = )", r"\1", bare) + pair), [], "every line in force:")
    for word in ("servers", "user", "tls-ca"):
        expect(any(": " + word in line for line in faults(re.sub(r"(?m)^%s = .*\n" % word, "", bare))), word + " may be missing")
    for value, wrong in (("1", 0), ("16", 0), ("0", 1), ("17", 1)):
        same(len(faults(bare + f"connections = {value}\n")), wrong, "connections = " + value)


def add_cases():
    add_case("the_manual_and_the_example_of_store_conf_name_every_keyword_and_its_default", keywords)
    add_case("the_broker_takes_the_examples_as_they_are_and_with_every_line_in_force", examples)
