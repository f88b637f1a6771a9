"""The part of the scene where accounts are in a database: a PostgreSQL of its own, and the broker that asks it."""
import os
import pwd
import shutil
import subprocess

import postgres

PLACE = "/var/lib/lbr-database"
DATABASE = "liberations"
ETC = "/etc/liberations/"
CONFIG = """servers = localhost:{port}
user = web1
confirm = server
tls-ca = /etc/liberations/store-ca.crt
password-file = /etc/liberations/store.password
"""
OF_A_HOST = """tls-certificate = /etc/liberations/store.crt
tls-key = /etc/liberations/store.key
"""
PASSWORD = "une phrase pour la base"
REALM = "0f7c3c1e-66a0-4f0e-9d0c-52f1e0a3b001"


def write(name, text, mode=0o644, group=0):
    with open(ETC + name, "w", encoding="utf-8") as file:
        file.write(text)
    os.chown(ETC + name, 0, group)
    os.chmod(ETC + name, mode)


def database():
    """A server with the schema, and a set of accounts that nobody's key opens."""
    os.makedirs(PLACE, mode=0o755)
    server = postgres.Cluster(PLACE, "main").make()
    with open(server.path("pg_hba.conf"), "r+", encoding="utf-8") as file:
        rest = file.read()
        file.seek(0)
        file.write("hostssl all web1,web1_desk all scram-sha-256\n" + rest)
    server.start()
    with server.link() as boss:
        boss.ask("CREATE DATABASE " + DATABASE)
    subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "/usr/share/liberations/store/lbr_v1.sql", "-d",
                    server.words(database=DATABASE)], check=True, stdout=subprocess.DEVNULL)
    with server.link(database=DATABASE) as boss:
        boss.ask("SELECT lbr_v1.add_host('web1'); CREATE ROLE web1_desk LOGIN IN ROLE lbr_admin;"
                 f"ALTER ROLE web1 PASSWORD '{PASSWORD}'; ALTER ROLE web1_desk PASSWORD '{PASSWORD}'")
    with server.link(user="web1_desk", database=DATABASE) as desk:
        desk.value("SELECT lbr_v1.init($1, 1, $2, $3, $4, $5)", REALM, "00000001", b"a constant", b"d" * 700,
                   [b"decoy %d" % at for at in range(256)])
    return server


def settings(server):
    """What the broker reads. The server wants the password; that the certificate is shown it does not demand."""
    group = pwd.getpwnam("_liberations-db").pw_gid
    write("store.conf", CONFIG.format(port=server.port) + OF_A_HOST, 0o640, group)
    write("store-admin.conf", CONFIG.format(port=server.port).replace("web1", "web1_desk") + "state = /var/lib/liberations-store-admin\n",
          0o600)
    shutil.copy(server.path("tls.crt"), ETC + "store-ca.crt")
    shutil.copy(server.path("tls.crt"), ETC + "store.crt")
    with open(server.path("tls.key"), encoding="ascii") as file:
        write("store.key", file.read(), 0o640, group)
    write("store.password", PASSWORD + "\n", 0o640, group)


def user():
    """As the package does: the broker's user, and where it remembers what was confirmed."""
    subprocess.run(["useradd", "-r", "-M", "_liberations-db"], check=True)
    for name in ("liberations-store", "liberations-store-admin"):
        os.mkdir("/var/lib/" + name, 0o700)
        shutil.chown("/var/lib/" + name, "_liberations-db", "_liberations-db")


def has_greeted(server):
    """The service does on each of its four connections."""
    with server.link(database=DATABASE) as boss:
        return boss.value("SELECT count(*) FROM lbr.hosts WHERE name = 'web1'") == "4"
