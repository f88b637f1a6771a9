"""The shared store's database as an administrator sets it up: TLS that proves the server, SCRAM, the functions, a login for each host.

    main = postgres.Cluster(place, "main").make()
    shared_database.encrypt(main); main.start()
    shared_database.found(main, "liberations")
    shared_database.add_host(main, "liberations", "web1", "a password", desk=False)
    shared_database.write_conf(path, [main], user="web1", password="a password", owner=64202, ...)
"""
import os
import shutil
import subprocess

import packages
import postgres

SQL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "packaging", "store", "lbr_v1.sql")
# The superuser at the socket, and the standby there; over the network a login and TLS are needed.
HBA = "local all all trust\nlocal replication all trust\nhostssl all all 0.0.0.0/0 scram-sha-256\n"

# What a server that was started or put back looks like if it had run on: as a machine that is put back with its memory.
RAN_ON = "UPDATE lbr.realm SET line = lbr.line(), started = pg_postmaster_start_time(), place = pg_relation_filepath('lbr.realm')"


def encrypt(cluster):
    with open(cluster.path("pg_hba.conf"), "w", encoding="ascii") as file:
        file.write(HBA)
    postgres.give(cluster.path("pg_hba.conf"))


def psql(cluster, database, text):
    words = [packages.find("psql"), "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-h", cluster.place, "-p", str(cluster.port), "-U", postgres.BOSS,
             "-d", database]
    done = subprocess.run(words, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise postgres.Failure("psql", done.stdout[-1500:])
    return done.stdout.strip()


def found(cluster, database):
    psql(cluster, "postgres", f"CREATE DATABASE {database}")
    with open(SQL, encoding="utf-8") as file:
        psql(cluster, database, file.read())


def add_host(cluster, database, name, password, desk=False):
    grant = f"GRANT lbr_admin TO {name};" if desk else ""
    psql(cluster, database, f"SELECT lbr_v1.add_host('{name}'); ALTER ROLE {name} PASSWORD '{password}'; {grant}")


def write(path, text, mode, owner=0):
    with open(path, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), mode)
        file.write(text)
    if owner:
        os.chown(path, 0, owner)


def write_conf(path, servers, user, password, run_as, **more):
    """store.conf at `path`, with its certificate, password and state beside it."""
    shutil.copy(servers[0].path("tls.crt"), path + ".ca")
    os.chmod(path + ".ca", 0o644)
    write(path + ".password", password + "\n", 0o640, run_as)
    state = path + ".state"
    os.mkdir(state, 0o700)
    os.chown(state, run_as, run_as)
    words = {"servers": ", ".join(f"127.0.0.1:{one.port}" for one in servers), "user": user, "tls-ca": path + ".ca",
             "password-file": path + ".password", "run-as": str(run_as), "state": state, **more}
    write(path, "".join(f"{name} = {value}\n" for name, value in words.items()), 0o644)
