"""The end of `protect --for`: tried again until it is done, of what this run did alone, by the time since the boot."""
import os
import re
import socket
import subprocess
import time

from cases_protect import DEBIAN, DROP_IN, FAKE, KEPT, PLAIN, furnish, kill_waiting, protect, unprotect
from cases_protect_twice import over as time_is_over
from harness import Skip, add_case, expect, need, same
from house import House


class Log:
    """What the house's programs say to syslog."""

    def __init__(self, house):
        house.sh("rm /dev/log")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(house.path("/dev/log"))
        self.socket.settimeout(20)

    def next(self):
        """(outcome, step and reason) of the next line."""
        return re.search(r"desk: \S+ user=- outcome=(\S+) .* step=(.*)$", self.socket.recv(4096).decode()).groups()

    def is_empty(self):
        self.socket.setblocking(False)
        try:
            return not self.socket.recv(4096)
        except BlockingIOError:
            return True
        finally:
            self.socket.settimeout(20)


def over(house, service):
    """Its time is over, and what waits for it was killed."""
    kill_waiting(house)
    time_is_over(house, service)


def read_only(house):
    house.sh("mount --bind /etc/pam.d /etc/pam.d && mount -o remount,bind,ro /etc/pam.d")


def systemd(house):
    """Programs that write down in /run/asked what they are asked."""
    house.sh("mkdir -p /run/systemd/system")
    for name in ("systemd-run", "systemctl"):
        house.write("/run/" + name, FAKE, 0o755)
        house.sh(f"mount --bind /run/{name} /usr/bin/{name}")


def minutes(house):
    """What runs a command and its children whose minutes, and other waits, last 50 ms; /run/waits has a line for each."""
    return house.inside("env", "-i", "PATH=" + os.environ["PATH"], "LC_ALL=C", "ASAN_OPTIONS=detect_leaks=0", "strace", "-f", "-qq", "-o",
                        "/run/waits", "-e", "trace=clock_nanosleep", "-e", "inject=clock_nanosleep:retval=0:delay_enter=50000",
                        "/usr/sbin/liberations")


def waits(house):
    return house.read("/run/waits").count("INJECTED") if house.exists("/run/waits") else 0


def let_it_try(house, times):
    """Until it has waited so often again."""
    wanted, until = waits(house) + times, time.monotonic() + 600
    while waits(house) < wanted:
        expect(time.monotonic() < until, "it does not try again:", waits(house), "of", wanted)
        time.sleep(0.05)


def until_it_is(house, name, text):
    until = time.monotonic() + 600
    while house.read(name) != text:
        expect(time.monotonic() < until, name, "is not taken back:", house.read(name))
        time.sleep(0.05)


