"""`protect` and `unprotect` beside another run of theirs, and after one that left something."""
import subprocess
import time

from cases_protect import FAKE, KEPT, PLAIN, STOPPED, furnish, protect, unprotect
from harness import add_case, expect, need, same
from house import House
from world import Terminal


class Desk:
    """What a terminal needs to know of a house."""

    def __init__(self, house):
        self.house = house

    def line(self, *words):
        return self.house.inside("/usr/sbin/liberations", *words)

    def environment(self, **more):
        return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "en_CA.UTF-8", "TZ": "UTC", "ASAN_OPTIONS": "detect_leaks=0", **more}


def over(house, service):
    """Its time is over, as after another boot."""
    house.write(f"{KEPT}/{service}.until", "0" + house.read(f"{KEPT}/{service}.until"))


def a_question_stops_no_switch():
    """A terminal at which somebody was asked, and left."""
    with House() as house:
        furnish(house, {"desk": PLAIN, "till": PLAIN})
        protect(house, "desk")
        new = house.read("/etc/pam.d/desk")
        protect(house, "till", "--for", "1h")
        terminal = Terminal(Desk(house), "unprotect", "desk")
        terminal.until("Type")
        over(house, "till")
        house.sh("timeout 10 liberations protect --expire-due")
        same(house.read("/etc/pam.d/till"), PLAIN)
        house.write("/etc/pam.d/desk", new + "# edited\n")
        terminal.type("yes\n")
        same((terminal.close(), house.read("/etc/pam.d/desk")), (1, new + "# edited\n"), terminal.seen)


def the_slower_of_two_takes_nothing():
    """Of two who are asked at once, the second one finds the file changed, and the switch of the first one stays."""
    with House() as house:
        furnish(house, {"desk": PLAIN})
        terminal = Terminal(Desk(house), "protect", "desk", "--for", "10m")
        terminal.until("Type")
        protect(house, "desk", "--for", "1h")
        kept = {one: house.read(f"{KEPT}/desk.{one}") for one in ("until", "before", "after")}
        terminal.type("yes\n")
        same(terminal.close(), 1, terminal.seen)
        expect("changed it just now" in terminal.seen, terminal.seen)
        same({one: house.read(f"{KEPT}/desk.{one}") for one in kept}, kept)


def a_switch_of_before_is_forgotten():
    """Somebody put the file back by hand: the switch that is left takes nothing else back, and holds no package."""
    with House() as house:
        furnish(house, {"desk": PLAIN})
        protect(house, "desk", "--for", "1h")
        house.write("/etc/pam.d/desk", PLAIN)
        same(house.run("unprotect", "desk", "--check").code, 0)
        expect(house.exists(KEPT + "/desk.until"), "--check changes nothing")
        unprotect(house, "desk")
        same(house.sh("ls " + KEPT), "")
        protect(house, "desk", "--for", "1h")
        house.write("/etc/pam.d/desk", PLAIN)
        protect(house, "desk")
        same(house.exists(KEPT + "/desk.until"), False)


def a_new_file_goes_when_its_time_is_over():
    """The service had no file, and somebody edited the one that protect made, within its block."""
    with House() as house:
        furnish(house, {})
        protect(house, "nginx", "--for", "1h")
        edited = house.read("/etc/pam.d/nginx").replace("auth ", "auth required pam_faildelay.so\nauth ", 1)
        house.write("/etc/pam.d/nginx", edited)
        unprotect(house, "nginx", code=1)
        over(house, "nginx")
        same(house.run("protect", "--expire-due").code, 0)
        same((house.exists("/etc/pam.d/nginx"), house.read(KEPT + "/nginx.edited")), (False, edited))


def a_switch_that_cannot_be_read_is_over():
    need("strace")
    with House() as house:
        furnish(house, {"desk": PLAIN})
        protect(house, "desk", "--for", "1h")
        house.run("protect", "--expire-due", before=("strace", "-qq", "-o", "/dev/null", "-P", KEPT + "/desk.until", "-e", "trace=read",
                                                     "-e", "inject=read:error=EIO"))
        same(house.read("/etc/pam.d/desk"), PLAIN)


