"""What `protect` refuses: files whose lines would not protect, and machines on which nobody could sign in afterwards."""
import base64
import os
import re
import time

from cases_protect import DEBIAN, DROP_IN, PLAIN, furnish, protect
from harness import add_case, expect, need, same
from house import House, modules


def lines_by_hand_that_do_not_protect():
    """pam_liberations in a file is no protection yet: that is said, with the line, and no success is reported."""
    weak = (
        ("auth optional pam_liberations.so\n" + PLAIN, "/etc/pam.d/odd do not protect"),
        ("auth sufficient pam_unix.so\nauth required pam_liberations.so\naccount required pam_unix.so\n", "do not protect"),
        ("auth [default=1] pam_permit.so\nauth required pam_liberations.so\nauth required pam_permit.so\n", "do not protect"),
        ("auth required pam_unix.so\naccount required pam_liberations.so\n", "line 2"),
        (PLAIN + "password required pam_liberations.so\n", "line 3"),
        ("@include weak\naccount required pam_unix.so\n", "/etc/pam.d/weak do not protect"),
    )
    with House() as house:
        furnish(house, {"weak": "auth sufficient pam_unix.so\nauth required pam_liberations.so\n"})
        for text, words in weak:
            house.write("/etc/pam.d/odd", text)
            for option in ("--check", "--yes", "--force"):
                answer = house.run("protect", "odd", option)
                same((answer.code, words in answer.err, answer.out), (1, True, ""), text + repr(answer))
            same(house.read("/etc/pam.d/odd"), text)
        for text in ("auth required pam_liberations.so\naccount required pam_liberations.so\n",
                     "#auth required pam_unix.so\nauth requisite pam_liberations.so # token\naccount required pam_liberations.so\n"):
            house.write("/etc/pam.d/odd", text)
            expect("by lines in /etc/pam.d/odd" in protect(house, "odd").out, text)


def a_way_around_that_was_added_since():
    """Protected once, and somebody added a line above: a second run does not say that it is protected."""
    with House() as house:
        furnish(house, {"desk": PLAIN})
        protect(house, "desk")
        house.write("/etc/pam.d/desk", "auth sufficient pam_permit.so\n" + house.read("/etc/pam.d/desk"))
        expect("/etc/pam.d/desk do not protect" in protect(house, "desk", code=1).err)


INCLUDE = "Include /etc/ssh/sshd_config.d/*.conf\n"
ROOTS_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIa4qcR0kH6RdFgTMGIE/M0YZPvkthkLeAvZnDE/hbqg root@desk\n"


def sshd_house(house):
    furnish(house, DEBIAN)
    house.sh("mkdir -m 700 /root/.ssh")
    house.write("/root/.ssh/authorized_keys", ROOTS_KEY, 0o600)


def judged(house, config, *more):
    house.write("/etc/ssh/sshd_config", INCLUDE + config)
    return house.run("protect", "sshd", "--check", *more)


def what_bars_root_from_its_way_back():
    """A key is no way back if sshd lets root in with it nowhere; a way from one place is one."""
    need("sshd")
    with House() as house:
        sshd_house(house)
        for line in ("PermitRootLogin no", "PermitRootLogin forced-commands-only", "PubkeyAuthentication no", "AllowUsers bob alice",
                     "AllowGroups nogroup", "DenyUsers r*t", "DenyGroups root", "ForceCommand /bin/false",
                     "AuthenticationMethods publickey,keyboard-interactive", "Match User root\n\tAllowUsers bob",
                     "Match Group root\n\tForceCommand internal-sftp"):
            answer = judged(house, line + "\n")
            word = line.split("\t")[-1]
            same((answer.code, f"because of {word}, root" in answer.err, "--for 10m" in answer.err), (1, True, True), line + repr(answer))
        for option in ("--force", "--for=10m"):
            same(judged(house, "PermitRootLogin no\n", option).code, 5, option)
        for line in ("AllowUsers bob root@192.0.2.7", "AllowGroups nogroup root", "DenyUsers root@192.0.2.7", "DenyGroups nogroup",
                     "Match User bob\n\tForceCommand internal-sftp", "AuthenticationMethods any"):
            answer = judged(house, line + "\n")
            same(answer.code, 5, line + repr(answer))


