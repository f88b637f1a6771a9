"""`protect` and `unprotect`: on a machine of its own, with libpam, sshd and ssh themselves."""
import os
import re
import signal
import socket
import struct
import subprocess
import time

from audit_trail import need_audit, records, tracing
from harness import add_case, expect, need, same
from house import PASSWORD, House
from world import World, code_at, need_root

HERE = os.path.dirname(os.path.abspath(__file__))
EXAMPLES = os.path.join(HERE, "..", "..", "packaging", "examples")
KEPT = "/etc/liberations/protect"
DROP_IN = "/etc/ssh/sshd_config.d/10-liberations.conf"
KEY = "HXDMVJECJJWSRB3HWI52EBZUGFTMXBOZ"
COMMON = {"common-auth": "auth [success=1 default=ignore] pam_unix.so nullok\nauth requisite pam_deny.so\n"
                         "auth required pam_permit.so\n",
          "common-account": "account [success=1 new_authtok_reqd=done default=ignore] pam_unix.so\naccount requisite pam_deny.so\n"
                            "account required pam_permit.so\n",
          "common-password": "password [success=1 default=ignore] pam_unix.so yescrypt\npassword requisite pam_deny.so\n"
                             "password required pam_permit.so\n",
          "common-session": "session required pam_permit.so\n", "common-session-noninteractive": "session required pam_permit.so\n"}
AUTHSELECT = ("auth required pam_env.so\nauth sufficient pam_unix.so nullok\nauth required pam_deny.so\n"
              "account required pam_unix.so\n"
              "password sufficient pam_unix.so yescrypt shadow nullok use_authtok\npassword required pam_deny.so\n"
              "session required pam_limits.so\nsession required pam_unix.so\n")
OTHER = "".join(f"{kind} required pam_deny.so\n" for kind in ("auth", "account", "password", "session"))
# Lines that decide, as the packages of these systems have them.
DEBIAN = {
    "sshd": "@include common-auth\naccount required pam_nologin.so\n@include common-account\nsession required pam_loginuid.so\n"
            "@include common-session\nsession required pam_limits.so\n@include common-password\n",
    "login": "auth optional pam_faildelay.so delay=3000000\nauth requisite pam_nologin.so\n@include common-auth\n"
             "auth optional pam_group.so\nsession required pam_limits.so\n@include common-account\n@include common-session\n"
             "@include common-password\n",
    "su": "auth sufficient pam_rootok.so\nsession required pam_limits.so\n@include common-auth\n@include common-account\n"
          "@include common-session\n",
    "sudo": "session required pam_limits.so\n@include common-auth\n@include common-account\n"
            "@include common-session-noninteractive\n",
    "passwd": "@include common-password\n",
    "cockpit": "auth required pam_sepermit.so\nauth substack common-auth\nauth optional pam_permit.so\n"
               "account required pam_nologin.so\n"
               "account include common-account\npassword include common-password\nsession required pam_loginuid.so\n",
}
FEDORA = {
    "sshd": "auth substack password-auth\nauth include postlogin\naccount required pam_nologin.so\naccount include password-auth\n"
            "password include password-auth\nsession required pam_loginuid.so\n"
            "session include password-auth\nsession include postlogin\n",
    "login": "auth substack system-auth\nauth include postlogin\naccount required pam_nologin.so\naccount include system-auth\n"
             "password include system-auth\nsession required pam_loginuid.so\nsession include system-auth\n",
    "su": "auth sufficient pam_rootok.so\nauth substack system-auth\nauth include postlogin\n"
          "account sufficient pam_succeed_if.so uid = 0 use_uid quiet\naccount include system-auth\npassword include system-auth\n"
          "session include system-auth\n",
    "sudo": "auth include system-auth\naccount include system-auth\npassword include system-auth\nsession include system-auth\n",
    "passwd": "auth include system-auth\naccount include system-auth\npassword substack system-auth\npassword substack postlogin\n",
}
INCLUDED = {*COMMON, "system-auth", "password-auth", "postlogin", "system-login", "system-local-login", "system-remote-login"}
PLAIN = "auth required pam_unix.so\naccount required pam_unix.so\n"