def tried_again_each_minute():
    """By the process of --for and by that of the timer: one line for each reason, overdue in list and doctor, and done in the end."""
    need("strace")
    for of_timer in (False, True):
        with House() as house:
            furnish(house, {"desk": PLAIN})
            log, words = Log(house), ("protect", "desk", "--expire-due") if of_timer else ("protect", "desk", "--for", "1h", "--yes")
            if of_timer:
                protect(house, "desk", "--for", "1h")
                over(house, "desk")
                read_only(house)
            runs = subprocess.Popen([*minutes(house), *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                    stderr=subprocess.DEVNULL)
            same(log.next(), ("done", "on"))
            if not of_timer:
                read_only(house)
                time_is_over(house, "desk")
            outcome, reason = log.next()
            same((outcome, "remount,rw" in reason and "/etc/pam.d/desk" in reason), ("failed", True), reason)
            let_it_try(house, 4)
            expect(log.is_empty(), "a line each minute")
            same([one["overdue"] for one in house.run("protect", "--json").json() if one["service"] == "desk"], [True])
            expect("should have been taken back" in house.run("protect").out, "the list")
            found = [one for one in house.run("doctor", "desk", "--json").json() if one["check"] == "protect"]
            same([(one["severity"], one["where"]) for one in found], [("warning", "desk")])
            house.sh("mount --bind /etc/pam.d/desk /etc/pam.d/desk && mount -o remount,bind,rw /etc/pam.d")
            outcome, reason = log.next()
            same((outcome, "sudo umount" in reason), ("failed", True), reason)
            let_it_try(house, 3)
            house.sh("umount -l /etc/pam.d/desk")
            same(log.next(), ("done", "over"))
            same((house.read("/etc/pam.d/desk"), house.sh("ls " + KEPT)), (PLAIN, ""))
            same(runs.wait(20), 0)


def whatever_the_file_became():
    """Another owner, others who may write, a link that a configuration manager left: the old lines come back, for root alone."""
    script = {"owner": "chown 64203 desk", "mode": "chmod 666 desk", "link": "mkdir /etc/managed; mv desk /etc/managed; ln -s /etc/managed/desk",
              "foreign": "mv desk /etc/managed; ln -s ../managed/desk; chmod 666 /etc/managed/desk"}
    with House() as house:
        furnish(house, {"desk": PLAIN})
        for name, change in script.items():
            protect(house, "desk", "--for", "1h")
            new = house.read("/etc/pam.d/desk")
            house.sh("cd /etc/pam.d; " + change)
            over(house, "desk")
            same(house.run("protect", "--expire-due").code, 0, name)
            same(house.sh("cd /etc/pam.d; cat desk; stat -c '%F %u %a' desk; ls -A | grep liberations || :; ls " + KEPT),
                 PLAIN + "regular file 0 644\n", name)
            if name in ("link", "foreign"):
                same(house.read("/etc/managed/desk"), new, "what the link led to is somebody else's")


def told_when_it_fails():
    """--expire-due by hand: no word of success, exit status 3, the reason in the caller's language; systemd tries it again."""
    need("systemd-run", "systemctl")
    with House() as house:
        furnish(house, {"desk": PLAIN})
        systemd(house)
        protect(house, "desk", "--for", "1h")
        over(house, "desk")
        read_only(house)
        house.write("/run/asked", "")
        answer = house.run("protect", "--expire-due", language="fr_CA.UTF-8")
        same((answer.code, answer.out, "lecture seule" in answer.err), (3, "", True), repr(answer))
        expect(house.read("/run/asked").endswith(" --on-active=61 /usr/sbin/liberations protect desk --expire-due\n"),
               house.read("/run/asked"))
        same(house.run("protect", "--expire-due", "--json").json(), [{"service": "desk", "changed": False}])
        house.sh("umount /etc/pam.d")
        same(house.run("protect", "desk", "--expire-due").code, 0)
        same(house.read("/etc/pam.d/desk"), PLAIN)


def a_container_that_starts_anew():
    """Its kernel did not: the end is as far off as before, and the timer of before is gone."""
    need("systemd-run", "systemctl")
    with House() as house:
        furnish(house, {"desk": PLAIN})
        systemd(house)
        protect(house, "desk", "--for", "1h")
        house.write("/run/asked", "")
        same(house.run("protect", "--expire-due").code, 0)
        active = re.search(r" --unit=liberations-protect-desk --on-active=(\d+) ", house.read("/run/asked"))
        expect(active and 3500 < int(active[1]) <= 3601, house.read("/run/asked"))


def a_switch_that_stays_is_no_success():
    """The service is taken back, what waits for it cannot be forgotten: it would take back what is protected next."""
    need("strace")
    with House() as house:
        furnish(house, {"desk": PLAIN})
        protect(house, "desk", "--for", "1h")
        over(house, "desk")
        house.sh(f"mount --bind {KEPT} {KEPT} && mount -o remount,bind,ro {KEPT}")
        answer = house.run("protect", "--expire-due")
        same((answer.code, KEPT + "/desk.until" in answer.err), (3, True), repr(answer))
        same(house.read("/etc/pam.d/desk"), PLAIN)
        same(house.run("protect", "desk", "--yes").code, 3, "nor is it protected while the switch cannot be forgotten")
        same(house.run("protect", "desk", "--yes", "--for", "1h").code, 3)
        same(house.read("/etc/pam.d/desk"), PLAIN)
        house.sh("umount " + KEPT)
        same(house.run("protect", "--expire-due").code, 0)
        same(house.sh("ls " + KEPT), "")


def what_was_confirmed_stays():
    """sshd is protected for good, and one of its two files is not there: --for takes back what it wrote, and nothing else."""
    need("sshd")
    with House() as house:
        furnish(house, DEBIAN)
        protect(house, "sshd", "--force")
        both = {one: house.read(one) for one in ("/etc/pam.d/sshd", DROP_IN)}
        for lost, text in ((DROP_IN, None), ("/etc/pam.d/sshd", DEBIAN["sshd"])):
            if text is None:
                house.sh("rm " + lost)
            else:
                house.write(lost, text)
            protect(house, "sshd", "--force", "--for", "1h")
            same({one: house.read(one) for one in both}, both, lost)
            over(house, "sshd")
            same(house.run("protect", "--expire-due").code, 0)
            same({one: house.read(one) if house.exists(one) else None for one in both}, {**both, lost: text}, lost)
            same(house.exists(KEPT + "/sshd.until"), False)
            protect(house, "sshd", "--force")
            same({one: house.read(one) for one in both}, both, lost)
        unprotect(house, "sshd")
        same((house.read("/etc/pam.d/sshd"), house.exists(DROP_IN)), (DEBIAN["sshd"], False))
        same(house.sh("ls " + KEPT), "")


def a_second_run_takes_back_both():
    """What waits for its confirmation still does after a run that adds a file, and after one that fails."""
    need("sshd")
    with House() as house:
        furnish(house, DEBIAN)
        protect(house, "sshd", "--force", "--for", "1h")
        first = house.read(KEPT + "/sshd.until")
        house.sh("rm " + DROP_IN + "; mount --bind /etc/ssh/sshd_config.d /etc/ssh/sshd_config.d; "
                 "mount -o remount,bind,ro /etc/ssh/sshd_config.d")
        answer = protect(house, "sshd", "--force", "--for", "2h", code=3)
        expect("remount,rw" in answer.err and "\n+UsePAM yes\n" in answer.out, repr(answer))
        same(house.read(KEPT + "/sshd.until"), first)
        house.sh("umount /etc/ssh/sshd_config.d")
        answer = protect(house, "sshd", "--force", "--for", "2h")
        expect(house.read(KEPT + "/sshd.until") != first and "--confirm" in answer.out, repr(answer))
        over(house, "sshd")
        same(house.run("protect", "--expire-due").code, 0)
        same((house.read("/etc/pam.d/sshd"), house.exists(DROP_IN), house.sh("ls " + KEPT)), (DEBIAN["sshd"], False, ""))
        protect(house, "sshd", "--force", "--for", "1h")
        house.sh("rm " + DROP_IN)
        same(protect(house, "sshd", "--force", "--json").json()[0]["until"] is None, False, "added without --for")
        over(house, "sshd")
        same(house.run("protect", "--expire-due").code, 0)
        same((house.read("/etc/pam.d/sshd"), house.exists(DROP_IN)), (DEBIAN["sshd"], False))


def the_time_since_the_boot_counts():
    """An hour of sleep counts; a clock that is set does not, and the list shows the end by the clock of now."""
    if not os.path.exists("/proc/self/ns/time"):
        raise Skip("no time namespaces")
    with House() as house:
        furnish(house, {"desk": PLAIN})
        protect(house, "desk", "--for", "10m")
        new, text = house.read("/etc/pam.d/desk"), house.read(KEPT + "/desk.until")
        for hour in (3600, -3600):
            boot, end, shown = text.split()
            house.write(KEPT + "/desk.until", f"{boot} {end} {int(shown) - hour}\n")  # as if the clock had been set by an hour since
            same(house.run("protect", "--expire-due").code, 0)
            same(house.read("/etc/pam.d/desk"), new, hour)
            listed = [one["until"] for one in house.run("protect", "--json").json() if one["service"] == "desk"]
            left = time.mktime(time.strptime(listed[0], "%Y-%m-%dT%H:%M:%SZ")) - time.timezone - time.time()
            expect(0 < left <= 600, hour, listed)
        slept = ("unshare", "--time", "--boottime", "3600", "--fork")
        if subprocess.run([*slept, "true"], capture_output=True, check=False).returncode != 0:
            raise Skip("no time namespace can be made")
        same(house.run("protect", "--expire-due", before=slept).code, 0)
        same(house.read("/etc/pam.d/desk"), PLAIN)


def add_cases():
    for function in (tried_again_each_minute, whatever_the_file_became, told_when_it_fails, a_container_that_starts_anew,
                     a_switch_that_stays_is_no_success, what_was_confirmed_stays, a_second_run_takes_back_both, the_time_since_the_boot_counts):
        add_case("protect_over_" + function.__name__, function)
