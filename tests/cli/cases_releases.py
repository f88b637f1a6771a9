"""A store across releases and keys: what an older release wrote, what a newer one did, and another key in force."""
import base64
import glob
import hashlib
import os
import re
import shutil

from harness import add_case, expect, same
from person import PASSWORD, Person
from world import OWNER, ROOT, World

OLD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "unit", "version_1")
KEY_A = "0123abcd 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
KEY_B = "fedc9876 ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100\n"


def owned(path):
    os.chmod(path, 0o600)
    if ROOT:
        os.chown(path, OWNER, OWNER)


def put_keys(world, *lines):
    with open(world.key, "w", encoding="ascii") as file:
        file.writelines(lines)
    owned(world.key)


def put_old_alice(world):
    """Her files of version 1 take the place of those that were just made."""
    world.run("invite", "alice")
    for tree, old in (("accounts", "account"), ("history", "history"), ("counters", "counters")):
        shards = glob.glob(f"{world.state}/accounts/*/alice")
        path = shards[0].replace("/accounts/", f"/{tree}/")
        shutil.copyfile(os.path.join(OLD, old), path)
        owned(path)


def account_text(world):
    path, = glob.glob(f"{world.state}/accounts/*/alice")
    with open(path, "rb") as file:
        return path, file.read()


def mac_of(world, kind, name, body):
    """As liberations-account(5) has it, from the key in force; and that key's id."""
    with open(world.key, encoding="ascii") as file:
        words = [line.split() for line in file if not line.startswith("#")][0]
    subkey = hashlib.blake2b(key=bytes.fromhex(words[1]), salt=(1).to_bytes(8, "little"), person=b"lbr-mac_", digest_size=32)
    lengths = b"".join(len(part).to_bytes(8, "big") for part in (kind, name, body))
    return words[0], hashlib.blake2b(lengths + kind + name + body, key=subkey.digest(), digest_size=32).digest()


def sealed(world, body):
    key, mac = mac_of(world, b"account", b"alice", body)
    return body + f"mac {key} {base64.b64encode(mac).decode()}\n".encode()


def put_newer_counters(world, path, kind, name):
    """The slot in force, as a release with version 4 would mark it. Returns the file."""
    with open(path, "r+b") as file:
        slots = [file.read(8192)[at:at + 640] for at in (0, 4096) if file.seek(0) == 0]
        newest = max((0, 1), key=lambda number: slots[number][16:24])
        body = slots[newest][:7] + b"4" + slots[newest][8:608]
        file.seek(newest * 4096)
        file.write(body + mac_of(world, kind, name, body)[1])
        file.seek(0)
        return file.read()


def newer_counters():
    """Refused, told in both languages, and rebuilt by nobody, though that repairs damaged ones."""
    with World() as world:
        world.configure("window = 2")
        alice = Person(world, "alice")
        alice.enroll()
        path, = glob.glob(f"{world.state}/counters/*/alice")
        whole = put_newer_counters(world, path, b"counters", b"alice")
        said = "liberations: alice: counters/alice: written by a newer release of liberations, in format counters 4 " \
               "(this one reads up to 3); install the release that wrote it, or a newer one\n"
        same(alice.sign_in(PASSWORD, alice.code()).code, 1)
        for words in (("show", "alice"), ("unlock", "alice"), ("unlock", "--rebuild", "alice")):
            answer = world.run(*words)
            same((answer.code, answer.err), (3, said), repr(words))
        expect("au format counters 4 (celle-ci lit jusqu'à 3); installez" in world.run("show", "alice", LC_ALL="fr_CA.UTF-8").err)
        found = [one for one in world.run("doctor", "--json").json() if one.get("check") == "account"]
        same([(one["where"], one["fix"]) for one in found], [("alice", "man liberations-formats")], repr(found))
        with open(path, "rb") as file:
            same(file.read(), whole, "counters of a newer release were written over")


