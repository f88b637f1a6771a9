"""The versions of everything that outlives a process or is spoken between releases, as the code has them."""
import os
import re

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as file:
        return file.read()


def versions():
    """By the word in the macro's name: ACCOUNT, COUNTERS ..."""
    code = read("include/liberations/formats.h") + read("include/liberations/wire.h")
    return {word: int(number) for word, number in re.findall(r"#define LBR_([A-Z]+)_VERSION (\d+)", code)}
