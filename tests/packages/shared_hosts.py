"""Two hosts with one set of accounts in PostgreSQL, as README's "One QR code for all hosts" and packaging/store/README tell it.

Three machines that systemd boots: db1 with the server and its synchronous standby, web1 and web2 with the packages.
"""
import os
import shutil
import tempfile
import time

import people
from machine import Machine, describe, expect, run

HOSTS = {"db1": 1, "web1": 11, "web2": 12}
NAMES = "127.0.0.1 localhost\n10.9.0.1 db1.example.org\n10.9.0.2 db2.example.org\n10.9.0.11 web1.example.org\n10.9.0.12 web2.example.org\n"
EXAMPLES = "/usr/share/doc/liberations/examples/"
OUR_PACKAGES = "libpam-liberations liberations-agent liberations liberations-portal liberations-store liberations-doc"
PSQL = "psql -X -q -v ON_ERROR_STOP=1 -h db1.example.org -U lbr_dba -d liberations"
BEGIN = "liberations init && cd /etc/liberations && sed -i 's/^issuer = .*/issuer = Example Org/' liberations.conf && echo 'hash-cost = 1' >>liberations.conf"
SERVER = """listen_addresses = '10.9.0.%d'
port = 5432
unix_socket_directories = '%s'
ssl = on
ssl_cert_file = '/etc/postgresql/server.crt'
ssl_key_file = '/etc/postgresql/server.key'
synchronous_standby_names = 'ANY 1 (db1, db2, db3)'
synchronous_commit = on
password_encryption = scram-sha-256
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
"""
AUTHORITY = """cd /etc/postgresql
openssl req -x509 -newkey rsa:2048 -nodes -keyout /root/ca.key -out ca.crt -days 9 -subj /CN=authority 2>/dev/null
openssl req -newkey rsa:2048 -nodes -keyout server.key -out /root/server.csr -subj /CN=servers 2>/dev/null
echo 'subjectAltName=DNS:db1.example.org,DNS:db2.example.org' >/root/names
openssl x509 -req -in /root/server.csr -CA ca.crt -CAkey /root/ca.key -CAcreateserial -days 9 -extfile /root/names -out server.crt 2>/dev/null
chown postgres server.key && chmod 600 server.key
"""
RULES = "hostssl replication copy 10.9.0.0/24 scram-sha-256\\nhostssl liberations all 10.0.0.0/8 scram-sha-256\\nhost liberations all all reject\\n"
PRIMARY = """set -e
version=$(ls /etc/postgresql/ | grep '^[0-9]*$')
printf '%s' >>/etc/postgresql/$version/main/pg_hba.conf
runuser -u postgres -- psql -X -q <<END
CREATE ROLE copy LOGIN REPLICATION PASSWORD 'copied';
CREATE ROLE lbr_dba LOGIN CREATEROLE PASSWORD 'of the administrator';
CREATE DATABASE liberations OWNER lbr_dba ENCODING 'UTF8' TEMPLATE template0;
GRANT pg_read_all_stats TO lbr_dba WITH ADMIN OPTION;
END
cp /root/db1.conf /etc/postgresql/$version/main/conf.d/
pg_ctlcluster $version main restart
pg_createcluster $version db2 >/dev/null
rm -r /var/lib/postgresql/$version/db2
runuser -u postgres -- pg_basebackup -D /var/lib/postgresql/$version/db2 -R \\
    -d 'host=db1.example.org user=copy password=copied application_name=db2'
cp /root/db2.conf /etc/postgresql/$version/db2/conf.d/
pg_ctlcluster $version db2 start
""" % RULES


def make_database(base, into):
    """A root file system with PostgreSQL."""
    if os.path.exists(into):
        return
    scratch = tempfile.mkdtemp(prefix="liberations-trial.")
    machine = Machine(scratch, base)
    try:
        machine.prepare("apt-get update -q && apt-get install -y -q --no-install-recommends postgresql openssl && apt-get clean")
        run("tar", "--create", "--file", into + ".new", "--directory", machine.root, "--exclude=./dev/*", ".")
        os.rename(into + ".new", into)
    finally:
        machine.close()
        os.rmdir(scratch)


