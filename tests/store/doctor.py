"""What `doctor` shows in each row of the failure matrix: the real command, as root, on a host of hosts.py.

    shows(host, "broker dead")               as SHOWN says: these faults of the shared accounts, and no others
    shows(host, "a loss", desk=True)         as on a host with store-admin.conf

With LBR_SOAK=1 in French too. Notes are not looked at, nor how long a round trip takes.
"""
import json
import os
import socket
import subprocess
import threading
import time

import hosts
from harness import expect, same
from patience import GONE, Slow, is_late

COMMAND, PLACE = os.path.join(hosts.BUILD, "liberations"), "/usr/libexec"
# The command looks for a broker there, and sees this build's in a mount namespace of its own.
OWN_BROKER = 'mount --make-rprivate / && mount --bind "$0" %s && exec "$@"' % PLACE
CHECKS = ("account", "broker", "confirm", "database", "keys", "line", "locks", "realm", "rights", "schema", "seal-key", "skew", "store",
          "witness")
SOAK = os.environ.get("LBR_SOAK") == "1"

SHOWN = {
    "nothing is wrong": [],
    "refused": [("critical", "database", "no database server can be reached")],
    "silent": [("critical", "database", "no database server can be reached")] * 2,  # with either login
    "account damaged": [("critical", "account", "account/%s: wrong MAC")],
    "counters damaged": [("critical", "account", "the counters cannot be read, so every sign-in is refused")],
    "too many connections": [("critical", "database", "out of space or connections")],
    "another schema": [("critical", "schema", "versions 2 to 2, which this release does not support")],
    "right missing": [("critical", "database", "the database login lacks a right")],
    "wrong seal key": [("critical", "broker", "seal key is not the key of the shared accounts")],
    "seal key missing": [("critical", "seal-key", "sealed with key 0123abcd, which this host's key file lacks"),
                         ("warning", "keys", "lacks seal key 0123abcd")],
    "credentials": [("critical", "database", "refuses this host's credentials")],
    "clock 30 s apart": [("warning", "skew", "differ by ")],
    "clock 2 min apart": [("critical", "skew", "differ by 1")],
    "broker dead": [("critical", "broker", "liberations-store is not running on this host")],
    "no standby": [("critical", "confirm", "no standby confirms, so no sign-in can end")],
    "promoted": [("warning", "line", "the database was restarted, promoted or restored"),
                 ("critical", "broker", "is not running on this host")],
    "everything away": [("critical", "database", "no database server can be reached"),
                        ("critical", "broker", "is not running on this host")],
    "a loss": [("critical", "witness", "lost commits that it had confirmed to this host")],
    "a loss, not adopted yet": [("critical", "witness", "lost commits that it had confirmed to this host"),
                                ("warning", "line", "the database was restarted, promoted or restored")],
    "a loss of another host": [("warning", "witness", "%s")],
    "locked": [("critical", "locks", "the login %s has kept accounts locked for 1")],
    "an old primary": [("critical", "line", "an old primary runs beside the new one")],
}


def configure(host, desk):
    """liberations.conf beside the host's store.conf, and a key that the owner of the accounts can read."""
    path, admin, key, state, marks = (os.path.join(host.place, name) for name in (
        "liberations.conf", "store-admin.conf", "owner.key", "accounts", "marks-of-the-desk"))
    with open(host.key) as file:
        host.realm.write_key(key, file.read())
    for one in (state, marks):
        os.makedirs(one, mode=0o700, exist_ok=True)
    for one in (key, state, marks):
        os.chown(one, hosts.OWNER, hosts.OWNER)
    with open(key + ".copied", "w"):
        pass  # a copy is elsewhere
    with open(path, "w") as file:
        file.write("state = %s\nuser = %d\nseal-key = %s\nstore = postgres\nstore-socket = %s\n" % (state, hosts.OWNER, key, host.socket))
    if desk:
        with open(admin, "w") as file:
            file.writelines("%s = %s\n" % item for item in {**host.settings, "user": "desk", "state": marks}.items())
        os.chmod(admin, 0o600)
    elif os.path.exists(admin):
        os.unlink(admin)
    if os.path.exists(host.socket):
        os.chmod(host.socket, 0o666)  # the owner of the accounts is in no group here
    return path


def run(config, *words, language="en_CA.UTF-8"):
    return subprocess.run(["unshare", "-m", "sh", "-c", OWN_BROKER, hosts.BUILD, COMMAND, *words, "--config", config],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd="/",
                          env={"PATH": os.environ["PATH"], "LC_ALL": language, "TZ": "UTC"})


def found(config, language, names):
    """Faults of the shared accounts, and of no other case's; an ordinary user's command could not become their owner."""
    done = run(config, "doctor", "--json", language=language)
    expect(done.returncode in (0, 1, 2, 3) and done.stdout, "doctor ends with", done.returncode, done.stderr)
    said = [json.loads(line) for line in done.stdout.splitlines()]
    return [one for one in said if one["severity"] in ("critical", "warning") and one["check"] in CHECKS and
            (one["check"] != "account" or one["where"] in names)], done.stderr


class Silent:
    """A socket that takes connections and never answers. `spans`: from when to when each was there, by time.monotonic()."""

    def __init__(self, path):
        self.spans, self.threads, self.listener = [], [], socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        os.chmod(path, 0o777)
        self.listener.listen(64)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                one = self.listener.accept()[0]
            except OSError:
                return
            self.threads.append(threading.Thread(target=self.hear, args=(one, time.monotonic()), daemon=True))
            self.threads[-1].start()

    def hear(self, one, begin):
        try:
            while one.recv(65536):
                pass
        except OSError:
            pass
        one.close()
        self.spans.append((begin, time.monotonic()))

    def close(self):
        """Once all who came have left."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for one in self.threads:
            one.join()
        return self.spans


def refuses(host, text, *words):
    """The command of root's on this host, as root."""
    if os.geteuid() != 0:
        return
    done = run(configure(host, desk=True), *words)
    if done.returncode != 3 or text not in done.stderr:
        raise (Slow if is_late(done.stderr) or GONE in done.stderr else hosts.Failure)(words, "ends with", done.returncode, done.stdout, done.stderr)


def shows(host, row, *words, desk=False):
    if os.geteuid() != 0:
        return
    config = configure(host, desk)
    said, log = found(config, "en_CA.UTF-8", words)
    wanted = [(severity, check, text % words if "%" in text else text) for severity, check, text in SHOWN[row]]
    missing = [one for one in wanted if not any(one[:2] == (line["severity"], line["check"]) and one[2] in line["text"] for line in said)]
    if missing or len(said) != len(wanted):
        late = any(is_late(line["text"]) or GONE in line["text"] for line in said)
        raise (Slow if late else hosts.Failure)("doctor, in the row %r, wanted %s, and shows %s %s" % (row, wanted, said, log))
    for line in said:
        expect(not line["fix"] or "init" not in line["fix"] or line["check"] == "realm", "that repairs nothing:", line)
    if SOAK:
        french, _ = found(config, "fr_CA.UTF-8", words)
        same([line["check"] for line in french], [line["check"] for line in said])
        expect(all(one["text"] != other["text"] for one, other in zip(said, french) if one["check"] != "account"), "in English:", french)
