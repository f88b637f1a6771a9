"""Two hosts with one set of accounts: from packages and schema of an older build to this one's, while people sign in.

As README's "Upgrade" tells it: the packages of the first host, the schema, the packages of the other one.
"""
import time

import people
from load import LISTENER, OWN, SSH, Load
from machine import describe, expect
from shared_hosts import SharedHosts

BROKER = "usr/libexec/liberations-store"
ADOPTED_S = 130  # a schema that makes another line refuses codes for at most 120 s


class SharedUpgrade(SharedHosts):
    def __init__(self, *words):
        super().__init__(*words)
        self.crowd, self.said = [], self.say
        self.say = lambda what: None  # what SharedHosts says of its steps, it says in its own trial

    def tell(self, what):
        self.said("store upgrade: " + what)

    def steps(self, install, before, after):
        self.boot(install, before)
        self.founded()
        self.joined()
        self.people()
        self.tell("web1 and web2 share accounts in the schema and with the packages of the older build")
        self.upgraded(self.one, self.other, install, after)
        self.schema()
        self.upgraded(self.other, self.one, install, after)
        for machine in (self.one, self.other):
            expect("LIBERATIONS OK" in machine.do("liberations status").stdout, "status")

    def people(self):
        """Three for the load, and alice, who uses codes twice."""
        self.crowd = [people.Person(self.one, name) for name in ("bob", "carol", "dave")]
        self.alice = people.Person(self.one, "alice")
        for one in self.crowd + [self.alice]:
            one.invite()
            self.other.do("useradd -m -s /bin/sh " + one.name)
        for machine in (self.one, self.other):
            machine.do("liberations protect sshd --for 10m --yes --reload && liberations protect sshd --confirm && "
                       "systemctl enable --now liberations-agent.socket")
        for one in self.crowd + [self.alice]:
            one.enroll_through_ssh()
        self.used_stays_used()

    def used_stays_used(self):
        """In either direction."""
        for first, second in ((self.one, self.other), (self.other, self.one)):
            code = self.alice.code()
            seen = self.at(first, code), self.at(second, code)
            expect(seen == ("alice", None), "the first host, and the second one with the same code:", seen, self.logs())

    def logs(self):
        return [machine.do("journalctl -q -b --no-pager -t liberations-store -t liberations-agent | tail -15").stdout
                for machine in (self.one, self.other)]

    def load(self, machine):
        self.crowd[-1].machine = machine
        load = Load(machine, self.crowd, portal=False)
        load.wait_for(20)
        return load

    def upgraded(self, host, elsewhere, install, after):
        """One host's packages, while people sign in at the other one."""
        program, name = describe(host.path(BROKER)), host.do("hostname").stdout.strip()
        load, start = self.load(elsewhere), time.monotonic()
        install(host, after)
        took, during = time.monotonic() - start, dict(load.ways)
        load.wait_for(load.count + 20)
        seen = load.end()
        expect(seen.failed == 0, "sign-ins at the other host failed:", seen.failed, seen.said, self.logs())
        expect(min(during[OWN], during[LISTENER]) > 0, "nobody signed in meanwhile")
        expect(program != describe(host.path(BROKER)), "the other build is not another")
        self.used_stays_used()
        self.tell("%s in %.0f s: sign-ins meanwhile at the other host by module and agent %d, listener %d, ssh %d: none failed; "
                  "then a used code was refused by either host" % (name, took, *(during[way] for way in (OWN, LISTENER, SSH))))

    def schema(self):
        """By the database's administrator, while people sign in at the host that is still the older build."""
        expect("store upgrade" in self.one.do("liberations store status", check=False).stdout, "the new build does not ask for it")
        said = self.one.do("liberations store upgrade", check=False)
        expect(said.returncode and "--print | psql" in said.stdout, "the login of a desk may change the schema:", said.stdout)
        code = self.alice.code()
        expect(self.at(self.one, code) == "alice", "alice is not let in")
        load = self.load(self.other)
        self.sql(self.one.do("liberations store upgrade --print").stdout)
        start = time.monotonic()
        expect(self.at(self.other, code) is None and self.at(self.one, code) is None, "the new schema forgot a code")
        for machine in (self.one, self.other):
            while self.at(machine) is None:
                expect(time.monotonic() < start + ADOPTED_S, "nobody is let in:", self.logs())
        took = time.monotonic() - start
        load.wait_for(load.count + 20)
        seen = load.end()
        lost = [way for way, _, _ in seen.said]
        expect(not {OWN, LISTENER} & set(lost), "passwords were refused:", seen.said, self.logs())
        expect("store upgrade" not in self.one.do("liberations store status").stdout, "the new build asks for it again")
        self.tell("the schema, with what `store upgrade --print` writes: of %d passwords at web2 meanwhile none was refused, of "
                  "%d codes %d; a code that was used before was refused by either host, and %.0f s later each had taken a new one"
                  % (seen.ways[OWN] + seen.ways[LISTENER], seen.ways[SSH], lost.count(SSH), took))
