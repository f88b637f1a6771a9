"""Whom the portal refuses, and why, tells neither the answer nor its time: as a stranger sees it, through nginx.

LBR_TRIES (40) is the number of refusals of each kind. tests/portal/results/sameness.txt is what 1,000 of each gave:
LBR_TRIES=1000 GOLDEN=write tests/portal/run-browsers '*_by_bytes_or_time'.
"""
import concurrent.futures
import http.client
import os
import random
import re
import ssl
import time
import urllib.parse

import likeness
import walk
from harness import case, expect
from page import BUILD
from website import PROGRAMS, Site

TRIES = int(os.environ.get("LBR_TRIES", "40"))
GROUPS = 3  # of strangers, one stranger for each kind; each group has accounts of its own
OF_ACCOUNT = 4  # tries before an account changes its state
RIGHT, WRONG = walk.FIRST, "This is not the sentence."
# What an account is, and what is typed; a code that does not fit any.
KINDS = {
    "unknown": ("", WRONG, "000000"),
    "own, wrong password": ("state=own", WRONG, "000000"),
    "own, wrong code": ("state=own", RIGHT, "000000"),
    "temporary, wrong": ("state=temporary", WRONG, ""),
    "invited, wrong": ("state=pending", WRONG, ""),
    "invitation over": ("state=ended", RIGHT, ""),
    "expired, wrong code": ("state=expired", RIGHT, "000000"),
    "must change, wrong code": ("state=must-change", RIGHT, "000000"),
    "throttled, wrong code": ("state=throttled", RIGHT, "000000"),
    "disabled, wrong code": ("state=disabled", RIGHT, "000000"),
    "locked, wrong code": ("state=locked", RIGHT, "000000"),
}
NOBODY = ("unknown",)
RESULTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "results", "sameness.txt")


class Stranger:
    """A browser with its connection to nginx, and no session."""

    def __init__(self, site):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self.link = http.client.HTTPSConnection(site.host, site.port, context=context, timeout=600)
        self.origin, self.cookies = site.url[:-1], {}

    def ask(self, path, form=None):
        fields = {"Cookie": "; ".join("=".join(pair) for pair in self.cookies.items()), "Accept": "text/html"}
        body = None
        if form is not None:
            body = urllib.parse.urlencode(form)
            fields.update({"Content-Type": "application/x-www-form-urlencoded", "Origin": self.origin, "Sec-Fetch-Site": "same-origin"})
        self.link.request("GET" if form is None else "POST", path, body, fields)
        answer = self.link.getresponse()
        text, head = answer.read().decode(), answer.getheaders()
        for name, value in head:
            if name == "Set-Cookie":
                self.cookies.update([value.split(";")[0].split("=", 1)])
        return answer.status, head, text

    def form(self, path="/liberations/sign-in"):
        """Its number. Who is told to wait comes again."""
        until = time.monotonic() + 600
        while (found := re.search(r'name="number" value="([\w-]+)"', self.ask(path)[2])) is None and time.monotonic() < until:
            time.sleep(0.2)
        return found[1]

    def refused(self, user, password, token):
        """How long the answer took, and all that it and the page after it said; what is the stranger's own is taken out."""
        form = {"number": self.form(), "user": user, "password": password, "token": token}
        begun = time.monotonic()
        status, head, text = self.ask("/liberations/sign-in", form)
        took = time.monotonic() - begun
        where = dict(head).get("Location", "")
        expect(where.startswith(self.origin + "/liberations/sign-in"), status, where, text)
        page = self.ask(where[len(self.origin):])
        # The web server closes each connection after so many requests, whatever they were.
        told = [status, sorted(pair for pair in head if pair[0] not in ("Date", "Connection")), page[0],
                sorted(pair for pair in page[1] if pair[0] not in ("Date", "Connection", "Content-Length")), page[2]]
        own = {user: "USER", **{value: "COOKIE" for value in self.cookies.values()}}
        said = re.sub(r'name="number" value="[^"]*"', "", repr(told))
        for word, name in own.items():
            said = said.replace(word, name)
        return took, said


def name_of(group, kind, number):
    return f"g{group}k{kind}n{number // OF_ACCOUNT}"


def make_accounts(site, group, tries):
    for number in range(0, tries, OF_ACCOUNT):
        for at, (state, _, _) in enumerate(KINDS.values()):
            if state:
                site.account(name_of(group, at, number), state, "password=" + RIGHT)


def measure(site, group, tries):
    """Blocks, and for each thing said the kinds that it was said to. A block is one try of each kind, all at once: they share
    whatever load there is."""
    make_accounts(site, group, tries)
    blocks, said = [], {}
    strangers = [Stranger(site) for _ in KINDS]

    def one(stranger, at, number):
        kind, (_, password, token) = list(KINDS.items())[at]
        return kind, *stranger.refused(name_of(group, at, number), password, token)

    with concurrent.futures.ThreadPoolExecutor(len(KINDS)) as pool:
        for number in range(tries):
            order = random.sample(range(len(KINDS)), len(KINDS))
            block = {}
            for kind, took, words in pool.map(one, strangers, order, [number] * len(KINDS)):
                block[kind] = [took]
                said.setdefault(words, set()).add(kind)
            blocks.append(block)
    return blocks, said


def measure_all(site):
    blocks, said = [], {}
    with concurrent.futures.ThreadPoolExecutor(GROUPS) as pool:
        for found, words in pool.map(lambda group: measure(site, group, -(-TRIES // GROUPS)), range(GROUPS)):
            blocks += found
            for word, kinds in words.items():
                said.setdefault(word, set()).update(kinds)
    return blocks, said


@case("oathtool", *PROGRAMS)
def portal_p25_no_refusal_tells_its_cause_by_bytes_or_time():
    with Site(BUILD, hash_cost=1, more="attempts = 64\n") as site:
        blocks, said = measure_all(site)
    expect(len(said) == 1, "refusals differ:", *[f"\n{kinds}: {words}" for words, kinds in said.items()])
    lines = [""]
    known = [kind for kind in KINDS if kind not in NOBODY]
    bound = 0.01 if TRIES >= 1000 else 0.05
    for kind in known:
        mean, error = likeness.compare(blocks, (kind,), NOBODY)
        lines.append(f"{kind:23} {len(blocks):5} tries, AUC against an unknown name {mean:.3f} +- {error:.3f}")
        expect(abs(mean - 0.5) - bound <= likeness.SURELY * error, lines[-1])
    mean, error = likeness.compare(blocks, tuple(known), NOBODY)
    lines.append(f"{'all of them':23} {len(blocks):5} tries, AUC against an unknown name {mean:.3f} +- {error:.3f}")
    lines[0] = f"{len(said)} answer, byte for byte, of {len(blocks) * len(KINDS)} refusals of {len(KINDS)} kinds"
    if os.environ.get("GOLDEN") == "write":
        with open(RESULTS, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
