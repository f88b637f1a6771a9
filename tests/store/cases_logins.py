"""Who administers the logins of hosts: a role that may make roles, or a superuser. PostgreSQL 16 tells them apart."""
import os

import postgres
import world as places
from cases_commit import refused
from harness import case, expect, same

DENIED = "42501"
HAS = "SELECT pg_has_role($1, 'lbr_host', 'MEMBER') OR pg_has_role($1, 'lbr_admin', 'MEMBER')"
SHUT_OUT = "SELECT lbr_v1.shut_out($1)"


def since_16(world):
    return int(world.boss().value("SHOW server_version_num")) >= 160000


def is_shut_out(world, by, name):
    host = world.host(name)
    expect(host.load("x"))
    world.link(by).ask(SHUT_OUT, name)
    refused(DENIED, host.load, "x")
    refused(DENIED, host.hello)
    same(world.boss().value(HAS, name), "f")


@case()
def whoever_let_a_host_in_it_is_shut_out_at_once(world):
    """By the superuser too, whose REVOKE takes nothing of it from PostgreSQL 16 on."""
    dba, boss = world.link(places.DBA), world.boss()
    dba.ask("SELECT lbr_v1.add_host('out1'), lbr_v1.add_host('out2'), lbr_v1.add_host('out3'); GRANT lbr_admin TO out3")
    other = world.host("web1")
    boss.ask("REVOKE lbr_host FROM out1")
    same(boss.value(HAS, "out1"), "t" if since_16(world) else "f", "what makes the function necessary")
    boss.ask("GRANT lbr_host TO out1, out2, out3")
    for by, name in ((postgres.BOSS, "out1"), (postgres.BOSS, "out3")):
        is_shut_out(world, by, name)
    boss.ask("REVOKE lbr_host FROM out2")
    dba.ask("GRANT lbr_host TO out2")
    is_shut_out(world, places.DBA, "out2")
    expect(other.load("x"))
    dba.ask("GRANT lbr_host TO out2")
    expect(world.host("out2").load("x"))


@case()
def a_host_that_cannot_be_shut_out_is_named(world):
    """By a role that may not, or while it has the right by way of another role."""
    dba, boss = world.link(places.DBA), world.boss()
    dba.ask("SELECT lbr_v1.add_host('stays'); CREATE ROLE friends IN ROLE lbr_host; GRANT friends TO stays")
    for by in (dba, boss):
        refused(DENIED, by.ask, SHUT_OUT, "stays")
        refused("42704", by.ask, SHUT_OUT, "nobody")
    expect(world.host("stays").load("x"), "half of it was done")
    dba.ask("REVOKE friends FROM stays")
    if since_16(world):
        boss.ask("GRANT lbr_host TO stays")
        refused(DENIED, dba.ask, SHUT_OUT, "stays")
    is_shut_out(world, postgres.BOSS, "stays")


@case()
def a_name_to_shut_out_is_no_statement(world):
    name = 'o"; DROP SCHEMA lbr CASCADE; --'
    world.link(places.DBA).ask("SELECT lbr_v1.add_host($1)", name)
    world.link(places.DBA).ask(SHUT_OUT, name)
    same(world.boss().value(HAS, name), "f")
    same(world.boss().value("SELECT to_regnamespace('lbr')"), "lbr")


class Founded(places.World):
    """By a superuser; the memberships are those of a database that came from PostgreSQL 15."""

    def fill(self):
        with self.made.link() as boss:
            boss.ask("CREATE ROLE dba LOGIN CREATEROLE; GRANT pg_read_all_stats TO dba WITH ADMIN OPTION")
            boss.ask("CREATE DATABASE liberations OWNER dba")
        self.load_schema(user=postgres.BOSS)
        self.boss().ask("GRANT lbr_owner TO dba; SELECT lbr_v1.add_host('web1');"
                        "CREATE ROLE desk LOGIN IN ROLE lbr_admin; CREATE ROLE watch LOGIN IN ROLE lbr_watch")
        places.init(self.desk())


@case("psql")
def what_a_superuser_founded_is_handed_over(world):
    place = os.path.join(world.scratch, "founded")
    os.mkdir(place, 0o755)
    founded = Founded(place)
    try:
        host, dba = founded.host(), founded.link(places.DBA)
        same(founded.load_schema(), "", "the file is run again by another")
        if since_16(founded):
            refused(DENIED, dba.ask, "SELECT lbr_v1.add_host('web2')")
            refused(DENIED, dba.ask, "SELECT lbr_v1.hand_over('dba')")
        for _ in range(2):
            founded.boss().ask("SELECT lbr_v1.hand_over('dba')")
            expect(host.load("x"), "a host lost its rights")
        dba.ask("SELECT lbr_v1.add_host('web2'); ALTER ROLE web1 PASSWORD 'another'; ALTER ROLE desk PASSWORD 'another'")
        expect(founded.host("web2").load("x"))
        for name in ("web1", "web2"):
            is_shut_out(founded, places.DBA, name)
        dba.ask(SHUT_OUT, "desk")
        dba.ask("GRANT lbr_host TO web1")
        expect(founded.host("web1").load("x"))
    finally:
        for link in founded.links.values():
            link.close()
        founded.main.remove()
