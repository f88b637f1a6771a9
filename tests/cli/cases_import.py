"""`import`: files that other programs wrote, samples of every kind, and the sign-in with what was taken."""
import base64
import glob
import json
import os
import re
import shutil
import subprocess

from harness import Skip, add_case, expect, need, same
from person import PASSWORD, stack
from world import OWNER, ROOT, World, calm, code_at, need_root, root_world

FIELD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "field")
KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
PHRASE = "une phrase de champ"


def content(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


HASH = re.search(r"^alice:([^:]+)", content(os.path.join(FIELD, "shadow-1.txt")), re.M)[1]


def put(world, name, text=None):
    """A sample, or `text`, where the store's owner can read it."""
    path = os.path.join(world.home, name)
    if text is None:
        shutil.copy(os.path.join(FIELD, name), path)
    else:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    os.chmod(path, 0o644)
    return path


def take(world, kind, path, *more):
    """(found things, sum) of one file."""
    answer = world.run("import", "--from", kind, path, "--json", *more)
    same(answer.err, "", repr(answer))
    lines = answer.json()
    same(answer.code, 0 if lines[-1]["taken"] + lines[-1]["already"] else 1, repr(answer))
    return lines[:-1], lines[-1]


def outcomes(lines):
    return [(one["line"] or one["entry"], one["user"], one["reason"] or one["result"]) for one in lines]


def sign_in(world, name, password, code):
    answer = world.run("try", "desk", name, "--confdir", stack(world), "--json", stdin=f"{password}\n{code}\n")
    return answer.json()[0]["allowed"]


def comes_in_once(world, name, password, key):
    """The code of the phone opens, and the same code again does not."""
    calm()
    code = code_at(key)
    same(sign_in(world, name, password, code), True, name)
    same(sign_in(world, name, password, code), False, "the same code again")


def written_by_google_authenticator(world):
    """The path of a file that the real program wrote, with five emergency codes."""
    path = os.path.join(world.home, "written")
    own = ["setpriv", "--reuid", str(OWNER), "--regid", str(OWNER), "--clear-groups"] if ROOT else []
    subprocess.run([*own, "google-authenticator", "-t", "-d", "-f", "-w", "3", "-r", "3", "-R", "30", "-q", "-e", "5", "-s", path],
                   check=True, stdout=subprocess.DEVNULL, env=world.environment(HOME=world.home))
    return path


def google_authenticator_itself():
    need("google-authenticator", "oathtool")
    with World() as world:
        path = written_by_google_authenticator(world)
        lines = content(path).splitlines()
        found, total = take(world, "google-authenticator", path, "--user", "alice")
        same((total["taken"], found[0]["recovery_codes"]), (1, True), found)
        take(world, "shadow", put(world, "shadow", f"alice:{HASH}:20700:0:99999:7:::\n"))
        world.configure("max-age = 24 months")
        comes_in_once(world, "alice", PHRASE, lines[0])
        sheet = re.findall(r"(?m)^[0-9]{8}$", content(path))
        same(len(sheet), 5)
        for code, wanted in ((sheet[2], True), (sheet[2], False), (sheet[0][:4] + " " + sheet[0][4:], True)):
            same(sign_in(world, "alice", PHRASE, code), wanted, "an emergency code")
        same(take(world, "google-authenticator", path, "--user", "alice")[1]["already"], 1)


def comes_from_pam_oath(world, key):
    """A code that pam_oath accepted is not accepted again here. The next one is, once."""
    need("oathtool")
    if not glob.glob("/lib/*/security/pam_oath.so") + glob.glob("/usr/lib*/security/pam_oath.so"):
        raise Skip("libpam-oath is not installed")
    secret = base64.b32encode(key).decode()
    path = put(world, "users.oath", f"HOTP/T30/6\tbob\t-\t{key.hex()}\n")
    os.chmod(path, 0o600)
    if ROOT:
        os.chown(path, OWNER, OWNER)
    confdir = stack(world)
    with open(os.path.join(confdir, "old"), "w", encoding="utf-8") as file:
        file.write(f"auth required pam_oath.so usersfile={path} window=5 digits=6\naccount required pam_permit.so\n")
    calm()
    used = code_at(secret)
    same(world.run("try", "old", "bob", "--confdir", confdir, stdin=used + "\n").code, 0, "pam_oath itself")
    expect(used in content(path), "pam_oath did not write its file")
    take(world, "shadow", put(world, "shadow", f"bob:{HASH}:20700:0:99999:7:::\n"))
    same(take(world, "oath", path)[1]["taken"], 1)
    world.configure("max-age = 24 months")
    same(sign_in(world, "bob", PHRASE, used), False, "the code that pam_oath accepted")
    following = code_at(secret, 30)
    same(sign_in(world, "bob", PHRASE, following), True, "the next one")
    same(sign_in(world, "bob", PHRASE, following), False, "the next one again")


def oath_itself():
    with World() as world:
        comes_from_pam_oath(world, b"12345678901234567890")


def chpasswd_itself():
    need_root()
    need("chpasswd", "oathtool")
    with World() as world:
        root = os.path.join(world.directory, "root")
        os.makedirs(os.path.join(root, "etc"))
        for name, text in (("passwd", "carol:x:60001:60001::/:/bin/sh\n"), ("shadow", "carol:!:20000:0:99999:7:::\n"), ("group", ""),
                           ("login.defs", "ENCRYPT_METHOD YESCRYPT\n")):
            with open(os.path.join(root, "etc", name), "w", encoding="ascii") as file:
                file.write(text)
        subprocess.run(["chpasswd", "-R", root, "-c", "YESCRYPT"], input=f"carol:{PASSWORD}\n", text=True, check=True)
        path = os.path.join(root, "etc", "shadow")
        shutil.chown(path, OWNER, OWNER)
        same(take(world, "shadow", path)[1]["taken"], 1)
        same(take(world, "otpauth", put(world, "uri", f"otpauth://totp/X:carol?secret={KEY}\n"))[1]["taken"], 1)
        comes_in_once(world, "carol", PASSWORD, KEY)


def shadow_of_every_kind():
    with World() as world:
        found, total = take(world, "shadow", put(world, "shadow-1.txt"))
        why = {user: reason for _, user, reason in outcomes(found) if user}
        same(total["taken"], 13)
        for name in ("erin", "frank", "gina", "hugo", "iris", "jean"):
            same(why[name], "method")
        for name in ("root", "mona-never", "nils-rhel", "olga-star", "paul-solaris", "quin-nopass"):
            same(why[name], "no-hash")
        same([reason for line, _, reason in outcomes(found) if line in (26, 28, 29)], ["bad-name", "bad-name", "bad-line"])
        for name, disabled, must in (("alice", False, False), ("karl-locked", True, False), ("lea-locked-twice", True, False),
                                     ("rosa-must-change", False, True), ("tina-expired", True, True), ("ugo-account-off", True, False)):
            shown = world.run("show", name, "--json").json()[0]
            same((shown["disabled"], shown["must_change"]), (disabled, must), name)
        again = take(world, "shadow", os.path.join(world.home, "shadow-1.txt"))[1]
        same((again["taken"], again["already"]), (0, 13), "a second import")
        other = put(world, "other", f"alice:{HASH[:-1]}6:20700:0:99999:7:::\n+::::::::\n")
        same(outcomes(take(world, "shadow", other)[0]), [(1, "alice", "has-password"), (2, None, "nis")])


def history_of_pwhistory():
    with World() as world:
        take(world, "shadow", put(world, "shadow-1.txt"))
        found, _ = take(world, "opasswd", put(world, "opasswd-1.txt"))
        why = outcomes(found)
        same([one[2] for one in why], ["taken", "already", "no-account", "taken", "no-hash", "no-account", "bad-name", "method",
                                       "no-account", "bad-line", "twice", "bad-line", "no-account"])
        expect("count" in found[3]["notes"] and "older" in found[0]["notes"], found)
        same(world.run("history", "carol", "--json").json()[0]["kept"], 3)
        old = world.run("check-password", "alice", "--json", stdin=PHRASE + "\n").json()[0]
        same(old["good"], False, "an earlier password")


def pwhistory_itself():
    """Its own program writes the earlier passwords, in a mount namespace where /etc is a scratch directory's."""
    need_root()
    need("/usr/sbin/pwhistory_helper", "unshare", "chpasswd")
    with World() as world:
        etc = os.path.join(world.directory, "etc")
        os.makedirs(os.path.join(etc, "security"))
        for name, text in (("passwd", "root:x:0:0::/:/bin/sh\ndora:x:60002:60002::/:/bin/sh\n"), ("opasswd", ""),
                           ("shadow", f"root:*:1::::::\ndora:{HASH}:20700:0:99999:7:::\n")):
            with open(os.path.join(etc, "security" if name == "opasswd" else "", name), "w", encoding="ascii") as file:
                file.write(text)
        script = (f"mount --bind {etc}/passwd /etc/passwd && mount --bind {etc}/shadow /etc/shadow && "
                  f"mount --bind {etc}/security /etc/security && pwhistory_helper save dora 10 0")
        done = subprocess.run(["unshare", "-m", "sh", "-c", script], capture_output=True, text=True, check=False,
                              stdin=subprocess.DEVNULL)
        same(done.returncode, 0, done.stdout + done.stderr)
        path = put(world, "opasswd", content(os.path.join(etc, "security", "opasswd")))
        take(world, "shadow", put(world, "s", f"dora:{HASH[:-1]}6:20710:0:99999:7:::\n"))
        same(outcomes(take(world, "opasswd", path)[0]), [(1, "dora", "taken")])
        same(world.run("check-password", "dora", "--json", stdin=PHRASE + "\n").json()[0]["good"], False)


def files_of_google_authenticator():
    with World() as world:
        wanted = {"ga-1": "taken", "ga-10-other-program": "not-base32", "ga-11-disabled": "taken", "ga-12-spoilt": "not-base32",
                  "ga-14-empty": "not-base32", "ga-2-used": "taken", "ga-3-hotp": "counter", "ga-4-crlf": "taken",
                  "ga-6-long-step60": "step", "ga-7-only-secret": "no-totp", "ga-8-both-modes": "counter"}
        for name, result in wanted.items():
            found, _ = take(world, "google-authenticator", put(world, name + ".txt"), "--user", name)
            same(found[0]["reason"] or found[0]["result"], result, name)
        path = put(world, "hand", "gezd-gnbv gy3t QOJQ GEZDGNBVGY3TQOJQ\n\" TOTP_AUTH\n\" TIME_SKEW 2\n12345678\n01234567\n87654321\n")
        found, _ = take(world, "google-authenticator", path, "--user", "zoe")
        same(sorted(found[0]["notes"]), ["codes-end", "needs-password", "reuse", "skew"])
        same(world.run("verify", "zoe", "--json", stdin=code_at(KEY) + "\n").json()[0]["right"], True)
        path = put(world, "mapped", "0123456789ABCDEFGHIJKLMNOP\n\" TOTP_AUTH\n")
        same(take(world, "google-authenticator", path, "--user", "yan")[0][0]["reason"], "not-base32", "9 stands for nothing")


def files_of_oath():
    with World() as world:
        why = outcomes(take(world, "oath", put(world, "users-1.oath"), "--dry-run")[0])
        same([one[2] for one in why], ["would", "would", "digits", "step", "counter", "counter", "counter"])
        why = outcomes(take(world, "oath", put(world, "users-2-live.oath"))[0])
        same([one[2] for one in why], ["taken", "taken", "counter", "taken"])
        same(take(world, "oath", put(world, "users-4-bad.oath"))[1], {"taken": 0, "already": 0, "skipped": 16, "dry_run": False})


APPS = {
    "app-aegis-plain.json": ["would", "counter", "type"], "app-andotp-plain.json": ["would", "counter"],
    "app-2fas-v4.2fas": ["would", "no-name"], "app-duo.json": ["would", "counter"],
    "migration-1.txt": ["would", "would", "algorithm", "counter", "would", "bad-line"],
    "uris-1.txt": ["would", "would", "would", "would", "twice", "would", "would", "would", "algorithm", "doubled", "counter", "type",
                   "short-key", "short-key", "would", "no-name"],
}
MADE = {
    "freeotp": (json.dumps({"tokenOrder": [], "tokens": [{"algo": "SHA1", "digits": 6, "period": 30, "type": "TOTP", "label": "alice",
                "issuerExt": "X", "secret": [-1] + [49] * 19}]}), ["would"]),
    "bitwarden": (json.dumps({"encrypted": False, "items": [{"name": "n", "login": {"username": "bob", "totp": KEY.lower()}},
                  {"name": "m", "login": {"totp": None}}, {"name": "u", "login": {"totp": f"otpauth://totp/X:carl?secret={KEY}"}}]}),
                  ["would", "would"]),
    "aegis": (json.dumps({"version": 1, "header": {}, "db": "c2VjcmV0"}), ["encrypted"]),
    "2fas": (json.dumps({"services": [], "servicesEncrypted": "x:y:z"}), ["encrypted"]),
    "andotp": ("\x01\x02binary", ["other-kind"]),
    "otpauth-migration": ("otpauth-migration://offline?data=ChwKFDEyMzQ1Njc4OTAxMjM0NTY3ODkwEgR6b2VuEAEYAiAA\n", ["would", "parts-missing"]),
}


def exports_of_apps():
    with World() as world:
        for name, wanted in APPS.items():
            found, _ = take(world, "otpauth", put(world, name), "--dry-run")
            same([one[2] for one in outcomes(found)], wanted, name)
        for kind, (text, wanted) in MADE.items():
            found, _ = take(world, kind, put(world, "made", text), "--dry-run")
            same([one[2] for one in outcomes(found)], wanted, kind)
        same(world.run("list").out.count("alice"), 0, "a dry run wrote")
        two = put(world, "two", f"otpauth://totp/X:a?secret={KEY}\notpauth://totp/Y:b?secret={KEY}\n")
        same(world.run("import", "--from", "otpauth", two, "--user", "zoe").code, 2)
        same(take(world, "otpauth", two, "--user", "zoe", "--issuer", "Y")[1]["taken"], 1)
        same(outcomes(take(world, "otpauth", put(world, "uris-1.txt"), "--user", "zoe", "--issuer", "Autre")[0])[5][2], "already")


def never_replaces_a_phone():
    with World() as world:
        first, _ = world.enroll("alice", code=code_at)
        found, _ = take(world, "otpauth", put(world, "uri", f"otpauth://totp/X:alice?secret={KEY}\n"))
        same(found[0]["reason"], "has-token")
        same(take(world, "otpauth", put(world, "uri", f"otpauth://totp/X:alice?secret={first['key']}\n"))[0][0]["result"], "already")
        same(take(world, "shadow", put(world, "s", f"alice:{HASH}:20700:0:99999:7:::\n"))[0][0]["reason"], "has-password")
        same(take(world, "otpauth", put(world, "uri", f"otpauth://totp/X:ALICE?secret={KEY}\n"))[0][0]["reason"], "look-alike")


def reads_with_the_rights_of_the_caller():
    with root_world() as world:
        path = put(world, "closed", f"zoe:{HASH}:20700:0:99999:7:::\n")
        os.chmod(path, 0o600)
        os.chmod(world.config, 0o644)
        answer = world.run("import", "--from", "shadow", path, SUDO_UID="65534")
        same(answer.code, 3, repr(answer))
        expect("zoe" not in answer.out + answer.err, repr(answer))
        expect("sudo cat FILE | sudo liberations import ... -" in answer.err, repr(answer))
        with open(path, encoding="ascii") as file:
            answer = world.run("import", "--from", "shadow", "-", "--dry-run", stdin=file.read(), SUDO_UID="65534")
        expect(answer.code == 0 and "zoe: would be taken" in answer.out, repr(answer))
        for other in (world.home, "/dev/null", "/dev/zero"):
            same(world.run("import", "--from", "shadow", other).code, 3, other)


def add_cases():
    add_case("import_google_authenticator_itself", google_authenticator_itself)
    add_case("import_oath_itself", oath_itself)
    add_case("import_chpasswd_itself", chpasswd_itself)
    add_case("import_pwhistory_itself", pwhistory_itself)
    add_case("import_shadow_of_every_kind", shadow_of_every_kind)
    add_case("import_opasswd_keeps_earlier_passwords", history_of_pwhistory)
    add_case("import_google_authenticator_as_its_own_reader", files_of_google_authenticator)
    add_case("import_oath_as_its_own_reader", files_of_oath)
    add_case("import_exports_of_apps", exports_of_apps)
    add_case("import_never_replaces_what_is_there", never_replaces_a_phone)
    add_case("import_reads_with_the_rights_of_the_caller", reads_with_the_rights_of_the_caller)
