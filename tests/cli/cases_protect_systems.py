"""`protect` on the files of every distribution: through libpam itself it asks for password and code, and it leaves no trace."""
import os
import re

from cases_protect import KEPT, KEY, PASSWORD, asked, furnish, protect, system, unprotect, wrong_code
from harness import add_case, expect, same
from house import House, modules
from world import code_at

# Those of a family differ in what every service includes.
SYSTEMS = (("debian-12",), ("debian-13",), ("ubuntu-24.04",), ("fedora",), ("fedora", "authselect-local"), ("fedora", "authselect-winbind"),
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


def add_cases():
    add_case("protect_every_system_asks_for_password_and_code", every_system_asks_for_password_and_code)
