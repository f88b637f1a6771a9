"""Phones whose key has more than 160 bits: taken over from each kind of file, and good for the whole life of an account."""
import base64
import glob
import json
import os
import re

from cases_backup import PHRASE as EXPORT_PHRASE, restore
from cases_import import (HASH, PHRASE, comes_from_pam_oath, comes_in_once, content, outcomes, put, sign_in, take,
                          written_by_google_authenticator)
from cases_rekey import key_ids, naming, step
from harness import add_case, expect, need, same
from world import World, code_at, lbr_world


def make_key(count):
    return bytes((at * 7 + count) % 255 + 1 for at in range(count))


def base32(key):
    return base64.b32encode(key).decode().rstrip("=")


def oathtool(key):
    """The code of the whole key, as the phone shows it."""
    return code_at(base64.b32encode(key).decode())


def first_lines(world, name):
    path, = glob.glob(os.path.join(world.state, "accounts", "*", name))
    with open(path, encoding="ascii") as file:
        return file.read()


def with_password(world, *names):
    take(world, "shadow", put(world, "shadow", "".join(f"{name}:{HASH}:20700:0:99999:7:::\n" for name in names)))
    world.configure("max-age = 24 months")


def varint(number):
    return bytes([number]) if number < 128 else bytes([number & 127 | 128, number >> 7])


def field(number, value):
    return bytes([number << 3 | 2]) + varint(len(value)) + value


def migration(name, key):
    """One token of Google's transfer: SHA-1, six digits, by the clock."""
    token = field(1, key) + field(2, name.encode()) + bytes([4 << 3, 1, 5 << 3, 1, 6 << 3, 2])
    data = base64.b64encode(field(1, token)).decode()
    return "otpauth-migration://offline?data=" + data.replace("+", "%2B").replace("/", "%2F") + "\n"


def files(name, key, algorithm):
    """What each program writes for this token."""
    secret = base32(key)
    uri = f"otpauth://totp/X:{name}?secret={secret}&algorithm={algorithm}"
    return {
        "otpauth": uri + "\n",
        "aegis": json.dumps({"version": 1, "header": {"slots": None, "params": None}, "db": {"version": 2, "entries": [
            {"type": "totp", "name": name, "issuer": "X", "info": {"secret": secret, "algo": algorithm, "digits": 6, "period": 30}}]}}),
        "andotp": json.dumps([{"secret": secret, "issuer": "X", "label": name, "digits": 6, "type": "TOTP", "algorithm": algorithm,
                               "period": 30}]),
        "2fas": json.dumps({"schemaVersion": 4, "services": [{"name": "X", "secret": secret, "otp": {
            "account": name, "issuer": "X", "digits": 6, "period": 30, "algorithm": algorithm, "tokenType": "TOTP"}}]}),
        "freeotp": json.dumps({"tokenOrder": [], "tokens": [{"algo": algorithm, "digits": 6, "period": 30, "type": "TOTP", "label": name,
                               "issuerExt": "X", "secret": [byte - 256 if byte > 127 else byte for byte in key]}]}),
        "bitwarden": json.dumps({"encrypted": False, "items": [{"name": "n", "login": {"username": name, "totp": uri}}]}),
    }


def of_every_application():
    """256 and 512 bits; `verify` computes the phone's code. What uses another hash, or has a bit more, stays where it is."""
    with World() as world:
        kinds = files("x", b"x", "SHA1")
        for count in (32, 64):
            made = {kind: files(f"{kind}-{count}", make_key(count), "SHA1")[kind] for kind in kinds}
            made["otpauth-migration"] = migration(f"otpauth-migration-{count}", make_key(count))
            for kind, text in made.items():
                found, _ = take(world, kind, put(world, "made", text))
                same([(one["user"], one["result"], one["reason"]) for one in found], [(f"{kind}-{count}", "taken", None)], kind)
                answer = world.run("verify", f"{kind}-{count}", "--json", stdin=oathtool(make_key(count)) + "\n")
                same(answer.json()[0]["right"], True, f"{kind}, {count} bytes")
        for kind, text in files("zoe", make_key(65), "SHA1").items():
            same([one[2] for one in outcomes(take(world, kind, put(world, "made", text))[0])], ["long-key"], kind)
        for kind, text in files("zoe", make_key(32), "SHA256").items():
            same([one[2] for one in outcomes(take(world, kind, put(world, "made", text))[0])], ["algorithm"], kind)
        said = world.run("import", "--from", "otpauth", put(world, "made", files("zoe", make_key(15), "SHA1")["otpauth"])).out
        expect("shorter than 128 bits" in said and "invite the person" in said, said)


