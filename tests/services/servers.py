"""Servers with one field for an answer, each started at its first use: FTP, a database; and our listener."""
import ftplib
import glob
import os
import shutil
import socket
import ssl
import subprocess
import time

from harness import Failure
from consumers import ENVIRONMENT, free_port

VERIFIERS = 64210


class Server:
    """A program in the foreground. `method` is its name on the stage."""
    method = program = None

    def __init__(self, stage):
        self.stage = stage
        self.port = free_port()
        self.place = stage.path(self.method)
        os.makedirs(self.place, exist_ok=True)  # one that was stopped may begin anew
        self.prepare()
        self.log_path = "/var/log/%s.log" % self.method
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(self.words(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=ENVIRONMENT, cwd="/")
        self.wait()

    def prepare(self):
        pass

    def path(self, *words):
        return os.path.join(self.place, *words)

    def connect(self):
        socket.create_connection(("127.0.0.1", self.port)).close()

    def wait(self):
        for _ in range(3000):
            try:
                return self.connect()
            except OSError:
                time.sleep(0.02)
            if self.process.poll() is not None:
                break
        raise Failure(self.method, "does not answer:", self.said())

    def said(self):
        with open(self.log_path, errors="replace") as file:
            return file.read()[-2000:]

    def stop(self):
        self.process.terminate()
        self.process.wait()


def certificate(path, key):
    """For TLS on the loopback: signed by itself, valid until tomorrow."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", "/CN=localhost", "-keyout", key, "-out", path],
                   check=True, stderr=subprocess.DEVNULL)


class Listener(Server):
    """The resident listener at its usual sockets, in the private /run."""
    method = "listener"
    agent, verify = "/run/liberations/agent.sock", "/run/liberations/verify.sock"

    def words(self):
        return [os.path.join(self.stage.lib, "liberations-agent"), "--listen", "--config", self.stage.world.config]

    def connect(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.connect(self.verify)


VSFTPD = """listen=YES
listen_address=127.0.0.1
listen_port={port}
background=NO
secure_chroot_dir={place}/empty
{example}
rsa_cert_file={place}/cert
rsa_private_key_file={place}/key
delay_failed_login=0
max_login_fails=9
dual_log_enable=YES
log_ftp_protocol=YES
isolate=NO
isolate_network=NO
"""


class Vsftpd(Server):
    method = "vsftpd"

    def prepare(self):
        os.mkdir(self.path("empty"))
        certificate(self.path("cert"), self.path("key"))
        recipe = self.stage.example("vsftpd.conf")
        self.stage.write(self.path("vsftpd.conf"), VSFTPD.format(port=self.port, place=self.place, example=recipe))
        self.stage.use_example("vsftpd")

    def words(self):
        return ["/usr/sbin/vsftpd", self.path("vsftpd.conf")]

    def refuses_clear_text(self, user, answer):
        with ftplib.FTP() as link:
            link.connect("127.0.0.1", self.port, timeout=600)
            try:
                link.login(user, answer)
            except ftplib.error_perm as refusal:
                return "must use encryption" in str(refusal)
        return False

    def sign_in(self, user, answer):
        with ftplib.FTP_TLS(context=ssl._create_unverified_context()) as link:
            link.connect("127.0.0.1", self.port, timeout=600)
            try:
                link.login(user, answer)
            except ftplib.error_perm as refusal:
                if not str(refusal).startswith("530 Login incorrect"):
                    raise Failure("vsftpd says", refusal)
                return False
            return link.pwd() == self.stage.path("home", user)


POSTGRES = """listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
fsync = off
ssl = on
"""


class Postgres(Server):
    """As in its recipe; the role `people` and one for each person are made first."""
    method = "postgres"

    def prepare(self):
        self.home = os.path.dirname(sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))[-1])
        shutil.chown(self.place, "postgres")
        self.run("initdb", "-D", self.path("data"), "-A", "trust", "--no-sync", "--locale=C", "-E", "UTF8")
        people = "".join("create role %s login in role people;\n" % name for name in ("olga", "zoe", "carol"))
        self.run("postgres", "--single", "-j", "-D", self.path("data"), "postgres",
                 input="create role people;\n\n%s\n" % people.replace("\n", "\n\n"))
        settings = POSTGRES.format(port=self.port)
        for name, text in [("postgresql.conf", settings), ("pg_hba.conf", self.stage.example("pg_hba.conf"))]:
            self.stage.write(self.path("data", name), text)
        certificate(self.path("data", "server.crt"), self.path("data", "server.key"))
        shutil.chown(self.path("data", "server.key"), "postgres")
        self.stage.use_example("postgresql")

    def demoted(self, *words):
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--",
                os.path.join(self.home, words[0])] + list(words[1:])

    def run(self, *words, input=""):
        done = subprocess.run(self.demoted(*words), input=input, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, cwd="/", env=ENVIRONMENT)
        if done.returncode != 0:
            raise Failure(words[0], done.stdout[-1000:])

    def words(self):
        return self.demoted("postgres", "-D", self.path("data"))

    def ask(self, user, answer, **variables):
        words = [os.path.join(self.home, "psql"), "-h", "127.0.0.1", "-p", str(self.port), "-U", user, "-XAtc",
                 "select current_user", "postgres"]
        return subprocess.run(words, env=dict(ENVIRONMENT, PGPASSWORD=answer, **variables), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def refuses_clear_text(self, user, answer):
        return "no encryption" in self.ask(user, answer, PGSSLMODE="disable").stdout

    def sign_in(self, user, answer):
        done = self.ask(user, answer)
        return done.returncode == 0 and user in done.stdout.splitlines()

    def stop(self):
        self.process.send_signal(2)
        self.process.wait()
