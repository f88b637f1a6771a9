"""What builds of each earlier version wrote, in tests/formats/kept: read, signed in with, and written again."""
import glob
import json
import os
import re
import shutil

from cases_releases import owned
from formats import TOP, versions
from harness import add_case, expect, same
from person import Person
from world import World

KEPT = os.path.join(TOP, "tests", "formats", "kept")
OTHER = "eine ganz andere Phrase, neu"


class Older(Person):
    """Somebody of an older build, in a store of this one with the older build's key."""

    def __init__(self, world, kept):
        self.kept = os.path.join(KEPT, kept)
        with open(os.path.join(self.kept, "facts"), encoding="utf-8") as file:
            self.known = json.load(file)
        shutil.copyfile(os.path.join(self.kept, "seal.key"), world.key)
        owned(world.key)
        world.found()
        world.configure("window = 2")
        super().__init__(world, self.known["user"])
        self.key = self.known["key"]
        same(world.run("invite", self.name).code, 0)
        for name, tree in (("account", "accounts"), ("counters", "counters"), ("history", "history")):
            old, new = os.path.join(self.kept, name), self.path("accounts").replace("/accounts/", f"/{tree}/")
            if os.path.exists(old):
                os.makedirs(os.path.dirname(new), 0o700, exist_ok=True)
                shutil.copyfile(old, new)
                owned(os.path.dirname(new))
                os.chmod(os.path.dirname(new), 0o700)
                owned(new)

    def path(self, tree):
        path, = glob.glob(f"{self.world.state}/{tree}/*/{self.name}")
        return path

    def versions(self):
        """Of the account, and of both copies of the counters."""
        with open(self.path("accounts"), "rb") as file:
            account = int(file.readline().split()[1])
        with open(self.path("counters"), "rb") as file:
            copies = file.read()
        return account, *(int(copies[at + 7:at + 8]) for at in (0, 4096))

    def opens(self, *answers):
        return self.sign_in(self.known["password"], *answers).code == 0


def is_served(kept, account, counters):
    with World(founded=False) as world:
        one = Older(world, kept)
        same(one.versions(), (account, counters, counters))
        same([line for line in world.run("doctor", "--json", "--confdir", world.home).json() if line["check"] in ("account", "history")], [])
        same((world.run("show", one.name).code, world.run("history", one.name).code), (0, 0))
        same(one.versions(), (account, counters, counters), "looking wrote something")
        codes = one.known["recovery"]
        if codes:
            same((one.opens(codes[0]), one.opens(codes[1]), one.opens(codes[1])), (False, True, False), "recovery codes")
        code = one.code()
        same((one.opens(code), one.opens(code), one.opens(one.code())), (True, False, True), "codes of the phone")
        # The counters are of this build's version now, which a release that reads no newer one refuses; the account is as it was.
        newest = versions()["COUNTERS"]
        same(one.versions(), (account, newest, newest))
        same(world.run("contact", one.name, "a@example.org").code, 0)
        same(one.versions(), (account, newest, newest), "the account was written in a version that it does not need")
        for password, wanted in ((one.known["password"], 1), (OTHER, 0)):
            first = world.run("passwd", one.name, "--json").json()[0]["temporary_password"]
            same(one.sign_in(first, one.code(), password, password, "").code, wanted, "the former password is not remembered")
        goes_back(one, account)


def goes_back(one, account):
    """What liberations-formats(5) says under ROLLBACK."""
    if account == 3:
        same(one.world.run("rename", one.name, "alice").code, 0)
        one.name = "alice"
    if account == 4:
        answer = one.world.run("reset-token", one.name, "--yes", "--json")
        same(answer.code, 0, repr(answer))
    same(one.versions()[0], 2)


def every_version():
    """Each version that formats.h says is read, and was written before."""
    kept = [re.fullmatch(r"account-(\d)-counters-(\d)", name).groups() for name in sorted(os.listdir(KEPT))]
    same([int(one) for one, _ in kept], list(range(2, versions()["ACCOUNT"] + 1)))
    same(sorted({int(one) for _, one in kept}), list(range(2, versions()["COUNTERS"] + 1)))
    expect(os.path.exists(os.path.join(TOP, "tests", "unit", "version_1", "account")), "version 1 is kept there")


def add_cases():
    for name in sorted(os.listdir(KEPT)):
        account, counters = map(int, re.findall(r"\d", name))
        add_case(f"an_older_build_wrote_account_{account}_and_counters_{counters}", is_served, name, account, counters)
    add_case("every_version_that_is_read_was_kept", every_version)