def system(name):
    """/etc/pam.d of a distribution: pamd/NAME."""
    found, service = {}, None
    with open(os.path.join(HERE, "pamd", name), encoding="utf-8") as file:
        for line in file:
            if line.startswith("## "):
                service = line[3:].strip()
                found[service] = ""
            elif service:
                found[service] += line
    return found


def furnish(house, services):
    """/etc/pam.d of another system."""
    everything = {**COMMON, "system-auth": AUTHSELECT, "password-auth": AUTHSELECT, "postlogin": "session optional pam_permit.so\n",
                  "other": OTHER, **services}
    house.sh("rm -rf /etc/pam.d; mkdir /etc/pam.d")
    for name, text in everything.items():
        house.write("/etc/pam.d/" + name, text)


def protect(house, *words, code=0, **more):
    answer = house.run("protect", *words, "--yes", **more)
    same(answer.code, code, repr(answer))
    return answer


def unprotect(house, *words, code=0):
    answer = house.run("unprotect", *words, "--yes")
    same(answer.code, code, repr(answer))
    return answer


def wrong_code():
    near = {code_at(KEY, 30 * step) for step in range(-4, 5)}
    return next(code for code in ("000000", *(f"{number:06d}" for number in range(246810, 246820))) if code not in near)


def asked(house, service, name, *answers):
    """What the service asks, and what it says: through libpam itself."""
    answer = house.run("try", service, name, "--json", stdin="".join(one + "\n" for one in answers))
    return answer.json()[0]["authenticate"], answer.err


def every_service_of_every_system():
    """Protected, found sound by doctor, unchanged by a second run, and byte for byte as before."""
    with House() as house:
        for name in ("debian-12", "debian-13", "ubuntu-24.04", "fedora", "arch", "opensuse"):
            there = system(name)
            furnish(house, there)
            services = [one for one in there if one not in INCLUDED]
            check = house.run("protect", *services, "--check", "--force", "--json")
            same(check.code, 5, name + repr(check))
            same({one: house.read("/etc/pam.d/" + one) for one in there}, there, "--check changes nothing")
            done = house.run("protect", *services, "--force", "--yes", "--json")
            same(({one["service"] for one in done.json() if not one["protected"]}, done.code), (set(), 0), name + done.err)
            new = {one: house.read("/etc/pam.d/" + one) for one in there}
            for one, text in there.items():
                rest = iter(line[3:] if line.startswith("#- ") else line for line in new[one].splitlines())
                expect(all(line in rest for line in text.splitlines()), name, one, "a line is lost, or moved:", new[one])
            found = [one for one in house.run("doctor", *services, "--json").json()
                     if one["severity"] == "critical" and one["check"].startswith("pam")]
            same(found, [], name)
            again = protect(house, *services, "--json")
            same({one["changed"] for one in again.json()}, {False}, repr(again))
            same({one: house.read("/etc/pam.d/" + one) for one in there}, new, "a second run")
            same(house.run("protect", *services, "--check").code, 0)
            unprotect(house, *services)
            same({one: house.read("/etc/pam.d/" + one) for one in there}, there, name)
            same({one["changed"] for one in unprotect(house, *services, "--json").json()}, {False})
            same(house.sh(f"ls {KEPT}; ls /etc/ssh/sshd_config.d"), "")


def a_screen_locker():
    """It has login's lines, which ask twice; with its own it asks once, whether login is protected or not."""
    with House() as house:
        furnish(house, {**DEBIAN, "swaylock": "auth include login\n"})
        protect(house, "login", "--force")
        for _ in ("login is protected", "login is not"):
            protect(house, "swaylock")
            expect("auth required pam_liberations.so enroll=no\n#- auth include login\n" in house.read("/etc/pam.d/swaylock"),
                   house.read("/etc/pam.d/swaylock"))
            unprotect(house, "swaylock")
            same(house.read("/etc/pam.d/swaylock"), "auth include login\n")
            unprotect(house, "login")


