"""`export` and `restore`: two stores with different keys, the file between them, and what becomes of everybody in it."""
import glob
import json
import os
import shutil
import signal
import stat
import subprocess
import time

from cases_desk_log import Desk
from harness import Skip, add_case, expect, need, same
from person import PASSWORD, Person
from world import BUILD, OWNER, ROOT, STRANGER, Terminal, World, code_at, lbr_world, root_world

PHRASE = "Zwanzig Eulen fliegen im Regen"
OTHER = "eine andere Phrase, vorher"
# A file at the lowest price, which a restore takes as well.
CHEAP = ("1", "8192")
ACCOUNT = {
    "user": "ann", "uid": None, "language": None, "contact": None, "disabled": False, "password": "own", "password_set": 1700000000,
    "invited_until": 0, "must_change": False,
    "hash": "$y$j75$EwFcd11.p8Eeu.LA07Oh81$3h29b13d9VBM2XACJSibVH7sJlULnOBN5UCOjJJJRo1", "token": "confirmed",
    "key": "3132333435363738393031323334353637383930", "last_step": 0, "last_sign_in": 0,
    "failures": {lane: {"password": 0, "code": 0} for lane in ("console", "known", "stranger")}, "recovery_codes_left": 0,
    "history": []}


def account(name, **more):
    return {**ACCOUNT, "user": name, **more}


def sealed(*words, stdin):
    path = os.path.join(BUILD, "tests", "cli", "sealed")
    if not os.path.exists(path):
        raise Skip("tests/cli/sealed is not built")
    done = subprocess.run([path, *words], input=stdin, capture_output=True, text=True, check=False)
    same(done.returncode, 0, done.stderr)
    return done.stdout


def opened(path, phrase=PHRASE):
    """The accounts of a file, as text, by name."""
    lines = sealed("open", path, stdin=phrase + "\n").splitlines()
    same(json.loads(lines[-1]), {"accounts": len(lines) - 1})
    return {json.loads(line)["user"]: line for line in lines[:-1]}


def seal(world, accounts, name="cheap", end=None, price=CHEAP, made=None):
    """A file with these accounts, or texts; `end`: the last line, else their number."""
    path = os.path.join(world.home, name)
    texts = [one if isinstance(one, str) else json.dumps(one) for one in accounts]
    texts.append(json.dumps({"accounts": len(accounts)}) if end is None else end)
    sealed("seal", path, *price, *([str(made)] if made else []), stdin="\n".join([PHRASE, *texts]) + "\n")
    os.chmod(path, 0o644)
    return path


def restore(world, path, *more, phrase=PHRASE):
    return world.run("restore", path, *more, stdin=phrase + "\n")


def names(world):
    return sorted(one["user"] for one in world.run("list", "--json").json())


def content(world):
    """Every byte of the accounts: a file's content and date, by its name."""
    found = {}
    for room in ("accounts", "history", "counters"):
        for path in glob.glob(os.path.join(world.state, room, "*", "*")):
            with open(path, "rb") as file:
                found[os.path.relpath(path, world.state)] = (file.read(), os.stat(path).st_mtime_ns)
    return found


def unchanged(world, before, answer, code, words):
    same((answer.code, words in answer.err), (code, True), f"{words!r}: {answer!r}")
    same(content(world), before, repr(answer))


def shown(world, name):
    return world.run("show", name, "--json").json()[0]


def populate(world):
    lbr_world(world, "kim", "state=disabled", "uid=64999", "language=fr", "age_days=20")
    lbr_world(world, "lou", "state=locked")
    lbr_world(world, "zoé", "state=must-change", "last_step=70000000")
    world.run("contact", "kim", "kim@example.org")
    same(world.run("invite", "ida", "--life", "7d").code, 0)
    lbr_world(world, "bad", "state=damaged")
    lbr_world(world, "worse", "state=damaged-counters")


def without(line, *fields):
    found = json.loads(line)
    return {field: value for field, value in found.items() if field not in fields}


