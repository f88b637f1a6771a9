"""Every verb of the help, while it is given a secret and makes some: none is in an argument, the environment, the log or a file."""
import os

from cases_desk_log import Desk
from cases_reference import verbs
from harness import add_case, expect, need
from world import lbr_world, root_world

MARK = "Marmotte-sous-la-neige-4172"
# What a verb is given besides a name; None: it takes no name.
MORE = {"init": None, "list": None, "notify": None, "status": None, "token": ("--replace",), "remove": ("--yes",), "reset-token": ("--yes",),
        "history": ("--forget", "--yes"), "invite": ("--renew",), "contact": ("kim@example.org",), "rename": ("kim.roy",)}
LAST = ("reset-token", "recovery-codes", "disable", "remove", "rename")


def words_of(verb, world):
    if verb == "try":
        return ("try", "yes", "kim", "--confdir", world.directory)
    if verb in ("export", "restore"):
        return (verb, os.path.join(world.directory, "sealed"))
    more = MORE.get(verb, ())
    return (verb,) if more is None else (verb, "new" if verb == "enroll" else "kim", *more)


def no_secret_anywhere():
    need("strace", "unshare")
    world = root_world()
    with world:
        at, trace = Desk(world), os.path.join(world.directory, "trace")
        lbr_world(world, "kim", "state=own", "uid=64999")
        for name in ("yes", "other"):
            with open(os.path.join(world.directory, name), "w", encoding="ascii") as file:
                file.writelines(f"{kind} required pam_permit.so\n" for kind in ("auth", "account", "password", "session"))
        at.secrets.add(MARK)
        executed = ""
        for verb in sorted(verbs(world), key=lambda verb: LAST.index(verb) if verb in LAST else -1):
            before = ("strace", "-f", "-v", "-s", "4096", "-e", "trace=execve", "-o", trace)
            done, _ = at.run(*words_of(verb, world), stdin=f"{MARK}\n" * 4, config=verb != "try", before=before)
            expect(MARK not in (done.stdout + done.stderr).decode(), f"{verb} repeats it: {done}")
            with open(trace, encoding="utf-8", errors="replace") as file:
                seen = file.read()
            expect(f'"{verb}"' in seen, f"{verb} was not traced: {seen[:300]}")
            executed += seen
        os.remove(trace)
        expect(len(at.secrets) > 4, "no secret was made:", at.secrets)
        for secret in at.secrets:
            expect(secret not in executed, "a secret in an argument or the environment:", secret)
            for path in files(world.directory):
                with open(path, "rb") as file:
                    expect(secret.encode() not in file.read(), f"{path} has a secret")


def files(top):
    return [os.path.join(at, name) for at, _, names in os.walk(top) for name in names if os.path.isfile(os.path.join(at, name))]


def add_cases():
    add_case("sec_1_76_no_verb_puts_a_secret_where_others_read", no_secret_anywhere)