def who_is_asked_for_what():
    """libpam itself: an account needs both parts; where everybody needs one, others stay out."""
    with House() as house:
        house.sh("printf 'alice:x:64301:64301::/:/bin/sh\nbob:x:64302:64302::/:/bin/sh\n' >>/etc/passwd;"
                 "printf 'alice:*:19000::::::\nbob:%s:19000::::::\n' \"$(openssl passwd -6 unix)\" >>/etc/shadow")
        for system in (DEBIAN, FEDORA):
            furnish(house, system)
            house.sh("cd /etc/pam.d && sed -i 's/nullok/nullok nodelay/' common-auth system-auth password-auth")
            protect(house, "sshd", "login", "su", "--force")
            house.sh("sed -i '/pam_rootok/d; /pam_faildelay/d' /etc/pam.d/su /etc/pam.d/login")
            house.person("alice")
            same(asked(house, "login", "alice", PASSWORD, code_at(KEY))[0], "Success")
            same(asked(house, "login", "bob", "unix", "")[0], "Authentication failure")
            same(asked(house, "sshd", "bob", "unix", "")[0], "Authentication failure")
            same(asked(house, "su", "bob", "unix")[0], "Success", "no account: as before")
            expect(asked(house, "su", "bob", "wrong")[0] != "Success", "no account, a wrong Unix password")
            house.person("alice")
            expect(asked(house, "su", "alice", PASSWORD, wrong_code())[0] != "Success", "an account, a wrong code")
            house.person("alice")
            same(asked(house, "su", "alice", PASSWORD, code_at(KEY))[0], "Success")


def what_is_not_understood():
    """Refused with the line, and nothing is changed."""
    faults = (
        ("auth required pam_unix.so\r\naccount required pam_unix.so\r\n", "line 1"),
        (PLAIN + "hello\n", "line 3"),
        ("auth [success=1 default=ignore] pam_unix.so\nauth requisite pam_deny.so\n", "line 1"),
        (PLAIN + "auth required pam_unix.so\n", "line 3"),
        ("auth [success=1 default=ignore] pam_succeed_if.so user = x\n" + PLAIN, "line 1"),
        (PLAIN + "account required pam_access.so\n", "line 3"),
        (PLAIN + "@include extra\n", "line 3"),
        ("auth required pam_env.so \\ \n" + PLAIN, "line 1"),
        ("auth required pam_env.so \\\n\n" + PLAIN, "line 1"),
        ("auth required pam_env.so \\\n  # why\n" + PLAIN, "line 1"),
        (PLAIN + "session optional pam_permit.so \\", "line 3"),
        ("auth include bent\n" + PLAIN, "odd: PAM joins"),
        ("auth required pam_permit.so\naccount required pam_permit.so\n", "by hand"),
        ("auth include desk\naccount include desk\n", "protect desk"),
        ("auth sufficient pam_permit.so\n" + PLAIN, "nothing was changed"),
    )
    with House() as house:
        furnish(house, {"desk": PLAIN, "extra": "account required pam_access.so\n",
                        "bent": "auth optional pam_permit.so \\\t\nauth requisite pam_deny.so\n"})
        for text, words in faults:
            house.write("/etc/pam.d/odd", text)
            answer = protect(house, "odd", code=1)
            expect(words in answer.err and house.read("/etc/pam.d/odd") == text, text, repr(answer))
        for name, words in (("common-auth", "name the service"), ("cron", "nothing to protect"), ("../x", "not a service"),
                            ("none", "install")):
            expect(words in protect(house, name, code=1).err, name)
        house.write("/etc/pam.d/-x", PLAIN)
        same((house.run("protect", "--yes", "--", "-x").code, house.read("/etc/pam.d/-x")), (1, PLAIN), "a name that reads as an option")
        same([house.run(verb, "--yes", "--", "-x").err.split(": ")[2][:14] for verb in ("protect", "unprotect")], ["not a service'"] * 2)
        house.sh("ln -s desk /etc/pam.d/link; cp /etc/pam.d/desk /etc/pam.d/open; chmod 666 /etc/pam.d/open")
        for name in ("link", "open"):
            protect(house, name, code=1)
        for text in ("auth required \\\n  pam_unix.so\naccount required pam_unix.so",
                     "auth required pam_unix.so # why\naccount required pam_unix.so"):
            house.write("/etc/pam.d/odd", text, 0o640)
            protect(house, "odd")
            same(house.sh("stat -c %a /etc/pam.d/odd"), "640\n", "the mode stays")
            house.write("/etc/pam.d/odd", "# edited\n" + house.read("/etc/pam.d/odd"), 0o640)
            unprotect(house, "odd")
            same(house.read("/etc/pam.d/odd"), "# edited\n" + text + "\n", "its own lines alone")
        protect(house, "desk")
        house.write("/etc/pam.d/desk", house.read("/etc/pam.d/desk").replace("pam_permit.so", "pam_deny.so"))
        expect("desk.before" in unprotect(house, "desk", code=1).err, "edited within a block")