def to_another_host():
    """By way of another key and back into a file: the same, but for what must differ; and the person signs in."""
    need("oathtool")
    with World() as first, World() as second:
        alice = Person(first, "alice")
        codes = alice.enroll(OTHER)
        first.configure("window = 2")
        answer = alice.sign_in(OTHER, codes[0])
        same(answer.code, 0, f"a recovery code: {answer}")
        expect(alice.may_sign_in(OTHER), "at the first host")
        populate(first)
        path, back = (os.path.join(one.home, "export") for one in (first, second))
        answer = first.run("export", path, "--json", stdin=PHRASE + "\n")
        same((answer.code, stat.S_IMODE(os.stat(path).st_mode)), (3, 0o600), "two who cannot be read are named, the others saved")
        same(answer.json(), [{"file": path, "accounts": 5, "missing": 2}])
        expect("bad:" in answer.err and "worse:" in answer.err, repr(answer))
        shutil.copy(path, second.home + "/in")
        os.chmod(second.home + "/in", 0o644)
        before = int(time.time()) // 30
        answer = restore(second, second.home + "/in", "--json")
        same(answer.code, 0, repr(answer))
        said = {one.pop("user", None): one for one in answer.json()}
        plain = {"result": "restored", "recovery_codes_void": False, "locked": False, "clock_ahead": False}
        same(said, {"alice": {**plain, "recovery_codes_void": True}, "kim": plain, "lou": {**plain, "locked": True},
                    "zoé": {**plain, "clock_ahead": True}, "ida": plain, None: {"restored": 5, "skipped": 0, "dry_run": False}})
        same(second.run("export", back, "--json", stdin=PHRASE + "\n").json(), [{"file": back, "accounts": 5, "missing": 0}])
        there, here = opened(path), opened(back)
        same(sorted(here), ["alice", "ida", "kim", "lou", "zoé"])
        for name, line in there.items():
            was, now = json.loads(line), json.loads(here[name])
            expect(now["last_step"] == was["last_step"] if name == "zoé" else now["last_step"] >= before + 2, name, now["last_step"])
            same(now["recovery_codes_left"], 0)
            now.update(last_step=was["last_step"], recovery_codes_left=was["recovery_codes_left"])
            same(json.dumps(now, ensure_ascii=False, separators=(",", ":")), line, "byte for byte")
        in_person(second, alice.key, codes, before)


def in_person(world, key, codes, restored):
    """No code of the past or the present opens, no recovery code, and history is history; then the next code."""
    there = Person(world, "alice")
    world.configure("window = 2")
    for step in (restored - 1, restored, restored + 2):
        same(there.sign_in(OTHER, code_at(key, step * 30 + 15 - int(time.time()))).code, 1, f"step {step - restored}")
    for code in codes[:2]:
        same(there.sign_in(OTHER, code).code, 1, "a recovery code of the old sheet")
    world.run("unlock", "alice")
    lbr_world(world, "alice", "last_step=1")
    same(there.sign_in(OTHER, code_at(key)).code, 0, "the phone and password that they have")
    same(world.run("check-password", "alice", "--json", stdin=OTHER + "\n").json()[0]["objection"], "same")
    same((shown(world, "alice")["recovery_codes"], shown(world, "alice")["recovery_codes_left"]), (0, 0))