class SharedHosts:
    def __init__(self, scratch, database, ready, say):
        self.say, self.machines, self.alice = say, {}, None
        for name in HOSTS:
            machine = self.machines[name] = Machine(os.path.join(scratch, name), database if name == "db1" else ready)
            machine.write("etc/hosts", NAMES)
            machine.write("etc/hostname", name + "\n")
        self.db, self.one, self.other = self.machines.values()

    def close(self):
        for machine in self.machines.values():
            machine.close()

    def boot(self, install, debs):
        for machine in self.machines.values():
            machine.boot()
        self.connect()
        self.database()
        for name in ("web1", "web2"):
            machine = self.machines[name]
            machine.do("hostname %s; sed -i '/pam_loginuid/s/required/optional/' /etc/pam.d/sshd && mkdir -p /run/sshd && "
                       "systemctl restart ssh.service" % name)
            install(machine, debs)

    def steps(self, install, debs):
        self.boot(install, debs)
        for step in (self.founded, self.joined, self.one_code, self.killed, self.jobs):
            step()
        self.exchanged(install, debs)
        self.refused_to_leave()
        self.gone()

    def connect(self):
        """A wire from each host to the database's machine."""
        def ip(machine, words):
            run("nsenter", "--target", machine.pid, "--net", "ip", *words.split())

        ip(self.db, "link add wire type bridge")
        ip(self.db, "link set wire up")
        for last in (1, 2):
            ip(self.db, "addr add 10.9.0.%d/24 dev wire" % last)
        for name in ("web1", "web2"):
            ip(self.db, "link add %s type veth peer name eth0 netns %s" % (name, self.machines[name].pid))
            ip(self.db, "link set %s up master wire" % name)
            ip(self.machines[name], "addr add 10.9.0.%d/24 dev eth0" % HOSTS[name])
            ip(self.machines[name], "link set eth0 up")

    def database(self):
        self.db.write("root/db1.conf", SERVER % (1, "/run/postgresql"))
        self.db.write("root/db2.conf", SERVER % (2, "/tmp"))
        self.db.do(AUTHORITY + PRIMARY)

    def sql(self, text):
        self.db.write("root/asked.sql", text)
        return self.db.do("PGPASSWORD='of the administrator' %s -f /root/asked.sql" % PSQL).stdout

    def furnish(self, machine, name, side, group):
        """One file and its password, from the examples."""
        machine.do("install -g %s -m %s %s%s.conf /etc/liberations/ && install -g %s -m %s /dev/null /etc/liberations/%s.password"
                   % (group, "0600" if group == "root" else "0640", EXAMPLES, side, group, "0600" if group == "root" else "0640", side))
        machine.do("cd /etc/liberations && sed -i 's/, db3.example.org//; s/= web1/= %s/' %s.conf && echo 'secret of %s' >%s.password"
                   % (name, side, name, side))

    def founded(self):
        one = self.one
        one.do(BEGIN)
        said = one.do("liberations store init", check=False)
        expect(said.returncode == 3 and "store-admin.conf: no such file; copy it from the examples" in said.stdout, said.stdout)
        shutil.copy(self.db.path("etc/postgresql/ca.crt"), one.path("etc/liberations/store-ca.crt"))
        self.furnish(one, "web1", "store", "_liberations-db")
        self.furnish(one, "web1", "store-admin", "root")
        said = one.do("liberations store init", check=False)
        expect(said.returncode == 3 and "refuses this host's credentials" in said.stdout, said.stdout)
        self.sql(one.do("liberations store init --print").stdout)
        self.sql("ALTER ROLE web1 PASSWORD 'secret of web1'; ALTER ROLE web1_desk PASSWORD 'secret of web1';")
        one.do("liberations store init")
        self.begin(one)
        self.say("store: PostgreSQL %s was set up by what `store init --print` writes, over TLS, with a synchronous standby; web1 "
                 "signs in through it" % self.sql("\\pset tuples_only\n\\pset format unaligned\nSHOW server_version").split()[0])

    def begin(self, machine):
        machine.do("liberations store join && echo 'store = postgres' >>/etc/liberations/liberations.conf && "
                   "systemctl enable --now liberations-store.socket && liberations store status")

    def joined(self):
        other = self.other
        other.do("install -d /etc/liberations")
        for file, of in (("seal.key", self.one), ("store-ca.crt", self.one)):
            shutil.copy(of.path("etc/liberations/" + file), other.path("etc/liberations/" + file))
        other.do(BEGIN)
        self.furnish(other, "web2", "store", "_liberations-db")
        self.sql("SELECT lbr_v1.add_host('web2'); ALTER ROLE web2 PASSWORD 'secret of web2';")
        self.begin(other)
        self.say("store: web2 joined with the login of the host alone")

    def at(self, machine, code=None):
        self.alice.machine = machine
        return self.alice.sign_in(code=code)

    def one_code(self):
        self.alice = people.Person(self.one, "alice")
        self.alice.invite()
        self.other.do("useradd -m -s /bin/sh alice")
        for machine in (self.one, self.other):
            machine.do("liberations protect sshd --for 10m --yes --reload")
        self.alice.enroll_through_ssh()
        code = self.alice.code()
        same, again, following = self.at(self.one, code), self.at(self.other, code), self.at(self.other)
        expect((same, again, following) == ("alice", None, "alice"), "web1, web2 with the same code, web2 with the next:", same, again, following)
        for machine in (self.one, self.other):
            machine.do("liberations protect sshd --confirm")
            expect("LIBERATIONS OK" in machine.do("liberations status").stdout, "status")
        self.say("store: alice enrolled on web1 and signed in with ssh; her code was refused on web2, the next one let her in")

    def broker(self):
        return self.other.do("systemctl show -P MainPID liberations-store.service").stdout.strip()

    def signs_in_within(self, seconds):
        """How long web2 refuses her."""
        start = time.monotonic()
        while self.at(self.other) is None:
            expect(time.monotonic() < start + seconds, "nobody is let in:", self.other.do("journalctl -q -b --no-pager | tail -20").stdout)
        return time.monotonic() - start

    def killed(self):
        first = self.broker()
        self.other.do("kill -KILL " + first)
        self.signs_in_within(300)
        expect(self.broker() not in ("0", first), "the broker was not started again")
        self.say("store: the broker was killed, systemd started it again, and alice signed in")

    def jobs(self):
        for _ in range(3):  # at once: one command sends at a time
            self.one.do("systemctl start liberations-notify.service liberations-deliver.service")
        done = self.other.do("systemctl start liberations-notify.service", check=False)
        expect(done.returncode and "store-admin.conf" in self.other.do("journalctl -q -b --no-pager -u liberations-notify").stdout, "the log")
        self.say("store: the jobs of notices run on web1; on web2, which has no store-admin.conf, the log says where they do")

    def exchanged(self, install, debs):
        first, program = self.broker(), describe(self.other.path("usr/libexec/liberations-store"))
        start = time.monotonic()
        install(self.other, debs, "--reinstall")
        expect(self.broker() not in ("0", first), "the package came again, and the broker is the one of before")
        expect(program == describe(self.other.path("usr/libexec/liberations-store")), "another program")
        took = time.monotonic() - start
        self.signs_in_within(300)
        self.say("store: the packages were installed over themselves in %.0f s: the broker was started anew, and alice signed in" % took)

    def refused_to_leave(self):
        done = self.other.do("apt-get remove -y -q liberations-store </dev/null", check=False)
        expect(done.returncode and 'take "store = postgres" out' in done.stdout, "the broker left:", done.stdout)
        self.signs_in_within(300)
        self.say("store: removing its package is refused while sshd asks for shared accounts")

    def gone(self):
        other = self.other
        other.do("liberations unprotect sshd --yes --reload && systemctl disable --now liberations-store.socket && "
                 "apt-get remove -y -q %s </dev/null" % OUR_PACKAGES)
        expect(os.path.exists(other.path("var/lib/liberations-store/marks")), "removal took what the database had confirmed")
        other.do("apt-get purge -y -q %s </dev/null" % OUR_PACKAGES)
        left = [name for name in ("var/lib/liberations-store", "var/lib/liberations-store-admin", "run/liberations-store")
                if os.path.exists(other.path(name))]
        expect(not left and os.path.exists(other.path("etc/liberations/store.conf")), "purge left", left, "or took store.conf")
        self.say("store: removed and purged; store.conf and its files are kept, and it says so")