def what_would_lock_people_out():
    with House(people=False) as house:
        furnish(house, {"desk": PLAIN, **DEBIAN})
        expect("enroll" in protect(house, "desk", code=1).err, "no account")
        house.person("alice")
        expect("--for 10m" in protect(house, "sshd", code=1).err, "root has no key")
        house.sh("mkdir /root/.ssh; "
                 "echo ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIa4qcR0kH6RdFgTMGIE/M0YZPvkthkLeAvZnDE/hbqg > /root/.ssh/authorized_keys")
        house.write("/etc/ssh/sshd_config.d/00-old.conf", "Match User bob\n\tPasswordAuthentication yes\n")
        if os.path.exists("/usr/sbin/sshd"):
            expect("sshd would not ask" in protect(house, "sshd", code=1).err, "a Match block undoes it")
            same(house.run("protect", "sshd", "--check").code, 1, "--check says so too")
            same((house.exists(DROP_IN), house.read("/etc/pam.d/sshd")), (False, DEBIAN["sshd"]), "nothing was changed")
            house.sh("rm /etc/ssh/sshd_config.d/00-old.conf")
            for line, words in (("PermitRootLogin no\n", "--for 10m"), ("PubkeyAuthentication no\n", "--for 10m"),
                                ("PermitRootLogin forced-commands-only\n", "--for 10m"),
                                ("AuthenticationMethods publickey,keyboard-interactive\n", "--for 10m"),
                                ("AuthenticationMethods publickey publickey,keyboard-interactive\n", "sshd would not ask"),
                                ("UsePAM no\nMatch User bob\n", None)):
                house.write("/etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\n" + line)
                answer = house.run("protect", "sshd", "--check")
                same((answer.code, words is None or words in answer.err), (5 if words is None else 1, True), line + repr(answer))
            house.write("/etc/ssh/sshd_config", "KbdInteractiveAuthentication no\n")
            for option in ("--check", "--yes"):
                answer = house.run("protect", "sshd", option)
                same((answer.code, "Include" in answer.err), (1, True), "a file that sshd does not read: " + repr(answer))
            same((house.exists(DROP_IN), house.read("/etc/pam.d/sshd")), (False, DEBIAN["sshd"]), "nothing was changed")
        house.sh("mv /etc/liberations/seal.key /etc/liberations/away")
        protect(house, "desk", code=3)
        house.sh("mv /etc/liberations/away /etc/liberations/seal.key; mv /usr/libexec/liberations-agent /usr/libexec/away")
        protect(house, "desk", code=3)
        house.sh("mv /usr/libexec/away /usr/libexec/liberations-agent; echo nonsense >> /etc/liberations/liberations.conf")
        protect(house, "desk", code=3)
        same(house.read("/etc/pam.d/desk"), PLAIN)


