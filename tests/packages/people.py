"""People at a real ssh client, which runs on the loopback of the machine that they sign in to."""
import base64
import hashlib
import hmac
import struct
import threading
import time

import pexpect

from machine import expect

CLIENT = ["ssh", "-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
          "-o", "PreferredAuthentications=keyboard-interactive", "-o", "PubkeyAuthentication=no", "-o", "NumberOfPasswordPrompts=1"]
STEP_S, LIMIT_S = 30, 60
PROMPT = r"(?i)password: ?$"
TOKEN = r"Security token: ?$"


def code_of(key, step):
    mac = hmac.new(base64.b32decode(key), struct.pack(">Q", step), hashlib.sha1).digest()
    at = mac[-1] & 15
    return "%06d" % ((struct.unpack(">I", mac[at:at + 4])[0] & 0x7fffffff) % 10 ** 6)


class Person:
    def __init__(self, machine, name):
        self.machine, self.name, self.temporary, self.key, self.step = machine, name, None, None, 0
        self.password, self.lock = "une phrase pour %s et personne" % name, threading.Lock()
        machine.do("useradd -m -s /bin/sh %s" % name)

    def client(self, *words):
        command = self.machine.enter(*CLIENT, "%s@127.0.0.1" % self.name, *words)
        return pexpect.spawn(command[0], command[1:], encoding="utf-8", timeout=LIMIT_S, dimensions=(60, 100))

    def code(self):
        """One that was not used yet; waits for it."""
        while True:
            step = max(self.step + 1, int(time.time()) // STEP_S)
            if step <= int(time.time()) // STEP_S + 1:
                self.step = step
                return code_of(self.key, step)
            time.sleep(0.5)

    def invite(self):
        name, self.temporary = self.machine.do("liberations invite " + self.name).stdout.split()
        expect(name == self.name, "somebody else is invited:", name)

    def enroll_through_ssh(self):
        """The guide's first sign-in: temporary password, the token left empty, QR code, first code, a new password twice."""
        child = self.client("id", "-un")
        child.expect(PROMPT)
        child.sendline(self.temporary)
        child.expect(TOKEN)
        child.sendline("")
        child.expect(r"((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})")
        self.key = child.match[1].replace(" ", "")
        child.expect(r": ?$")
        child.sendline(self.code())
        for _ in range(2):
            child.expect(r"(?i)password.*: ?$")
            child.sendline(self.password)
        child.expect("written them down: ?$")
        child.sendline("")
        self.judge(child, self.name)

    def judge(self, child, wanted):
        child.expect(pexpect.EOF)
        child.close()
        expect(wanted is None or child.exitstatus == 0 and wanted in child.before, self.name, "is not let in:", child.before)
        return child.before.split()[-1] if child.exitstatus == 0 else None

    def sign_in(self, password=None, code=None):
        """Whom the session belongs to; None: refused."""
        with self.lock:
            child = self.client("id", "-un")
            child.expect(PROMPT)
            child.sendline(password or self.password)
            child.expect(TOKEN)
            child.sendline(code or self.code())
            return self.judge(child, None)