def a_switch_needs_what_waits_for_it():
    """Where neither a timer nor a process can be started, the file stays as it was."""
    need("strace")
    with House() as house:
        furnish(house, {"desk": PLAIN})
        trace = ("strace", "-qq", "-o", "/run/trace", "-e", "trace=clone,clone3,fork,vfork")
        house.run("protect", "desk", "--yes", before=trace)
        first = house.read("/run/trace").count("clone(") + 1  # the one of the switch comes after all others
        same(house.run("unprotect", "desk", "--yes").code, 0)
        answer = protect(house, "desk", "--for", "1h", code=3, before=(*trace, "-e", f"inject=clone:error=EAGAIN:when={first}+"))
        expect("--for" in answer.err, repr(answer))
        same((house.read("/etc/pam.d/desk"), house.exists(KEPT + "/desk.until")), (PLAIN, False))


def a_new_switch_gets_its_timer():
    """The one of a switch that was taken back early has its name."""
    need("systemd-run", "systemctl")
    with House() as house:
        furnish(house, {"desk": PLAIN})
        house.sh("mkdir -p /run/systemd/system")
        for name in ("systemd-run", "systemctl"):
            house.write("/run/" + name, FAKE, 0o755)
            house.sh(f"mount --bind /run/{name} /usr/bin/{name}")
        protect(house, "desk", "--for", "10m")
        unprotect(house, "desk")
        expect(house.read("/run/asked").endswith("\n" + STOPPED), house.read("/run/asked"))


def a_rehearsal_ends_with_its_command():
    """A module of somebody else's stops the process in which it is tried."""
    with House() as house:
        hangs = "#!/bin/sh\nkill -STOP $PPID\necho $PPID > /run/tries\nexec sleep 600\n"
        house.write("/run/hangs", hangs, 0o755)
        furnish(house, {"desk": "auth optional pam_exec.so quiet /run/hangs\n" + PLAIN})
        command = subprocess.Popen(house.inside("/usr/sbin/liberations", "protect", "desk", "--yes"), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL)
        try:
            until = time.monotonic() + 600
            while not (house.exists("/run/tries") and house.read("/run/tries").endswith("\n")):
                expect(time.monotonic() < until and command.poll() is None, "it tries no module")
                time.sleep(0.01)
        finally:
            command.kill()
            command.wait()
        tries = house.read("/run/tries").strip()
        while house.sh(f"cat /proc/{tries}/stat 2>/dev/null || :").partition(") ")[2][:1] not in ("", "Z", "X"):
            expect(time.monotonic() < until, "the process that tries it stays")
            time.sleep(0.01)
        same(house.read("/etc/pam.d/desk"), "auth optional pam_exec.so quiet /run/hangs\n" + PLAIN)


def a_comment_in_another_encoding():
    """Latin-1 in a comment: JSON holds none."""
    with House() as house:
        furnish(house, {"desk": PLAIN})
        house.sh("printf '# prot\\351g\\351\\n' >> /etc/pam.d/desk")
        for words in (("protect", "desk", "--check"), ("protect", "desk", "--yes"), ("unprotect", "desk", "--yes")):
            answer = house.run(*words, "--json")
            same([one["service"] for one in answer.json()], ["desk"], repr(answer))


def add_cases():
    for function in (a_question_stops_no_switch, the_slower_of_two_takes_nothing, a_switch_of_before_is_forgotten,
                     a_new_file_goes_when_its_time_is_over, a_switch_that_cannot_be_read_is_over,
                     a_switch_needs_what_waits_for_it, a_rehearsal_ends_with_its_command, a_new_switch_gets_its_timer,
                     a_comment_in_another_encoding):
        add_case("protect_" + function.__name__, function)