def the_switch():
    """Confirmed in time, not in time, its process killed, the clock moved, the machine started anew; without systemd."""
    with House() as house:
        furnish(house, {"desk": PLAIN, "till": PLAIN})
        answer = protect(house, "desk", "till", "--for", "2s", before=("setsid", "--wait"))
        expect("--confirm" in answer.out, repr(answer))
        new = house.read("/etc/pam.d/desk")
        expect("until" in house.run("protect").out, "the list")
        same(house.run("protect", "till", "--confirm").code, 0)
        written = time.monotonic()
        while house.read("/etc/pam.d/desk") == new and time.monotonic() < written + 40:
            time.sleep(0.2)
        same(house.read("/etc/pam.d/desk"), PLAIN, "not in time")
        same(house.read("/etc/pam.d/till"), new.replace(" desk\n", " till\n"), "in time")
        same(house.exists(KEPT + "/till.until"), False)
        same(house.run("protect", "desk", "--confirm").code, 1, "too late")
        protect(house, "desk", "--for", "1h")
        kill_waiting(house)
        same(house.run("protect", "--expire-due").code, 0)
        same(house.read("/etc/pam.d/desk"), new, "an hour is not over")
        text = house.read(KEPT + "/desk.until")
        same(re.sub(r"^\S+ \d+ \d+\n$", "", text), "", text)
        house.write(KEPT + "/desk.until", "0" + text)
        house.write("/etc/pam.d/desk", new.replace("auth required pam_permit.so", "auth required pam_deny.so"))
        same(house.run("protect", "--expire-due").code, 0)
        same(house.read("/etc/pam.d/desk"), PLAIN, "another boot, and a block that somebody edited")
        expect(house.exists(KEPT + "/desk.edited"), "the edited file")


FAKE = """#!/bin/sh
echo "${0##*/} $*" >> /run/asked
"""


STOPPED = "systemctl --quiet stop liberations-protect-desk.timer liberations-protect-desk.service\n"


def the_switch_of_systemd():
    """A timer outlives the session; a unit looks at the next boot; the log has each step."""
    need("systemd-run", "systemctl")
    with House() as house:
        furnish(house, {"desk": PLAIN})
        house.sh("rm /dev/log; mkdir -p /run/systemd/system")
        log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        log.bind(house.path("/dev/log"))
        for name in ("systemd-run", "systemctl"):
            house.write("/run/" + name, FAKE, 0o755)
            house.sh(f"mount --bind /run/{name} /usr/bin/{name}")
        protect(house, "desk", "--for", "10m")
        same(house.read("/run/asked"), "systemctl --quiet enable liberations-protect.service\nsystemd-run --quiet --collect "
             "--timer-property=AccuracySec=1s --timer-property=OnClockChange=yes --property=Restart=on-failure --property=RestartSec=60 "
             "--property=StartLimitIntervalSec=0 --property=StandardError=null --unit=liberations-protect-desk --on-active=601 "
             "/usr/sbin/liberations protect desk --expire-due\n")
        house.write(KEPT + "/desk.until", "nonsense\n")
        same(house.run("protect", "--expire-due", "--json").json(), [{"service": "desk", "changed": True}])
        same(house.read("/etc/pam.d/desk"), PLAIN)
        expect(house.read("/run/asked").endswith("\nsystemctl --quiet stop liberations-protect-desk.timer\n"), house.read("/run/asked"))
        protect(house, "desk", "--for", "10m")
        same(house.run("protect", "desk", "--confirm").code, 0)
        expect(STOPPED in house.read("/run/asked"), house.read("/run/asked"))
        unprotect(house, "desk")
        lines = []
        for _ in range(5):
            lines.append(re.search(r"desk: (.*?) user=- outcome=(\S+) .* service=(\S+) step=(\S+)$", log.recv(4096).decode()).groups())
        log.close()
        same(lines, [("protect", "done", "desk", "on"), ("protect", "done", "desk", "over"), ("protect", "done", "desk", "on"),
                     ("protect", "done", "desk", "confirmed"), ("unprotect", "done", "desk", "off")])