def what_is_no_key_of_roots():
    """Where sshd looks, and what it would take; cloud images have a key for root that opens no shell."""
    need("sshd")
    cloud = 'no-port-forwarding,no-agent-forwarding,command="echo \'Please login as the user \\"debian\\" rather than root.\';sleep 10" '
    with House() as house:
        sshd_house(house)
        for text, mode, code in (("", 0o600, 1), ("# " + ROOTS_KEY, 0o600, 1), (cloud + ROOTS_KEY, 0o600, 1), (ROOTS_KEY, 0o666, 1),
                                 ("-----BEGIN OPENSSH PRIVATE KEY-----\n", 0o600, 1), ("cert-authority " + ROOTS_KEY, 0o600, 1),
                                 (cloud + ROOTS_KEY + 'from="10.0.0.1, 10.0.0.2",no-pty ' + ROOTS_KEY, 0o600, 5)):
            house.write("/root/.ssh/authorized_keys", text, mode)
            answer = judged(house, "")
            same((answer.code, code == 5 or "AuthorizedKeysFile (.ssh/auth" in answer.err), (code, True), text + repr(answer))
        house.write("/root/.ssh/authorized_keys", ROOTS_KEY, 0o666)
        same(judged(house, "StrictModes no\n").code, 5)
        house.sh("chmod 600 /root/.ssh/authorized_keys; chmod 777 /root/.ssh")
        same(judged(house, "").code, 1, "a directory that others may write")
        for line in ("none", "/etc/ssh/keys/%u"):
            expect(f"({line})" in judged(house, f"AuthorizedKeysFile {line}\n").err, line)
        house.sh("mkdir /etc/ssh/keys")
        house.write("/etc/ssh/keys/root", ROOTS_KEY)
        same(judged(house, "AuthorizedKeysFile /etc/ssh/keys/%u\n").code, 5)