def newer_decoy():
    """`init` makes a damaged one anew, and must not forget what a newer release counted."""
    with World() as world:
        path = f"{world.state}/counters/decoy/07"
        whole = put_newer_counters(world, path, b"decoy", b"07")
        answer = world.run("init")
        same(answer.code, 3, repr(answer))
        expect("in format counters 4 (this one reads up to 3)" in answer.err, answer.err)
        with open(path, "rb") as file:
            same(file.read(), whole)


def renamed_back():
    with World() as world:
        world.run("invite", "alice")
        for old, new, version in (("alice", "agnes", b"3"), ("agnes", "alice", b"2")):
            same(world.run("rename", old, new).code, 0)
            path, = glob.glob(f"{world.state}/accounts/*/{new}")
            with open(path, "rb") as file:
                expect(file.read().startswith(b"liberations-account " + version), new)


def version_1_is_served():
    with open(os.path.join(OLD, "codes"), encoding="ascii") as file:
        codes = file.read().split()
    with World(founded=False) as world:
        put_keys(world, KEY_A)
        world.found()
        put_old_alice(world)
        put_keys(world, KEY_B, KEY_A)
        same(world.run("list").code, 0)
        alice = Person(world, "alice")
        same(alice.facts()["recovery_codes_left"], 10)
        same(alice.sign_in(PASSWORD, codes[0]).code, 0, "a code of version 1 no longer serves")
        same(world.run("contact", "alice", "alice@example.net").code, 0)
        text = account_text(world)[1]
        expect(text.startswith(b"liberations-account 2\n") and b"\nrecovery-key 0123abcd\n" in text, text)
        same(alice.sign_in(PASSWORD, codes[0]).code, 1, "a code served twice")
        same(alice.sign_in(PASSWORD, codes[1]).code, 0, "a code was lost when the account was written anew")
        same(alice.facts()["recovery_codes_left"], 8)


def another_key_in_force():
    with World() as world:
        world.configure("window = 2")
        alice = Person(world, "alice")
        codes = alice.enroll()
        with open(world.key, encoding="ascii") as file:
            first = [line for line in file if not line.startswith("#")][0]
        put_keys(world, KEY_B, first)
        same(alice.sign_in(PASSWORD, codes[0]).code, 0, "another key in force voided the sheet")
        same(world.run("contact", "alice", "alice@example.org").code, 0)
        same(alice.sign_in(PASSWORD, codes[1]).code, 0, "a record under another key voided the sheet")


def newer_release():
    """One person, one line, and nothing is called damaged."""
    with World() as world:
        world.enroll("alice")
        world.enroll("bob")
        path, text = account_text(world)
        body = text[:text.rindex(b"mac ")]
        with open(path, "wb") as file:
            file.write(sealed(world, body))
        same(world.run("show", "alice").code, 0, "the MAC is made otherwise than the man page says")
        with open(path, "wb") as file:
            file.write(sealed(world, body.replace(b"liberations-account 2", b"liberations-account 5") + b"more 1\n"))
        said = r"liberations: alice: accounts/\S*: written by a newer release of liberations, in format liberations-account 5 " \
               r"\(this one reads up to 4\); install the release that wrote it, or a newer one\n"
        for words in (("show", "alice"), ("unlock", "alice"), ("disable", "alice")):
            answer = world.run(*words)
            same((answer.code, answer.out), (3, ""), repr(words))
            expect(re.fullmatch(said, answer.err), answer.err)
        answer = world.run("list")
        expect(answer.code == 3 and re.fullmatch(said, answer.err) and "bob" in answer.out, repr(answer))
        with open(path, "rb") as file:
            expect(file.read().startswith(b"liberations-account 5"), "an account of a newer release was written over")


def add_cases():
    add_case("version_1_accounts_are_served_and_written_anew", version_1_is_served)
    add_case("another_key_in_force_voids_no_recovery_code", another_key_in_force)
    add_case("a_newer_release_is_named", newer_release)
    add_case("counters_of_a_newer_release_are_named_and_not_rebuilt", newer_counters)
    add_case("a_decoy_of_a_newer_release_is_not_made_anew", newer_decoy)
    add_case("an_account_renamed_back_is_of_version_2_again", renamed_back)
