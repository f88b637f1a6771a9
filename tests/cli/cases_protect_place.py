"""A service's file that cannot be replaced, that has more than its text, or whose replacement a disk does not confirm."""
import os

from cases_protect import DEBIAN, DROP_IN, KEPT, PLAIN, furnish, protect, unprotect, waiting
from cases_protect_over import over
from harness import Skip, add_case, expect, need, same
from house import House


def sync_fails(*paths, when="1+"):
    """What runs a command for which the disk does not confirm what is in these directories."""
    where = [word for path in paths for word in ("-P", path)]
    return ("strace", "-qq", "-o", "/dev/null", *where, "-e", "trace=fsync", "-e", f"inject=fsync:error=EIO:when={when}")


def a_disk_that_does_not_confirm():
    """The file is in force, so the switch waits for it; exit status 3 and a word say that it may be lost."""
    need("strace")
    with House() as house:
        furnish(house, {"desk": PLAIN})
        answer = protect(house, "desk", "--for", "1h", code=3, before=sync_fails("/etc/pam.d"))
        expect("in force" in answer.err and "desk: protected" in answer.out and "--confirm" in answer.out, repr(answer))
        new = house.read("/etc/pam.d/desk")
        same((new != PLAIN, house.exists(KEPT + "/desk.until"), len(waiting(house))), (True, True, 1))
        over(house, "desk")
        answer = house.run("protect", "--expire-due", before=sync_fails("/etc/pam.d"))
        same((answer.code, house.read("/etc/pam.d/desk")), (3, PLAIN), repr(answer))
        answer = house.run("protect", "--expire-due", before=sync_fails("/etc/pam.d"))
        same((answer.code, house.exists(KEPT + "/desk.until")), (3, True), "it is not made durable, and so not forgotten")
        same(house.run("protect", "--expire-due").code, 0)
        same(house.sh("ls " + KEPT), "")
        protect(house, "desk")
        answer = house.run("unprotect", "desk", "--yes", before=sync_fails("/etc/pam.d"))
        same((answer.code, house.read("/etc/pam.d/desk")), (3, PLAIN), repr(answer))
        expect("in force" in answer.err and "as it was before" in answer.out, repr(answer))


def a_disk_that_confirms_nothing_of_sshd():
    """sshd's own file: all of it or nothing; where nobody knows that it is gone for good, the switch stays."""
    need("strace", "sshd")
    with House() as house:
        furnish(house, DEBIAN)
        for verb in ("fsync", "unlinkat"):
            before = ["strace", "-qq", "-o", "/dev/null", "-P", "/etc/ssh/sshd_config.d", "-e", "trace=fsync,unlinkat",
                      "-e", "inject=fsync:error=EIO"]
            before += ["-e", "inject=unlinkat:error=EROFS:when=2+"] if verb == "unlinkat" else []
            answer = protect(house, "sshd", "--force", "--for", "1h", code=3, before=before)
            same((house.exists(DROP_IN), house.exists(KEPT + "/sshd.until"), house.read("/etc/pam.d/sshd")),
                 (verb == "unlinkat", True, DEBIAN["sshd"]), verb + repr(answer))
            expect("No such file" not in answer.err, repr(answer))
        over(house, "sshd")
        same(house.run("protect", "--expire-due").code, 0)
        same((house.exists(DROP_IN), house.sh("ls " + KEPT)), (False, ""))


def not_confirmed_for_sure():
    need("strace")
    with House() as house:
        furnish(house, {"desk": PLAIN})
        protect(house, "desk", "--for", "1h")
        answer = house.run("protect", "desk", "--confirm", before=sync_fails(KEPT))
        same((answer.code, "run --confirm again" in answer.err), (3, True), repr(answer))
        same(house.run("protect", "desk", "--confirm").code, 0)


def no_hash_of_the_old_text():
    """IMA and EVM: of another text; labels, ACLs and people's own attributes stay."""
    with House() as house:
        furnish(house, {"desk": PLAIN})
        path = house.path("/etc/pam.d/desk")
        stays = {"security.selinux": b"system_u:object_r:etc_t:s0\0", "user.note": b"why"}
        goes = {"security.ima": b"\x04\x04" + bytes(32), "security.evm": b"\x02" + bytes(20)}
        for name, value in {**stays, **goes}.items():
            try:
                os.setxattr(path, name, value)
            except OSError as error:
                if name in goes:
                    raise Skip(f"{name} cannot be set here: {error}") from error
                stays.pop(name)
        for run in (protect, unprotect):
            run(house, "desk")
            there = {name: os.getxattr(path, name) for name in os.listxattr(path)}
            same({name: there.get(name) for name in (*stays, *goes)}, {**stays, **dict.fromkeys(goes)}, run.__name__)


def what_cannot_be_replaced():
    """Each with what to do, also with --check; nothing is changed, and no switch is left. Once that is done, it works."""
    obstacles = (
        ("chattr +i /etc/pam.d/desk", "chattr -i /etc/pam.d/desk", "chattr -ia", 3),
        ("chattr +a /etc/pam.d/desk", "chattr -a /etc/pam.d/desk", "chattr -ia", 3),
        ("chattr +i /etc/pam.d", "chattr -i /etc/pam.d", "chattr -ia", 3),
        ("mount --bind /etc/pam.d/desk /etc/pam.d/desk", "umount /etc/pam.d/desk", "umount /etc/pam.d/desk", 3),
        ("mount --bind /etc /etc; mount -o remount,bind,ro /etc", "umount /etc", "remount,rw", 3),
        ("ln /etc/pam.d/desk /etc/other-name", None, "hard link", 1),
        ("mv /etc/pam.d/desk /etc/pam.d/real; ln -s real /etc/pam.d/desk", None, "--remove-destination", 1),
    )
    for until in (None, "1h"):
        with House() as house:
            for make, undo, words, code in obstacles:
                furnish(house, {"desk": PLAIN})
                # The file systems below a house may keep no such flag.
                if house.sh(make + " 2>/dev/null && echo made", code=None) != "made\n":
                    continue
                for option in ("--check", "--yes"):
                    answer = house.run("protect", "desk", option, *(("--for", until) if until else ()))
                    same((answer.code, words in answer.err), (code, True), make + repr(answer))
                    same(house.read("/etc/pam.d/desk"), PLAIN, make)
                same((house.sh(f"ls {KEPT} 2>/dev/null", code=None), waiting(house)), ("", []), make)
                if undo is None:
                    fix = answer.err.split(": sudo ", 1)[1].replace("sudo ", "")
                    undo = fix.strip()
                house.sh(undo)
                protect(house, "desk")
                unprotect(house, "desk")
                same(house.read("/etc/pam.d/desk"), PLAIN, make)


def add_cases():
    for function in (a_disk_that_does_not_confirm, a_disk_that_confirms_nothing_of_sshd, not_confirmed_for_sure, no_hash_of_the_old_text,
                     what_cannot_be_replaced):
        add_case("protect_place_" + function.__name__, function)