def rsa_key(bits):
    """The line of a key of that length; what is in it matters to nobody who only reads it."""
    parts = (b"ssh-rsa", b"\x01\x00\x01", b"\x00" + b"\xc5" * (bits // 8))
    blob = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return f"ssh-rsa {base64.b64encode(blob).decode()} root@desk\n"


def keys_that_sshd_takes_from_nobody():
    """Half a key, one of a kind or length that sshd does not accept, one that is written over, and one behind a link."""
    need("sshd")
    with House() as house:
        sshd_house(house)
        coded = ROOTS_KEY.split()[1]
        accepted, short, long = "PubkeyAcceptedAlgorithms ", rsa_key(1016), rsa_key(2048)
        for text, config, code in ((ROOTS_KEY.replace(coded, coded[:-4]), "", 1), ("ssh-ed25519 AAAA... root@desk\n", "", 1),
                                   (ROOTS_KEY.replace(coded, coded[:-1]), "", 1), (ROOTS_KEY.replace("ssh-ed25519", "ssh-rsa"), "", 1),
                                   (long.replace("ssh-rsa", "ssh-dss"), "", 1), (short, "", 1), (long, "", 5),
                                   (ROOTS_KEY, accepted + "rsa-sha2-512\n", 1), (long, accepted + "rsa-sha2-512\n", 5),
                                   (long, accepted + "ssh-ed25519\n", 1), (short + ROOTS_KEY, accepted + "ssh-ed25519\n", 5)):
            house.write("/root/.ssh/authorized_keys", text, 0o600)
            same(judged(house, config).code, code, text + config)
        house.sh("mkdir -m 777 /run/open; mv /root/.ssh/authorized_keys /run/open; ln -s /run/open/authorized_keys /root/.ssh")
        same(judged(house, "").code, 1, "a link into a directory that others may write")
        house.sh("chmod 755 /run/open")
        same(judged(house, "").code, 5, "a link into one that is root's")


def roots_shell():
    """A key of root's opens nothing where its shell does not, or where root would not see the machine."""
    need("sshd")
    with House() as house:
        sshd_house(house)
        for line in ("ChrootDirectory /srv", "Match User root\n\tMaxSessions 0"):
            same(judged(house, line + "\n").code, 1, line)
        passwd = house.read("/etc/passwd")
        for shell, code in (("/usr/sbin/nologin", 1), ("/bin/false", 1), ("/bin/nonsuch", 1), ("", 5), ("/bin/sh", 5)):
            house.write("/etc/passwd", re.sub("(?m)^(root:.*:)[^:]*$", lambda found: found[1] + shell, passwd))
            answer = judged(house, "")
            same((answer.code, code == 5 or "shell" in answer.err), (code, True), shell + repr(answer))


def a_service_of_another_name():
    """PAMServiceName of OpenSSH 9.8: sshd reads another file than the one that is protected."""
    need("sshd")
    with House() as house:
        sshd_house(house)
        house.sh("mv /usr/sbin/sshd /usr/sbin/sshd.real")
        for name, code in (("sshd", 5), ("sshd-desk", 1)):
            house.write("/usr/sbin/sshd", f"#!/bin/sh\n/usr/sbin/sshd.real \"$@\" && echo pamservicename {name}\n", 0o755)
            answer = judged(house, "")
            same((answer.code, code == 5 or "PAM service sshd-desk," in answer.err), (code, True), name + repr(answer))


def roots_account_has_expired():
    """PAM's account phase refuses then, with a key as well; a password that must be changed first is still a way in."""
    need("sshd")
    with House() as house:
        sshd_house(house)
        today, shadow = int(time.time() // 86400), house.read("/etc/shadow")
        for fields, code in ((f"{today - 9}:0:99999:7:::", 5), (f"{today - 9}:0:99999:7::{today - 2}:", 1), (f"{today - 9}:0:99999:7::0:", 1),
                             (f"{today - 9}:0:99999:7::{today + 9}:", 5), (f"{today - 90}:0:30:7:5::", 1), (f"{today - 90}:0:30:7:0::", 1),
                             (f"{today - 90}:0:30:7:90::", 5), (f"{today - 90}:0:30:7:::", 5), ("0:0:30:7:5::", 5), (":::::::", 5)):
            house.write("/etc/shadow", re.sub("(?m)^root:([^:]*):.*$", lambda found: f"root:{found[1]}:{fields}", shadow), 0o600)
            answer = judged(house, "")
            same((answer.code, code == 5 or "sudo chage -E -1" in answer.err), (code, True), fields + repr(answer))
            for option in ("--force", "--for=10m"):
                same(judged(house, "", option).code, 5, fields)


def what_sshd_says_of_its_configuration():
    """One that it refuses is nobody's to reload; a value that is read earlier wins, and is named with its line."""
    need("sshd")
    with House() as house:
        sshd_house(house)
        for option in ((), ("--force",), ("--for=10m",)):
            answer = judged(house, "Nonsense yes\n", *option)
            same((answer.code, "sudo sshd -t" in answer.err), (1, True), repr(answer))
        for name, code in (("00-cloud.conf", 1), ("10-kept.conf", 1), ("50-cloud.conf", 5)):
            house.write("/etc/ssh/sshd_config.d/" + name,
                        "# why\nUsePAM yes\nPasswordAuthentication yes\nChallengeResponseAuthentication no\n")
            answer = judged(house, "")
            same(answer.code, code, name + repr(answer))
            if code == 1:
                expect(f"/etc/ssh/sshd_config.d/{name}, line 3: PasswordAuthentication" in answer.err and
                       f"/etc/ssh/sshd_config.d/{name}, line 4: Kbd" in answer.err, repr(answer))
                same(protect(house, "sshd", code=1).err, answer.err, "--check says the same")
                same(judged(house, "", "--force").code, 5)
            house.sh("rm /etc/ssh/sshd_config.d/" + name)
        house.write("/etc/ssh/sshd_config", "UsePAM no\n" + INCLUDE)
        expect("/etc/ssh/sshd_config, line 1: UsePAM" in house.run("protect", "sshd", "--check").err, "above the Include")
        house.write("/etc/ssh/sshd_config", "Match User bob\n" + INCLUDE)
        same(house.run("protect", "sshd", "--check").code, 1, "the Include holds for bob alone")
        for methods, code in (("password", 1), ("keyboard-interactive publickey", 1), ("publickey keyboard-interactive", 1),
                              ("publickey publickey,keyboard-interactive", 1)):
            for config in (f"AuthenticationMethods {methods}\n", f"Match User bob\n\tAuthenticationMethods {methods}\n"):
                same(judged(house, config, "--for=10m").code, code, config)
        same((house.exists(DROP_IN), house.read("/etc/pam.d/sshd"), house.sh("ls -d /run/liberations-sshd* 2>/dev/null || :")),
             (False, DEBIAN["sshd"], ""))


def sshd_that_waits_for_its_first_connection():
    """Its directory in /run is made when its service starts; where a socket waits for it, none is left behind, unless that starts."""
    need("sshd")
    with House() as house:
        sshd_house(house)
        house.sh("rmdir /run/sshd")
        same(judged(house, "").code, 5)
        same(house.exists("/run/sshd"), False, "protect")
        expect("UsePAM" in house.run("doctor", "--sshd-config", "/etc/ssh/sshd_config").out, "doctor asks too")
        same(house.exists("/run/sshd"), False, "doctor")
        house.sh("cp /usr/sbin/sshd /run/real; rm /usr/sbin/sshd")
        house.write("/usr/sbin/sshd", '#!/bin/sh\n[ ! -d /run/sshd ] || chmod 755 /run/sshd\nexec /run/real "$@"\n', 0o755)
        same((judged(house, "").code, house.exists("/run/sshd")), (5, True), "a service started meanwhile and has it")


def accounts_of_which_none_could_sign_in():
    """Disabled, invited and never come: as if there were none; who may still come, or must renew, lets it go on."""
    tool = "cd / && exec setpriv --reuid _liberations --regid _liberations --clear-groups /run/lbr-world " \
           '/etc/liberations/liberations.conf set "$@"'
    with House(people=False) as house:
        furnish(house, {"desk": PLAIN})
        for states, code in (("disabled", 1), ("disabled ended", 1), ("ended-pending", 1), ("disabled pending", 5), ("expired", 5),
                             ("must-change", 5), ("disabled locked", 5)):
            for number, name in enumerate(("alice", "bob", "zoe")):
                house.sh(tool, name, "state=unknown")
                if number < len(states.split()):
                    house.sh(tool, name, "state=" + states.split()[number])
            answer = house.run("protect", "desk", "--check")
            same((answer.code, code == 5 or "none of the accounts could sign in" in answer.err), (code, True), states + repr(answer))
            same(house.run("protect", "desk", "--check", "--force").code, 5, states)
        for name in ("alice", "bob", "zoe"):
            house.sh(tool, name, "state=unknown")
        expect("no account exists yet" in protect(house, "desk", code=1).err)
        same(house.read("/etc/pam.d/desk"), PLAIN)


def a_module_that_is_missing_or_not_roots():
    """The package is named, before anything is changed; one for another architecture is one that libpam cannot run."""
    with House() as house:
        furnish(house, {"desk": PLAIN})
        module = os.path.join(modules(), "pam_liberations.so")
        for script, words in (("chmod 666", "sudo chown root"), ("chown 64203", "sudo chown root"), ("rm", "libpam-liberations on Debian"),
                              ("mkdir", "libpam-liberations on Debian"), ("cp /etc/passwd", "architecture")):
            house.sh(f"cp -p {module} /run/kept.so; [ '{script}' != mkdir ] || rm {module}; {script} {module}")
            answer = house.run("protect", "desk", "--yes", "--force")
            expect(answer.code in (1, 3) and words in answer.err, script, repr(answer))
            same(house.read("/etc/pam.d/desk"), PLAIN, script)
            house.sh(f"rm -rf {module}; cp -p /run/kept.so {module}")
        protect(house, "desk")


def what_force_goes_over():
    """What the manual says of it: three refusals, and no other."""
    need("sshd")
    with House(people=False) as house:
        sshd_house(house)
        house.write("/etc/pam.d/desk", PLAIN)
        house.write("/etc/ssh/sshd_config", INCLUDE + "PermitRootLogin no\nMaxAuthTries 1\n")
        for words, forced in ((("desk",), 5), (("sshd",), 5)):
            same([house.run("protect", *words, "--check", *more).code for more in ((), ("--force",))], [1, forced], words)
        house.person("alice")
        spoilt = (("/etc/ssh/sshd_config", INCLUDE + "Nonsense yes\n", "sshd", 1), ("/etc/pam.d/desk", PLAIN + "hello\n", "desk", 1),
                  ("/etc/pam.d/desk", "auth sufficient pam_permit.so\n" + PLAIN, "desk", 1),
                  ("/etc/liberations/seal.key", "nonsense\n", "desk", 3), ("/usr/libexec/liberations-agent", "#!/bin/false\n", "desk", 3))
        for path, text, service, code in spoilt:
            mode = os.stat(house.path(path)).st_mode & 0o777
            house.sh(f"cp -p {path} /run/kept; printf '%s' \"$1\" > {path}", text)
            os.chmod(house.path(path), mode)
            if path.startswith("/etc/ssh"):
                house.write("/etc/pam.d/desk", PLAIN)
            same([house.run("protect", service, "--check", *more).code for more in ((), ("--force",))], [code] * 2, path)
            house.sh(f"cp -p /run/kept {path}")


FAKE = """#!/bin/sh
echo "${0##*/} $*" >> /run/asked
case "$*" in *is-active*ssh.socket*) exit 0;; *is-active*|*reload*) exit 1;; esac
"""


def a_reload_where_a_socket_waits():
    """No sshd runs yet, and none has to be told: the next connection starts it."""
    need("sshd", "systemctl")
    with House() as house:
        sshd_house(house)
        house.write("/etc/ssh/sshd_config", INCLUDE)
        house.sh("rmdir /run/sshd; mkdir -p /run/systemd/system")
        house.write("/run/systemctl", FAKE, 0o755)
        house.sh("mount --bind /run/systemctl /usr/bin/systemctl")
        for option in ("--reload", "--json"):
            answer = protect(house, "sshd", option)
            expect(answer.err == "" and ("next connection" in answer.out or answer.json()[0]["reload"] is None), repr(answer))
            expect("next connection" in house.run("unprotect", "sshd", "--yes", "--reload").out)
        same({line for line in house.read("/run/asked").split("\n") if "reload" in line}, set())


def a_reload_that_would_end_sshd():
    """Somebody spoilt the configuration meanwhile: the sshd that runs is left alone, and that is said."""
    need("sshd")
    with House() as house:
        sshd_house(house)
        house.write("/etc/ssh/sshd_config", INCLUDE)
        house.sh("mkdir /run/bin; cp /bin/sleep /run/bin/sshd; /run/bin/sshd 300 >/dev/null 2>&1 & echo $! > /run/sshd.pid")
        pid = house.read("/run/sshd.pid").strip()
        protect(house, "sshd")
        house.write("/etc/ssh/sshd_config", INCLUDE + "Nonsense yes\n")
        answer = house.run("unprotect", "sshd", "--yes", "--reload")
        same((answer.code, "sudo sshd -t" in answer.err), (3, True), repr(answer))
        expect(os.path.exists(f"/proc/{pid}"), "sshd was told, and would have ended")
        house.write("/etc/ssh/sshd_config", INCLUDE)
        protect(house, "sshd", "--reload")
        for _ in range(100):
            if not os.path.exists(f"/proc/{pid}") or open(f"/proc/{pid}/stat").read().split()[2] == "Z":
                break
            time.sleep(0.1)
        else:
            raise AssertionError("it was not told")


def add_cases():
    for function in (lines_by_hand_that_do_not_protect, a_way_around_that_was_added_since, what_bars_root_from_its_way_back,
                     what_is_no_key_of_roots, keys_that_sshd_takes_from_nobody, roots_shell, roots_account_has_expired,
                     a_service_of_another_name, what_sshd_says_of_its_configuration, sshd_that_waits_for_its_first_connection,
                     accounts_of_which_none_could_sign_in, what_force_goes_over, a_module_that_is_missing_or_not_roots,
                     a_reload_where_a_socket_waits,
                     a_reload_that_would_end_sshd):
        add_case("protect_" + function.__name__, function)
