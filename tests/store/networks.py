"""Hosts that are on a network each, before a server that they reach over TLS alone.

    with networks.Networks(count) as apart:       this program is in a network of its own meanwhile, and so is what it starts
        realm = Realm(scratch, name, apart)       a server there, which wants a certificate and a password
        apart.host(realm, 3, name)                a broker on the fourth network
"""
import ctypes
import os
import subprocess

import hosts
import packages
import postgres
from harness import Failure, expect

CLONE_NEWNET = 0x40000000
SERVER = "10.78.0.1"
PASSWORD = "sesame-of-many-hosts-4c17"
HBA = "local all all trust\nhostssl all all 10.78.0.0/16 scram-sha-256\n"
LIBC = ctypes.CDLL(None, use_errno=True)
# What is started ends with this program, and its network with it.
ALONE = ["setpriv", "--pdeathsig=KILL", "--", "unshare", "--net", "--", "sleep", "infinity"]


def are_there():
    """Whether this program may make them."""
    words = ["unshare", "--net", "--", "ip", "link", "add", "hub", "type", "bridge"]
    return os.geteuid() == 0 and not packages.why_not("ip", "nsenter", "unshare") and \
        subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def ip(text, pid=None):
    enter = ["nsenter", "--net=/proc/%d/ns/net" % pid, "--"] if pid else []
    done = subprocess.run([*enter, "ip", "-batch", "-"], input=text, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    expect(done.returncode == 0, "ip:", done.stdout)


class Networks:
    def __init__(self, count):
        self.count, self.holders, self.before = count, [], None

    def __enter__(self):
        self.before = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        if LIBC.unshare(CLONE_NEWNET) != 0:
            raise Failure("no network of its own:", os.strerror(ctypes.get_errno()))
        ip("link set lo up\nlink add hub type bridge\naddress add %s/16 dev hub\nlink set hub up\n" % SERVER)
        here = os.stat("/proc/self/ns/net").st_ino
        self.holders = [subprocess.Popen(ALONE, stdin=subprocess.DEVNULL) for _ in range(self.count)]
        for one in self.holders:
            postgres.wait_until(lambda: os.stat("/proc/%d/ns/net" % one.pid).st_ino != here, "a host is on a network of its own")
        for at, one in enumerate(self.holders):
            ip("link add host%d type veth peer name eth0 netns %d\nlink set host%d master hub\nlink set host%d up\n" % (at, one.pid, at, at))
            ip("link set lo up\naddress add 10.78.1.%d/16 dev eth0\nlink set eth0 up\n" % (at + 1), one.pid)
        return self

    def __exit__(self, *_):
        for one in self.holders:
            one.kill()
            one.wait()
        if LIBC.setns(self.before, CLONE_NEWNET) != 0:
            raise Failure("no way back:", os.strerror(ctypes.get_errno()))
        os.close(self.before)

    def under(self, at):
        return ["nsenter", "--net=/proc/%d/ns/net" % self.holders[at].pid, "--"]

    def host(self, realm, at, name):
        """Its programs reach the broker by its socket, wherever they are."""
        host = realm.host(name, start=False, servers="%s:%d" % (SERVER, realm.server.port), connections=1, tls_ca=realm.authority,
                          password_file=realm.password_file)
        realm.boss.ask("ALTER ROLE %s PASSWORD '%s'" % (name, PASSWORD))
        return host.start(*self.under(at))


class Realm(hosts.Realm):
    """One whose server is on the network."""

    def start(self, server, **settings):
        self.authority, self.password_file = os.path.join(self.scratch, "authority.crt"), os.path.join(self.scratch, "password")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                        "-subj", "/CN=database", "-addext", "subjectAltName=IP:" + SERVER, "-keyout", server.path("tls.key"),
                        "-out", server.path("tls.crt")], check=True, stderr=subprocess.DEVNULL)
        os.chmod(server.path("tls.key"), 0o600)
        postgres.give(server.path("tls.key"))
        with open(server.path("tls.crt")) as made, open(self.authority, "w") as file:
            file.write(made.read())
        with open(server.path("pg_hba.conf"), "w") as file:
            file.write(HBA)
        with open(self.password_file, "w") as file:
            file.write(PASSWORD + "\n")
        os.chmod(self.password_file, 0o600)
        os.chown(self.password_file, hosts.OWNER, -1)
        return super().start(server, listen_addresses=SERVER, **settings)