def the_audit_trail():
    """A service that asks for the token from now on, or no longer, is a change of the system's settings."""
    need_audit()
    with House() as house:
        furnish(house, {"desk": PLAIN})
        left = []
        for words, code in ((("protect", "desk", "--yes"), 0), (("protect", "desk", "--yes"), 0), (("protect", "unknown", "--yes"), 1),
                            (("unprotect", "desk", "--check"), 5), (("unprotect", "desk", "--yes"), 0)):
            done = house.run(*words, before=tracing("/run/trace"))
            same(done.code, code, repr(done))
            left += records(house.path("/run/trace"))
        same(left, [("USYS_CONFIG", "protect", "desk", "success"), ("USYS_CONFIG", "protect", "unknown", "failed"),
                    ("USYS_CONFIG", "unprotect", "desk", "success")])


def killed_at_each_step():
    """The old file or the new one, whole; the next run goes on."""
    need("strace")
    with House() as house:
        furnish(house, {"desk": PLAIN})
        protect(house, "desk")
        new, killed = house.read("/etc/pam.d/desk"), 0
        for verb, before, after in (("unprotect", new, PLAIN), ("protect", PLAIN, new)):
            for call in ("renameat", "renameat2", "fsync", "flock"):
                for number in (1, 2, 3):
                    house.write("/etc/pam.d/desk", before)
                    done = house.run(verb, "desk", "--yes", before=("strace", "-qq", "-o", "/dev/null", "-e", "trace=" + call, "-e",
                                                              f"inject={call}:signal=SIGKILL:when={number}"))
                    killed += done.code in (-9, 137)
                    expect(house.read("/etc/pam.d/desk") in (PLAIN, new), verb, call, number)
                    same(house.run(verb, "desk", "--yes").code, 0)
                    same(house.read("/etc/pam.d/desk"), after, f"{verb} after a kill at {call} {number}")
        expect(killed > 8, "strace killed it only", killed, "times")


def waiting(house):
    """The processes that wait for the end of a switch."""
    return [pid for pid in filter(str.isdigit, os.listdir("/proc")) if is_waiting(house, pid)]


def is_waiting(house, pid):
    try:
        return os.readlink(f"/proc/{pid}/exe").endswith("/liberations") and \
               os.readlink(f"/proc/{pid}/ns/mnt") == os.readlink(f"/proc/{house.holder.pid}/ns/mnt")
    except OSError:
        return False


def kill_waiting(house):
    for pid in waiting(house):
        os.kill(int(pid), signal.SIGKILL)


def killed_while_it_sets_the_switch():
    """A file that is in force is one that somebody will take back."""
    need("strace")
    with House() as house:
        furnish(house, {"desk": PLAIN})
        killed = 0
        for call, number in (("renameat", 1), ("renameat", 3), ("renameat2", 1), ("fsync", 7), ("fsync", 8), ("fsync", 9), ("fsync", 10)):
            done = house.run("protect", "desk", "--yes", "--for", "1h", before=("strace", "-qq", "-o", "/dev/null", "-e", "trace=" + call,
                                                                              "-e", f"inject={call}:signal=SIGKILL:when={number}"))
            killed += done.code in (-9, 137) and house.read("/etc/pam.d/desk") != PLAIN
            there = waiting(house)
            expect(there or house.read("/etc/pam.d/desk") == PLAIN, "nobody waits after a kill at", call, number)
            if house.exists(KEPT + "/desk.until"):
                house.write(KEPT + "/desk.until", "0" + house.read(KEPT + "/desk.until"))
            same(house.run("protect", "--expire-due").code, 0)
            same(house.read("/etc/pam.d/desk"), PLAIN, f"taken back after a kill at {call} {number}")
            for pid in there:
                os.kill(int(pid), signal.SIGKILL)
        expect(killed > 0, "it was never killed after the file was written")


