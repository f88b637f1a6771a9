"""MariaDB with its plugin for PAM, as packaging/examples tells to set it up, and its own client."""
import os
import shutil
import socket
import subprocess

from consumers import ENVIRONMENT, Talk
from harness import Failure
from private import mount
from servers import Server, certificate

PLUGIN = "/usr/lib/mysql/plugin/auth_pam.so"
INSTALL = ["--no-defaults", "--user=mysql", "--skip-test-db", "--auth-root-authentication-method=normal", "--innodb=OFF",
           "--default-storage-engine=Aria", "--skip-name-resolve"]
SETTINGS = """[mariadbd]
user = mysql
datadir = {place}/data
socket = {place}/data/socket
pid-file = {place}/data/pid
port = {port}
bind-address = 127.0.0.1
innodb = OFF
default-storage-engine = Aria
skip-name-resolve
ssl-cert = {place}/cert
ssl-key = {place}/key
{example}
"""
PEOPLE = ("alice", "bob", "zoe", "carol")


class MariaDb(Server):
    method = "mariadb"

    def prepare(self):
        mount("-t", "tmpfs", "-o", "mode=0755,size=64m", "tmpfs", self.place)
        os.mkdir(self.path("data"))
        shutil.chown(self.path("data"), "mysql")
        self.run("mariadb-install-db", *INSTALL, "--datadir=" + self.path("data"))
        certificate(self.path("cert"), self.path("key"))
        shutil.chown(self.path("key"), "mysql")
        recipe = self.stage.example("mariadb.cnf")
        self.stage.write(self.path("cnf"), SETTINGS.format(place=self.place, port=self.port, example=recipe))
        self.stage.use_example("mariadb")

    def words(self):
        return ["/usr/sbin/mariadbd", "--defaults-file=" + self.path("cnf")]

    def wait(self):
        super().wait()
        for name in PEOPLE:
            self.run(*self.client("root"), "-e", "CREATE USER %s IDENTIFIED VIA pam USING 'mariadb'" % name)

    def run(self, *words, **variables):
        done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              cwd="/", env=dict(ENVIRONMENT, **variables))
        if done.returncode != 0:
            raise Failure(words[0], done.stdout[-1000:])
        return done.stdout

    def client(self, user, *options):
        return ["/usr/bin/mariadb", "--no-defaults", "--socket=" + self.path("data", "socket"), "-u", user, "-BN", *options]

    def over_tcp(self, user, *options):
        return self.client(user, "--protocol=tcp", "--host=127.0.0.1", "--port=%d" % self.port, *options)

    def asks(self, words, answer):
        done = subprocess.run([*words, "-e", "select substring_index(current_user(), '@', 1)"], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/",
                              env=dict(ENVIRONMENT, MYSQL_PWD=answer))
        return done.stdout

    def sign_in(self, user, answer):
        said = self.asks(self.client(user), answer)
        opened = user in said.splitlines()
        if not opened and "Access denied" not in said:
            raise Failure("mariadb says", said)
        return opened

    def by_hand(self, user, answer):
        """The client asks with the words that the server gives."""
        talk = Talk([*self.client(user), "-e", "select current_user()"], self.stage)
        talk.answer("Password and token: ", answer)
        return talk.finish()

    def connect(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.connect(self.path("data", "socket"))
