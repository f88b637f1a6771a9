"""`protect` on the files of every distribution: through libpam itself it asks for password and code, and it leaves no trace."""
import os
import re

from cases_protect import KEPT, KEY, PASSWORD, asked, furnish, protect, system, unprotect, wrong_code
from harness import add_case, expect, same
from house import House, modules
from world import code_at

# Those of a family differ in what every service includes.
SYSTEMS = (("debian-12",), ("debian-13",), ("ubuntu-24.04",), ("fedora",), ("fedora", "authselect-local"),
           ("fedora", "authselect-winbind"),
           ("arch",), ("opensuse",))
# Of modules that this machine may lack, and that cannot be what is asked here: what they answer for a person whom they do not know.
STRANGERS = ("pam_sss.so", "pam_winbind.so", "pam_systemd_home.so")
SLOW = ("pam_faildelay.so",)
ASKED = ("sshd", "login", "su", "cockpit")


def stand_in(house, there):
    """No modules of another machine are needed: they permit, and those that know people know none."""
    home = modules()
    for name in sorted(set(re.findall(r"pam_\w+\.so", "".join(there.values())))):
        if name in STRANGERS:
            house.sh(f"cp {home}/pam_deny.so {home}/{name}")
        elif name in SLOW or not os.path.exists(os.path.join(home, name)):
            house.sh(f"cp {home}/pam_permit.so {home}/{name}")


def every_system_asks_for_password_and_code():
    with House() as house:
        house.sh("printf 'alice:x:64301:64301::/:/bin/sh\n' >>/etc/passwd; printf 'alice:*:19000::::::\n' >>/etc/shadow;"
                 "mkdir -p /etc/cockpit; : > /etc/cockpit/disallowed-users; echo /bin/sh >> /etc/shells")
        for number, names in enumerate(SYSTEMS):
            there = {}
            for name in names:
                there.update(system(name))
            furnish(house, there)
            stand_in(house, there)
            services = [one for one in ASKED if one in there]
            protect(house, *services, "--force")
            written = house.read("/etc/pam.d/su")
            house.write("/etc/pam.d/su", written.replace("sufficient", "optional"))  # not because it is root who tries
            house.person("alice")
            wrong = services[number % len(services)]  # a wrong code costs a delay: each service meets two
            said = asked(house, wrong, "alice", PASSWORD, wrong_code())
            expect(said[0] != "Success", names, wrong, "a wrong code", said)
            for service in services:
                house.person("alice")
                said = asked(house, service, "alice", PASSWORD, code_at(KEY))
                same(said[0], "Success", f"{names} {service}: {said[1]}")
            house.write("/etc/pam.d/su", written)
            unprotect(house, *services)
            same({one: house.read("/etc/pam.d/" + one) for one in there}, there, names)
            same(house.sh(f"ls {KEPT}"), "")


def a_file_of_the_distribution_where_libpam_looks():
    """A libpam that was built with a directory of its own: protect asks it where it looks, and its files stay as they are."""
    text = "auth required pam_unix.so\naccount required pam_unix.so\n"
    with House() as house:
        furnish(house, {})
        house.sh("mkdir -p /run/etc/pam.d")
        house.write("/run/etc/pam.d/till", text)
        expect("install the service first" in protect(house, "till", code=1).err, "this libpam does not look there")
        library = os.path.realpath(os.path.join(modules(), "..", "libpam.so.0"))
        # Of the same length, so that nothing else of the library moves.
        house.sh(f"cp {library} /run/libpam; sed -i s,/usr/lib/pam.d,/run/etc/pam.d,g /run/libpam; mount --bind /run/libpam {library}")
        protect(house, "till")
        same((house.read("/run/etc/pam.d/till"), house.sh("stat -c '%a %u' /etc/pam.d/till")), (text, "644 0\n"))
        expect(asked(house, "till", "alice", PASSWORD, wrong_code())[0] != "Success", "a wrong code")
        house.person("alice")
        same(asked(house, "till", "alice", PASSWORD, code_at(KEY))[0], "Success")
        unprotect(house, "till")
        same((house.exists("/etc/pam.d/till"), house.read("/run/etc/pam.d/till")), (False, text))
        house.write("/etc/pam.d/till", "# local\n" + text)
        protect(house, "till")
        unprotect(house, "till")
        same((house.read("/etc/pam.d/till"), house.read("/run/etc/pam.d/till")), ("# local\n" + text, text), "both: /etc comes first")
        house.sh("rm /etc/pam.d/till")
        house.write("/run/etc/pam.d/till", "auth required pam_liberations.so\naccount required pam_liberations.so\n")
        expect("by lines in /run/etc/pam.d/till" in protect(house, "till").out, "by hand, there")


def add_cases():
    for function in (every_system_asks_for_password_and_code, a_file_of_the_distribution_where_libpam_looks):
        add_case("protect_" + function.__name__, function)