def sshd_itself():
    """sshd and ssh: the Unix password before, password and code while it is protected, the Unix password again."""
    need("sshd", "ssh")
    with House() as house:
        furnish(house, DEBIAN)
        house.sh("ssh-keygen -q -t ed25519 -N '' -f /run/key; printf 'alice:x:64301:64301::/:/bin/sh\n' >>/etc/passwd;"
                 "printf 'alice:%s:19000::::::\n' \"$(openssl passwd -6 unix)\" >>/etc/shadow")
        house.write("/run/ask", "#!/bin/sh\ncase $1 in *oken*) echo $CODE;; *) echo \"$PASSWORD\";; esac\n", 0o755)
        house.write("/etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\nKbdInteractiveAuthentication no\nUsePAM yes\n"
                    "HostKey /run/key\nPidFile /run/sshd.pid\n")
        daemon = subprocess.Popen(house.inside("unshare", "-n", "sh", "-c", "ip link set lo up; exec /usr/sbin/sshd -D -p 2222"))
        try:
            same(sign_in(house, daemon, "unix", ""), True, "before")
            protect(house, "sshd", "--for", "1h", "--reload")
            # The first connections may still meet the process that has not read its configuration again.
            expect(any(sign_in(house, daemon, PASSWORD, code_at(KEY)) for _ in range(20)), "protected: password and code")
            same(sign_in(house, daemon, "unix", ""), False, "protected: the Unix password")
            same(house.run("protect", "sshd", "--confirm").code, 0)
            unprotect(house, "sshd", "--reload")
            same(sign_in(house, daemon, "unix", ""), True, "as before")
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait()


CLIENT = ("SSH_ASKPASS=/run/ask", "SSH_ASKPASS_REQUIRE=force", "setsid", "-w", "timeout", "20", "ssh", "-p", "2222", "-F", "none",
          "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "NumberOfPasswordPrompts=1",
          "-o", "PubkeyAuthentication=no", "alice@127.0.0.1", "echo in")


