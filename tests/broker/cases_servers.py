"""Databases that are away, silent, or not what they should be: how soon, which cause, how many lines."""
import os
import socket
import sys
import time

import place as places
import postgres
import wire
from harness import Skip, case, expect, same
from patience import Slow, patient
from wire import answered

AWAY, BACK = "cannot be used", "the database answers"


def lines(broker, word):
    return broker.said().count(word)


def cut_off(place):
    """The server ends what it has of the role `cut`: all of it, before the broker asks again."""
    mine = [pid for pid, _ in place.boss("SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'cut'")]
    ended = "SELECT 1 FROM pg_stat_activity WHERE pid = ANY ('{%s}')" % ",".join(mine)
    postgres.wait_until(lambda: place.boss(ended) == [], "they have ended")  # the broker may have made others by then


def all_up(place):
    """Each connection of the role `cut` has done what a greeting ends with."""
    up = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'cut' AND state = 'idle' AND query ~ 'beat|load'"
    postgres.wait_until(lambda: place.boss(up) == [("2",)], "both are up")


def alone(place, role):
    """A role that may come in, no broker of another case, and no connection that the server has not yet seen end."""
    place.stop_all(even_kept=False)
    place.main
    place.boss("ALTER ROLE %s LOGIN CONNECTION LIMIT -1" % role)
    connected = "SELECT 1 FROM pg_stat_activity WHERE usename = '%s'" % role
    postgres.wait_until(lambda: place.boss(connected) == [], "nobody is connected")


@case()
@patient
def a_fault_is_a_line_and_its_end_another(place):
    alone(place, "cut")
    broker = place.start(user="cut")
    with broker.served() as client:
        all_up(place)
        for turn in (1, 2):
            place.boss("ALTER ROLE cut NOLOGIN")
            cut_off(place)
            for _ in range(5):
                client.load("nobody")
            postgres.wait_until(lambda: lines(broker, AWAY) >= turn, "the fault is told")
            told = client.load("nobody")
            answered(told, wire.UNREACHABLE)
            same(told["cause"], wire.CREDENTIALS, "%s, %s:" % (told, broker.in_time()))
            place.boss("ALTER ROLE cut LOGIN")
            postgres.wait_until(lambda: client.load("nobody")["result"] == wire.DONE, "it serves again")
            for _ in range(20):
                client.load("nobody")
            postgres.wait_until(lambda: lines(broker, BACK) >= turn, "its end is told")
            all_up(place)
        said = broker.in_time().splitlines()
        # Of two connections that end one after the other, the first one may be missing for a moment.
        same(len([line for line in said if "a connection to the database is missing" not in line]), 4, "\n".join(said))
    broker.stop()


@case()
@patient
def an_ended_connection_is_made_anew_without_a_word(place):
    alone(place, "cut")
    broker = place.start(user="cut")
    with broker.served() as client:
        all_up(place)
        for _ in range(3):
            postgres.wait_until(lambda: client.load("nobody")["result"] == wire.DONE, "it serves")
            all_up(place)
            cut_off(place)
        postgres.wait_until(lambda: client.load("nobody")["result"] == wire.DONE, "it serves")
    same(broker.in_time(), "")


@case()
@patient
def one_connection_less_than_wanted_takes_nobodys_sign_in_away(place):
    alone(place, "limited")
    place.boss("ALTER ROLE limited CONNECTION LIMIT 1")
    try:
        broker = place.start(user="limited", connections=3)
        with broker.served() as client:
            postgres.wait_until(lambda: lines(broker, "a connection to the database is missing"), "the limit is told")
            for _ in range(20):
                answered(client.load("nobody"), wire.DONE)
                time.sleep(0.02)
        same((len(broker.in_time().splitlines()), lines(broker, "CONNECTION LIMIT")), (1, 1), broker.said())
    finally:
        place.boss("ALTER ROLE limited CONNECTION LIMIT -1")


@case()
def a_silent_server_keeps_nobody_from_the_next(place):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(16)
        broker = place.start(**place.tcp(servers="127.0.0.1:%d, %s:%d" % (silent.getsockname()[1], place.scratch, place.main.port),
                                         user="plain", password_file=place.keep("unused", "x\n")))
        broker.served().link.close()


def is_refused_at_once(client):
    """At least once: a busy machine answers late now and then, a broker that waits for its server each time."""
    def at_once():
        start = time.monotonic()
        same(client.load("nobody")["result"], wire.UNREACHABLE)
        return time.monotonic() - start < 1
    expect(any(at_once() for _ in range(20)), "each of 20 waited")


@case()
@patient
def clients_hear_in_time_that_a_server_is_silent(place):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(16)
        broker = place.start(**place.tcp(servers="127.0.0.1:%d" % silent.getsockname()[1], password_file=place.keep("unused", "x\n")))
        with broker.client() as client:
            start = time.monotonic()
            same(client.hello()["result"], wire.UNREACHABLE)
            if time.monotonic() - start > 10:
                raise Slow("the first waited", time.monotonic() - start, "s")
            postgres.wait_until(lambda: lines(broker, AWAY), "the log says so")
            is_refused_at_once(client)