def a_question_left_open():
    """A passphrase typed an hour later: no code of that hour opens, of an account that was still there and in use meanwhile."""
    need("faketime")
    library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"
    if not os.path.exists(library):
        raise Skip("no libfaketime")
    with World() as world:
        path, back, clock = seal(world, [account("ann")]), os.path.join(world.home, "back"), os.path.join(world.home, "clock")
        later = int(time.time()) + 3600
        set_clock(clock, "+0s")
        line = world.line("restore", path)
        at = line.index(world.command)
        line[at:at] = ["env", f"LD_PRELOAD={library}", f"FAKETIME_TIMESTAMP_FILE={clock}", "FAKETIME_NO_CACHE=1",
                       "FAKETIME_DONT_FAKE_MONOTONIC=1"]
        with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd="/",
                              env=world.environment()) as running:
            expect(running.stderr.read(10) == "Passphrase", "it does not ask")
            set_clock(clock, "+3600s")
            _, err = running.communicate(PHRASE + "\n", timeout=600)
        same(running.returncode, 0, err)
        same(world.run("export", back, stdin=PHRASE + "\n").code, 0)
        expect(json.loads(opened(back)["ann"])["last_step"] >= later // 30 + 2, "codes used while it waited are good again")


def set_clock(path, offset):
    """In one step: what reads it reads it at any time."""
    with open(path + ".new", "w", encoding="ascii") as file:
        file.write(offset + "\n")
    os.chmod(path + ".new", 0o644)
    os.rename(path + ".new", path)


def history_comes_with_it():
    with World() as world:
        made = [account("ann", history=[{"set": 1700000000, "hash": ACCOUNT["hash"]}, {"set": 0, "hash": hash_of(OTHER)}])]
        same(restore(world, seal(world, made)).code, 0)
        same(world.run("check-password", "ann", "--json", stdin=OTHER + "\n").json()[0]["objection"], "used")
        same(world.run("check-password", "ann", stdin=PASSWORD + "\n").code, 0)


def hash_of(password):
    with World() as world:
        lbr_world(world, "tmp", f"password={password}")
        (path,) = glob.glob(os.path.join(world.state, "accounts", "*", "tmp"))
        with open(path, encoding="ascii") as file:
            return next(line.split()[1] for line in file if line.startswith("hash "))


def whole_or_not_at_all():
    """Another passphrase, a byte, an end, a line: refused in a sentence that names the file, and nothing changes."""
    with World() as world:
        path = seal(world, [account("ann"), account("bob")])
        lbr_world(world, "kim", "state=own")
        before = content(world)
        with open(path, "rb") as file:
            sound = file.read()
        lines = sound.splitlines(True)
        spoiled = (
            (sound[:-3000], 3, "end of the file is missing"), (b"".join(lines[:-1]), 3, "end of the file is missing"),
            (sound[:-1], 3, "end of the file is missing"), (sound + b"\n", 3, "was changed"), (sound + lines[1], 3, "was changed"),
            (b"".join([lines[0], lines[2], lines[1], lines[3]]), 1, "does not open it"),
            (b"".join([*lines[:2], lines[1], *lines[2:]]), 3, "was changed"),
            (sound.replace(b'"opslimit":1', b'"opslimit":2', 1), 1, "does not open it"),
            (sound[:-100] + bytes([sound[-100] ^ 1]) + sound[-99:], 3, "was changed"),
            (b"", 3, "not an export"), (b"\0" * 70000, 3, "not an export"), (sound[1:], 3, "not an export"),
            (lines[0], 3, "end of the file is missing"))
        for text, code, words in spoiled:
            with open(path, "wb") as file:
                file.write(text)
            unchanged(world, before, restore(world, path, "--merge"), code, words)
        with open(path, "wb") as file:
            file.write(sound)
        unchanged(world, before, restore(world, path, phrase=PHRASE + "."), 1, "does not open it")
        unchanged(world, before, restore(world, path, phrase=""), 1, "no passphrase")
        answer = restore(world, path, "--dry-run", "--json")
        same((answer.code, answer.json()[-1]), (0, {"restored": 2, "skipped": 0, "dry_run": True}), repr(answer))
        same(content(world), before, "a dry run")
        same(restore(world, path).code, 0)


def a_header_asks_for_nothing():
    """Refused before a passphrase is asked or a byte of memory taken."""
    with World() as world:
        path = seal(world, [account("ann")])
        with open(path, encoding="ascii") as file:
            head, *rest = file.read().splitlines(True)
        for old, new, words in (("8192", str(2 ** 40), "more time or memory"), ('"opslimit":1', '"opslimit":9', "more time or memory"),
                                ("8192", "NaN", "not an export"), ('"salt":"', '"salt":"' + "A" * 4000, "not an export"),
                                ('export":1', 'export":2', "written by a newer release")):
            changed = head.replace(old, new, 1)
            expect(changed != head, old)
            with open(path, "w", encoding="ascii") as file:
                file.writelines([changed, *rest])
            line = ["prlimit", "--as=%d" % (1 << 28), "--", *world.line("restore", path)]
            done = subprocess.run(line, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, cwd="/",
                                  env=world.environment(), timeout=600)
            expect(done.returncode == 3 and words in done.stderr and "Passphrase" not in done.stderr, new[:30], done)
        same(restore(world, seal(world, [account("ann")], made=int(time.time()) + 3600)).code, 3, "made in the future")
        same(restore(world, seal(world, [account("ann")], made=int(time.time()) + 100)).code, 0, "a clock that differs a little")


def no_account_is_made_of_it():
    """What the passphrase's owner may have written: each fault is named, and nothing changes."""
    with World() as world:
        lbr_world(world, "kim", "state=own")
        before = content(world)
        faults = (account("../x"), account("x", last_step=-1), account("x", uid=2 ** 32), account("x", more=1), account("x", contact="\u202e"),
                  account("x", hash="\n"), account("x", password_set=1.5), account("x", history=[{"set": 0, "hash": ""}]),
                  account("x", invited_until=7), {"user": "x"}, "x", "[]", "")
        answer = restore(world, seal(world, [account("ann"), *faults, account("bob")]))
        unchanged(world, before, answer, 3, "nothing was changed")
        for number in range(2, 2 + len(faults)):
            expect(f"entry {number} of the file" in answer.err, number, repr(answer))
        expect("ann" not in answer.err and "entry 1 " not in answer.err, repr(answer))
        for people, end in (([account("ann")], '{"accounts":2}'), ([account("ann")], ""), ([], json.dumps(account("ann")))):
            unchanged(world, before, restore(world, seal(world, people, end=end)), 3, "was changed")
        for one, other in (("ann", "ann"), ("ann", "ANN"), ("zoé", "zoe\u0301")):
            unchanged(world, before, restore(world, seal(world, [account(one), account(other)])), 3, "in the file twice")
        same(restore(world, seal(world, [])).code, 0, "nobody")


def people_who_exist():
    """All are named, and nothing changes; with --merge they stay as they are, to the last byte, and the others come."""
    with World() as world:
        for name in ("kim", "lou"):
            lbr_world(world, name, "state=own", "last_step=5")
        before = content(world)
        path = seal(world, [account(name, password="temporary", disabled=True) for name in ("kim", "new", "LOU", "lou2")])
        answer = restore(world, path)
        unchanged(world, before, answer, 1, "add --merge")
        expect("kim: already exists" in answer.err and "LOU" in answer.err and "new" not in answer.err.replace("Phr", ""), repr(answer))
        answer = restore(world, path, "--merge", "--json")
        same([(one.get("user"), one.get("result")) for one in answer.json()],
             [("kim", "exists"), ("new", "restored"), ("LOU", "lookalike"), ("lou2", "restored"), (None, None)], repr(answer))
        after = content(world)
        same({path: after[path] for path in before}, before, "who existed")
        again = restore(world, path, "--merge", "--json").json()[-1]
        same((again["restored"], again["skipped"], content(world)), (0, 4, after), "once more")


def killed_anywhere():
    """At each write in turn: everybody is there as a whole or not at all, and the next run brings the others."""
    need("strace")
    with World() as world:
        people = [account(f"u{number}", history=[{"set": 1, "hash": ACCOUNT["hash"]}]) for number in range(12)]
        path = seal(world, people)
        been = set()
        for call, when in (("renameat", 1), ("renameat", 4), ("fsync", 9), ("fdatasync", 3), ("linkat", 2), ("unlinkat", 2), ("write", 20),
                           ("pwrite64", 12), ("renameat2", 5), ("fsync", 31)):
            trace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={when}"]
            done = subprocess.run([*trace, *world.line("restore", path, "--merge")], input=PHRASE + "\n", capture_output=True, text=True,
                                  check=False, cwd="/", env=world.environment(), timeout=600)
            listed = world.run("list", "--json")
            same((listed.code, listed.err), (0, ""), f"{call} {when}: {done}")
            been.add(len(listed.json()))
            for one in listed.json():
                same((one["password"], one["token"]), ("own", "confirmed"), one)
        expect(len(been) > 2, "the kills came at no other moments:", been)
        same(restore(world, path, "--merge").code, 0)
        same(len(names(world)), 12)
        same(len(glob.glob(os.path.join(world.state, "history", "*", "u*"))), 12, "with their histories")


def only_a_file():
    """Neither end follows a link to make something, waits for a pipe, or takes what is there."""
    with World() as world:
        at = lambda name: os.path.join(world.home, name)
        path = seal(world, [account("ann")])
        os.mkfifo(at("fifo"), 0o666)
        os.symlink(at("target"), at("link"))
        os.symlink(path, at("latest"))
        for name in ("fifo", "/dev/null", "."):
            answer = restore(world, name if name[0] == "/" else at(name))
            same((answer.code, "not a regular file" in answer.err), (3, True), repr(answer))
        same(restore(world, at("none")).code, 3)
        same(restore(world, at("latest"), "--dry-run").code, 0, "a link to a regular file is read")
        for name in ("fifo", "link", "cheap", "latest", "none/x", "."):
            answer = world.run("export", at(name), stdin=PHRASE + "\n")
            same((answer.code, "Passphrase" in answer.err), (3, False), f"{name}: {answer}")
        expect(not os.path.exists(at("target")), "made through a link")


def nothing_half_is_left():
    """A user who is not there, a passphrase that will not do, a signal at any moment: no file."""
    with World() as world:
        lbr_world(world, "kim", "state=own")
        path = os.path.join(world.home, "out")
        for words, stdin, code in ((("kim", "nobody"), PHRASE, 1), ((), "short", 1), ((), "motdepassemotdepasse", 1), ((), "", 1)):
            answer = world.run("export", path, *words, stdin=stdin + "\n")
            same((answer.code, os.path.exists(path)), (code, False), repr(answer))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            terminal = Terminal(world, "export", path)
            terminal.until("Passphrase")
            terminal.until_silent()
            expect(os.path.exists(path), "the name is taken before a passphrase is asked")
            os.kill(terminal.process.pid, number)
            terminal.close()
            gone(path)
        terminal = Terminal(world, "export", path)
        for phrase in (PHRASE, PHRASE + "x"):
            terminal.until_silent()
            terminal.type(phrase + "\n")
            terminal.until("again" if phrase == PHRASE else "differ")
        same((terminal.close(), os.path.exists(path), PHRASE in terminal.seen), (1, False, False))


def gone(path):
    """Its guard outlives the command by a moment."""
    end = time.time() + 600
    while os.path.exists(path):
        expect(time.time() < end, "half a file was left")
        time.sleep(0.01)


def a_passphrase_for_restore_at_a_terminal():
    """Asked once, without echo; a signal at the question gives the echo back and changes nothing."""
    with World() as world:
        path, before = seal(world, [account("ann")]), content(world)
        for typed, code in (("\x03", -signal.SIGINT), ("\x1c", -signal.SIGQUIT), ("\n", 1), ("wrong " + PHRASE + "\n", 1),
                            (PHRASE + "\n", 0)):
            terminal = Terminal(world, "restore", path)
            terminal.until("Passphrase of the file: ")
            terminal.until_silent()
            same(content(world), before, "it changed something before it was told to")
            terminal.type(typed)
            same(terminal.wait(), code, terminal.seen)
            expect(terminal.echoes(), "the echo stayed off")
            terminal.close()
            same((terminal.seen.count("Passphrase of the file: "), PHRASE in terminal.seen), (1, False), terminal.seen)
            same(names(world), ["ann"] if code == 0 else [], terminal.seen)


def a_passphrase_in_a_file():
    """Of one's own, closed to others, and one line."""
    with World() as world:
        path = seal(world, [account("ann")])
        phrase = os.path.join(world.home, "phrase")
        with open(phrase, "w", encoding="utf-8") as file:
            file.write(PHRASE)
        for mode, text, words in ((0o640, PHRASE, "others may read it"), (0o604, PHRASE, "others may read it"),
                                  (0o600, "", "on one line"), (0o600, PHRASE + "\n\n", "on one line"), (0o600, "x" * 600, "on one line")):
            with open(phrase, "w", encoding="utf-8") as file:
                file.write(text)
            os.chmod(phrase, mode)
            shutil.chown(phrase, OWNER if ROOT else os.getuid())
            answer = world.run("export", path + "2", "--passphrase-file", phrase)
            same((answer.code, words in answer.err, os.path.exists(path + "2")), (3, True, False), repr(answer))
            same(world.run("restore", path, "--passphrase-file", phrase).code, 3)
        with open(phrase, "w", encoding="utf-8") as file:
            file.write(PHRASE + "\n")
        same(world.run("restore", path, "--passphrase-file", phrase).code, 0)


def with_the_callers_rights():
    """Both ends are opened as the caller of sudo, and what is made is the caller's; a stranger reaches neither."""
    with root_world() as world:
        lbr_world(world, "kim", "state=own")
        caller = {"SUDO_UID": "65534", "SUDO_GID": "65534"}
        own = os.path.join(world.directory, "own")
        os.mkdir(own, 0o700)
        answer = world.run("export", own + "/out", stdin=PHRASE + "\n", **caller)
        same((answer.code, os.listdir(own), "Passphrase" in answer.err), (3, [], False), repr(answer))
        os.chown(own, 65534, 65534)
        same(world.run("export", own + "/out", stdin="short\n", **caller).code, 1)
        same(os.listdir(own), [], "the caller's file is removed too")
        same(world.run("export", own + "/out", stdin=PHRASE + "\n", **caller).code, 0)
        phrase = os.path.join(world.directory, "phrase")
        with open(phrase, "w", encoding="utf-8") as file:
            file.write(PHRASE + "\n")
        os.chmod(phrase, 0o600)
        os.chown(phrase, STRANGER, STRANGER)
        answer = world.run("restore", own + "/out", "--merge", "--passphrase-file", phrase)
        same((answer.code, "not yours" in answer.err), (3, True), f"root trusts no phrase of a stranger's: {answer}")
        made = os.stat(own + "/out")
        same((made.st_uid, stat.S_IMODE(made.st_mode)), (65534, 0o600))
        os.chown(own + "/out", 0, 0)
        answer = world.run("restore", own + "/out", "--merge", stdin=PHRASE + "\n", **caller)
        same((answer.code, "Passphrase" in answer.err), (3, False), repr(answer))
        for verb in ("export", "restore"):
            same(world.run(verb, own + "/new", stdin=PHRASE + "\n", uid=STRANGER).code, 4, verb)


def what_the_log_says():
    """A line for each person who was restored, one for an export, and none of a file's name; a dry run is none."""
    with root_world() as world:
        at = Desk(world)
        at.secrets.add(PHRASE)
        path, out = seal(world, [account("ann"), account("bob")]), os.path.join(world.directory, "out")
        for words, stdin, wanted in ((("restore", path, "--dry-run"), PHRASE, []), (("restore", path), PHRASE + "x", [("-", "refused")]),
                                     (("restore", path), PHRASE, [("ann", "done"), ("bob", "done")]),
                                     (("restore", path), PHRASE, [("-", "refused")]), (("restore", path, "--merge"), PHRASE, []),
                                     (("export", path), PHRASE, [("-", "failed")]), (("export", out), "short", [("-", "refused")]),
                                     (("export", out), PHRASE, [("-", "done")])):
            done, lines = at.run(*words, stdin=stdin + "\n")
            same([line[1:3] for line in lines], wanted, f"{words} {done}")
        same(lines[0][7], " count=2")
        with open(out, encoding="utf-8") as file:
            expect(ACCOUNT["key"] not in file.read() and os.stat(out).st_uid == 0, "in the clear")


def add_cases():
    add_case("sec_1_29_backup_on_another_host_byte_for_byte_revives_no_code", to_another_host)
    add_case("sec_1_29_backup_passphrase_typed_late_revives_no_code", a_question_left_open)
    add_case("backup_keeps_the_history", history_comes_with_it)
    add_case("backup_is_restored_whole_or_not_at_all", whole_or_not_at_all)
    add_case("backup_header_takes_no_time_or_memory", a_header_asks_for_nothing)
    add_case("backup_of_what_is_no_account_changes_nothing", no_account_is_made_of_it)
    add_case("backup_leaves_people_who_exist_alone", people_who_exist)
    add_case("backup_restore_killed_anywhere_goes_on", killed_anywhere)
    add_case("backup_is_a_regular_file", only_a_file)
    add_case("backup_leaves_nothing_half_made", nothing_half_is_left)
    add_case("backup_passphrase_for_restore_at_a_terminal", a_passphrase_for_restore_at_a_terminal)
    add_case("backup_passphrase_in_a_file", a_passphrase_in_a_file)
    add_case("backup_is_the_callers", with_the_callers_rights)
    add_case("sec_1_76_backup_logs_people_and_no_secret", what_the_log_says)