def sign_in(house, daemon, password, code):
    """Tries until sshd, which may be reading its configuration or have no network yet, takes connections."""
    for _ in range(100):
        done = subprocess.run(house.inside("nsenter", "-n", "-t", str(daemon.pid), "env", "PASSWORD=" + password, "CODE=" + code,
                                           *CLIENT),
                              capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        if done.returncode != 255 or not any(word in done.stderr for word in ("refused", "reset", "unreachable")):
            return done.stdout == "in\n"
        time.sleep(0.1)
    raise AssertionError(done.stderr)


def no_room_and_no_rights():
    with House() as house:
        furnish(house, {"desk": PLAIN})
        house.sh("mount --bind /etc/pam.d /etc/pam.d && mount -o remount,bind,ro /etc/pam.d")
        protect(house, "desk", code=3)
        house.sh("umount /etc/pam.d; rm -rf /etc/pam.d")
        protect(house, "desk", code=1)
        same(house.run("protect").code, 0)
        house.sh("mkdir /etc/pam.d; mount -t tmpfs -o size=16k,mode=755 tmpfs /etc/pam.d")
        house.write("/etc/pam.d/desk", PLAIN)
        house.write("/etc/pam.d/other", OTHER)
        house.sh("cat /usr/sbin/liberations > /etc/pam.d/.full 2>/dev/null || :")
        protect(house, "desk", code=3)
        same((house.read("/etc/pam.d/desk"), house.sh("ls -A /etc/pam.d")), (PLAIN, ".full\ndesk\nother\n"))
        lock = subprocess.Popen(house.inside("flock", KEPT, "sh", "-c", "echo locked; exec cat"), stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, text=True)
        same(lock.stdout.readline(), "locked\n")
        expect("another" in protect(house, "desk", code=1).err, "two at once")
        lock.communicate()
        same(house.run("protect", "desk", before=("setpriv", "--reuid", "64203", "--clear-groups")).code, 4)
        same(house.run("protect", "desk", stdin="yes\n").code, 2, "nobody to ask")
        house.sh("rm /etc/pam.d/.full; echo 'store = postgres' >>/etc/liberations/liberations.conf")
        answer = protect(house, "desk", code=3)
        expect("is not running" in answer.err and "store-admin.conf" not in answer.err, "a plain host asks its own broker", answer)


def owner_mode_and_labels_stay():
    """What the file has besides its text; and a distribution's own file is never touched."""
    with House() as house:
        furnish(house, {"desk": PLAIN})
        house.sh("chown 0:42 /etc/pam.d/desk; chmod 640 /etc/pam.d/desk")
        path = house.path("/etc/pam.d/desk")
        os.setxattr(path, "security.selinux", b"system_u:object_r:etc_t:s0\0")
        os.setxattr(path, "system.posix_acl_access", ACL)
        facts = house.sh("stat -c '%a %u %g' /etc/pam.d/desk")
        before = {name: os.getxattr(path, name) for name in os.listxattr(path)}
        for run in (protect, unprotect):
            run(house, "desk")
            same({name: os.getxattr(path, name) for name in os.listxattr(path)}, before, run.__name__)
            same(house.sh("stat -c '%a %u %g' /etc/pam.d/desk"), facts, run.__name__)
        if os.path.isdir("/usr/lib/pam.d"):
            house.sh("mount -t tmpfs -o mode=755 tmpfs /usr/lib/pam.d")
            house.write("/usr/lib/pam.d/till", PLAIN)
            protect(house, "till")
            same(house.sh("stat -c '%a %u %g' /etc/pam.d/till"), "644 0 0\n")
            unprotect(house, "till")
            same((house.exists("/etc/pam.d/till"), house.read("/usr/lib/pam.d/till")), (False, PLAIN))


# posix_acl_xattr(5): version 2; owner rw, user 64301 r, group r, mask r, others none.
ACL = struct.pack("<I" + 5 * "HHI", 2, 1, 6, 2**32 - 1, 2, 4, 64301, 4, 4, 2**32 - 1, 16, 4, 2**32 - 1, 32, 0, 2**32 - 1)


def the_example_is_what_is_written():
    """For a service without a file, and for sshd: the shipped example, without its comments."""
    def words(text):
        return [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    with House() as house:
        furnish(house, {})
        for name in ("nginx", "apache", "postgresql", "mariadb", "openvpn", "jupyterhub", "gitea", "dovecot"):
            protect(house, name)
            with open(os.path.join(EXAMPLES, name), encoding="utf-8") as file:
                same(words(house.read("/etc/pam.d/" + name)), words(file.read()), name)
            unprotect(house, name)
            expect(not house.exists("/etc/pam.d/" + name), name)
        furnish(house, DEBIAN)
        if os.path.exists("/usr/sbin/sshd"):
            protect(house, "sshd", "--force")
            with open(os.path.join(EXAMPLES, "sshd_config"), encoding="utf-8") as file:
                same(words(house.read(DROP_IN)), words(file.read()))


def options_that_exclude_each_other():
    need_root()
    with World(as_root=True) as world:
        for words in (("sshd", "--confirm", "--check"), ("sshd", "--confirm", "--for", "1h"), ("--confirm",),
                      ("sshd", "login", "--expire-due"), ("--expire-due", "--for", "1h"), ("sshd", "--expire-due", "--confirm"),
                      ("sshd", "--for", "0s"), ("sshd", "--for", "2d")):
            same(world.run("protect", *words).code, 2, words)


def add_cases():
    for function in (every_service_of_every_system, a_screen_locker, who_is_asked_for_what, what_is_not_understood,
                     what_would_lock_people_out, the_switch, the_switch_of_systemd, the_audit_trail,
                     killed_at_each_step, killed_while_it_sets_the_switch, sshd_itself, no_room_and_no_rights,
                     owner_mode_and_labels_stay, the_example_is_what_is_written,
                     options_that_exclude_each_other):
        add_case("protect_" + function.__name__, function)