def of_google_authenticator():
    """A file that it wrote itself, with a key of 512 bits, as somebody puts one there who has a longer one already."""
    need("google-authenticator", "oathtool")
    with World() as world:
        path = written_by_google_authenticator(world)
        lines = content(path).splitlines()
        key = make_key(64)
        found, _ = take(world, "google-authenticator", put(world, "longer", "\n".join([base32(key), *lines[1:]]) + "\n"),
                        "--user", "alice")
        same((found[0]["result"], found[0]["recovery_codes"]), ("taken", True), found)
        with_password(world, "alice")
        comes_in_once(world, "alice", PHRASE, base64.b32encode(key).decode())


def of_pam_oath():
    """256 bits are its most."""
    with World() as world:
        comes_from_pam_oath(world, make_key(32))


def is_known(world, name, key):
    """The account knows the code of now, used or not."""
    found = world.run("verify", name, "--json", stdin=oathtool(key) + "\n").json()[0]
    return found["right"] or found["used"]


def sealed_again(world, key):
    old, = key_ids(world)
    step(world, "--add")
    step(world, "--activate", [one for one in key_ids(world) if one != old][0])
    same(step(world, "--reseal")["unreadable"], 0)
    same([one for one in naming(world, old) if one.startswith("accounts")], [])
    same(is_known(world, "bea", key), True, "after rekey --reseal")


def through_the_life_of_an_account():
    """Renamed, sealed under another key, carried to another host; an ordinary account again once the phone is replaced."""
    need("oathtool")
    with World() as first, World() as second:
        key = make_key(64)
        take(first, "otpauth", put(first, "uri", files("alice", key, "SHA1")["otpauth"]))
        with_password(first, "alice")
        expect(first_lines(first, "alice").startswith("liberations-account 4\nname alice\nkeyed-name -\n"), "the version")
        same(first.run("show", "alice", "--json").json()[0]["token"], "confirmed")
        comes_in_once(first, "alice", PHRASE, base64.b32encode(key).decode())
        same(first.run("rename", "alice", "bea").code, 0)
        same(is_known(first, "bea", key), True, "after rename")
        sealed_again(first, key)
        path = os.path.join(first.home, "export")
        same(first.run("export", path, stdin=EXPORT_PHRASE + "\n").code, 0)
        same(restore(second, carried(path, second)).code, 0)
        same(is_known(second, "bea", key), True, "on the other host")
        second.configure("max-age = 24 months")
        same(sign_in(second, "bea", PHRASE, oathtool(key)), False, "a code of the minute in which it came there")
        lbr_world(second, "bea", "last_step=1")
        comes_in_once(second, "bea", PHRASE, base64.b32encode(key).decode())
        expect(first_lines(second, "bea").startswith("liberations-account 4\n"), "the version on the other host")
        same(second.run("reset-token", "bea", "--yes").code, 0)
        expect(re.match(r"liberations-account [23]\n", first_lines(second, "bea")), "a short key")


def carried(path, world):
    there = os.path.join(world.home, "in")
    with open(path, "rb") as source, open(there, "wb") as file:
        file.write(source.read())
    os.chmod(there, 0o644)
    return there


def add_cases():
    add_case("import_a_long_key_of_every_application", of_every_application)
    add_case("import_a_long_key_of_google_authenticator", of_google_authenticator)
    add_case("import_a_long_key_of_pam_oath_itself", of_pam_oath)
    add_case("a_long_key_through_the_life_of_an_account", through_the_life_of_an_account)
