"""What the cases look at, in the words of the cases."""
import re

from harness import expect

PREFIX = re.compile(rb"^<(\d+)>")
DEBUG = 7
# What may stand before a number of six digits that is no code: a process, a fraction of a second.
OTHER_NUMBER = rb"(?<![0-9A-Za-z.\[])(?<!pid )(?<!pid=)"
CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


def ran_as(talk, user):
    """The command (id -un) ran, as the user: one of the lines says so. What others say stands before it or behind it."""
    expect(talk.status == 0 and user in talk.shown(), "it did not run as", user, "(status %s):" % talk.status,
           repr(talk.text))


signed_in = ran_as


def refused(talk):
    """ssh gave up, and nothing ran."""
    expect(talk.status == 255 and "Permission denied" in talk.text, "not refused (status %s):" % talk.status,
           repr(talk.text))


def neutral(talk, user):
    """A transcript without the name that the person typed."""
    return talk.text.replace(user, "USER")


def says(talk, sentence):
    expect(sentence in talk.text, "it does not say", repr(sentence), ":", repr(talk.text))


def told_secrets(secrets, text):
    """Which secrets stand in the bytes as words of their own, each with its line."""
    found = []
    for secret in map(str.encode, secrets):
        if secret in text:
            word = re.compile(OTHER_NUMBER + re.escape(secret) + rb"(?![0-9A-Za-z])")
            found += [(secret, line) for line in text.splitlines() if word.search(line)][:1]
    return found


def severity(line):
    found = PREFIX.match(line)
    return int(found.group(1)) & 7 if found else 0


def spoken(stage, mark):
    """The lines for the administrator since the mark: ours, without those of `debug`."""
    return [line for line in stage.log.since(mark) if severity(line) < DEBUG]


def one_line(stage, mark, *words):
    """Exactly one line since the mark, which contains the words and nothing that drives a terminal."""
    stage.log.wait_for(mark, b"liberations")
    lines = spoken(stage, mark)
    expect(len(lines) == 1, "one line expected in the log:", lines)
    for word in words:
        expect(word.encode() in lines[0], "the line does not name", word, ":", lines[0])
    expect(not CONTROL.search(lines[0]), "control bytes in the line:", lines[0])
    return lines[0]