# In namespaces of its own: a resolv.conf, and a name server that hears and says nothing, for as long as the broker lives.
SILENT = """import fcntl, os, socket, struct, subprocess, sys
subprocess.run(["mount", "--bind", sys.argv[1], "/etc/resolv.conf"], check=True)
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(server, 0x8914, struct.pack("16sh14x", b"lo", 1))  # up
server.bind(("", 53))
reads, writes = os.pipe()
if os.fork() == 0:
    os.close(writes)
    os.read(reads, 1)
    os._exit(0)
os.set_inheritable(writes, True)  # its end is the broker's
os.execv(sys.argv[2], sys.argv[2:])
"""


@case("unshare", "mount", "/etc/resolv.conf")
def a_silent_name_server_keeps_nobody_from_the_next(place):
    """A name whose address nobody tells is a server that is away, as soon as another one: the resolver would take 6 s for each."""
    if os.geteuid() != 0:
        raise Skip("gives the broker a network and a resolv.conf of its own")
    resolver = place.keep("resolv.conf", "nameserver 127.0.0.1\nnameserver 127.0.0.2\nnameserver 127.0.0.3\n", mode=0o644, owner=0)
    silent = ("unshare", "-m", "-n", sys.executable, "-c", SILENT, resolver)
    words = {**place.tcp(user="plain"), "password_file": place.keep("unused", "x\n")}
    names = ", ".join("db%d.example" % at for at in range(12))
    both = place.start(silent, **{**words, "servers": "%s, %s:%d" % (names, place.scratch, place.main.port)})
    alone = place.start(silent, **{**words, "servers": "db1.example"})
    both.served().link.close()
    with alone.client() as client:
        postgres.wait_until(lambda: lines(alone, AWAY), "the log says so")
        is_refused_at_once(client)
    expect("no name server" in alone.said(), alone.said())
    for one in (both, alone):
        one.stop()


@case()
@patient
def a_schema_of_another_release_keeps_no_host_out(place):
    """Cluster and timeline stand first in its line; how it writes the rest is its own affair."""
    alone(place, "cut")
    as_it_was = place.boss("SELECT pg_get_functiondef('lbr.line()'::regprocedure)")[0][0]
    try:
        for rest in ("'/16400/6612f0a3b4c5d'", "'/what a later release says'"):
            place.boss("CREATE OR REPLACE FUNCTION lbr.line() RETURNS text LANGUAGE sql AS $$ SELECT system_identifier || '/' ||"
                       " ltrim(left(pg_walfile_name(pg_current_wal_insert_lsn()), 8), '0') || %s"
                       " FROM pg_control_system() $$" % rest)
            broker = place.start(user="cut")
            with broker.served() as client:
                postgres.wait_until(lambda: client.load("nobody")["result"] == wire.DONE, "it serves")
            broker.stop()
    finally:
        place.boss(as_it_was)
        place.boss("SELECT lbr_v1.adopt()")


@case()
def what_the_database_lacks_is_named_with_its_repair(place):
    place.stop_all(even_kept=False)  # a role has sixteen connections
    place.main
    for name in ("bare", "unfounded", "newer"):
        place.boss("CREATE DATABASE " + name)
    for name in ("unfounded", "newer"):
        place.sql(places.SCHEMA, name)
        place.boss("SELECT lbr_v1.add_host('of_%s')" % name, name)
    place.boss("DROP FUNCTION lbr_v1.load(text, text, boolean)", "newer")
    place.boss("CREATE ROLE outsider LOGIN; ALTER ROLE limited CONNECTION LIMIT 0")
    wanted = [({"database": "absent"}, wire.SCHEMA, "no database of that name"), ({"database": "bare"}, wire.SCHEMA, "liberations store upgrade"),
              ({"database": "newer", "user": "of_newer"}, wire.SCHEMA, "liberations store upgrade"),
              ({"database": "unfounded", "user": "of_unfounded"}, wire.NO_REALM, "liberations store init"),
              ({"user": "outsider"}, wire.NO_RIGHTS, "the role lacks a right"), ({"confirm": "standby"}, wire.NO_STANDBY, "confirm = server"),
              ({"servers": "/nonexistent"}, wire.NO_SERVER, "no server has its socket"), ({"user": "limited"}, wire.FULL, "CONNECTION LIMIT"),
              (place.tcp(servers="no-such-host.invalid", password_file=place.keep("unused", "x\n")), wire.NO_SERVER, "DNS")]
    for broker, cause, hint in [(place.start(**words), cause, hint) for words, cause, hint in wanted]:
        postgres.wait_until(lambda broker=broker, hint=hint: hint in broker.said(), "the log says", hint)
        with broker.client() as client:
            told = client.hello()
        answered(told, wire.UNREACHABLE, broker.said())
        same(told["cause"], cause, "%s, %s:" % (told, broker.said()))
        same(told["detail"].startswith("SQLSTATE "), "SQLSTATE" in broker.said(), told["detail"])
        if cause == wire.FULL:
            same(told["detail"], "%s:%d" % (place.scratch, place.main.port))
        broker.stop()
    place.boss("ALTER ROLE limited CONNECTION LIMIT -1")
