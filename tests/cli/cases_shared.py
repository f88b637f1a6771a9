"""`store` and the accounts that many hosts share, in a PostgreSQL server of the tests' own."""
import os
import shutil
import time

import postgres
from cases_day import agent_of
from harness import add_case, expect, same
from patience import in_time, patient
from shared_world import DBA, HOST, Server, SharedWorld
from world import OWNER


def founded(world):
    answer = world.run("store", "init", "--json")
    same(answer.code, 0, repr(answer))
    return answer.json()[0]


def checks(answer):
    return {(one["severity"], one["check"]) for one in answer.json()[0]["findings"]}


def each_fault_before_any_change():
    """Another realm, a login without rights, a database that confirms less than is demanded: nothing is made."""
    postgres.need_time()
    with SharedWorld() as world:
        answer = world.run("store", "status", "--json")
        same((answer.code, answer.json()[0]["sign_in"]), (3, False))
        expect(("critical", "realm") in checks(answer), answer)
        world.store_conf("store-admin", DBA, confirm="standby")
        answer = world.run("store", "init")
        same(answer.code, 3)
        expect("synchronous_standby_names" in answer.err, answer)
        world.sql("CREATE ROLE poor%d LOGIN" % Server.count)
        world.sql("GRANT CONNECT ON DATABASE %s TO poor%d" % (world.database, Server.count))
        world.store_conf("store-admin", "poor%d" % Server.count)
        answer = world.run("store", "init")
        same(answer.code, 3)
        expect("--print | psql" in answer.err, answer)
        same(world.sql("SELECT to_regnamespace('lbr') IS NULL")[0][0], "t", "something was made")
        world.store_conf("store-admin", DBA)
        os.unlink(os.path.join(world.home, "store.conf"))
        answer = world.run("store", "init")
        same(answer.code, 3)
        expect("store.conf: no such file; copy it from the examples" in answer.err, answer)


def what_is_printed_is_what_is_run():
    """A database's administrator runs it by hand, and root's login then founds without any right of its own."""
    with SharedWorld() as world:
        host, desk = "paper%d" % Server.count, "paperdesk%d" % Server.count
        world.store_conf("store", host)
        world.store_conf("store-admin", desk)
        answer = world.run("store", "init", "--print")
        same(answer.code, 0)
        postgres.run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", world.server.words(user=DBA, database=world.database), text=answer.out)
        founded(world)
        same(world.sql("SELECT count(*) FROM lbr.realm")[0][0], "1")
        same(world.run("store", "join").code, 0)
        answer = world.run("store", "upgrade", "--json")
        same((answer.code, answer.json()[0]), (0, {"oldest": 1, "newest": 1, "changed": False}))
        expect(("note", "rights") not in checks(world.run("store", "status", "--json")), "root's login may read tables")


def init_then_join_then_status():
    with SharedWorld() as world:
        same(founded(world)["changed"], True)
        again = world.run("store", "init")
        same(again.code, 1)
        expect("store join" in again.err, again)
        answer = world.run("store", "join", "--json")
        same((answer.code, answer.json()[0]["configured"]) if answer.out else answer, (0, False))
        answer = world.run("store", "status", "--json")
        same(answer.code, 3, "no broker runs")
        expect(("critical", "broker") in checks(answer), answer)
        world.configure("store = postgres", "store-socket = " + world.socket)
        world.start_broker()
        answer = world.run("store", "status", "--json")
        said = answer.json()[0]
        same((answer.code, said["sign_in"], said["login"], said["epoch"], said["tls"]), (0, True, HOST, 1, "socket"))
        expect(HOST in {one["host"] for one in said["hosts"]}, said)
        same(world.run("store", "adopt", "--yes", "--json").json()[0]["changed"], False)


def a_plain_host_joins_and_sees_itself():
    """Without store-admin.conf: it proves and shows what its own login may see, says where the rest is, and administers nobody."""
    with SharedWorld() as world:
        world.shared()
        world.sql("INSERT INTO lbr.hosts (name, conn, seen, speaks, release, keys) VALUES ('web9', 1, now(), 1, '0.0.9', '{00000bad}')")
        os.unlink(os.path.join(world.home, "store-admin.conf"))
        answer = world.run("store", "join", "--json")
        same((answer.code, answer.err, answer.json()[0]["configured"]), (0, "", True), answer)
        expect(len(answer.json()[0]["key"]) == 8, "the key in force", answer)
        answer = world.run("store", "status", "--json")
        said = answer.json()[0]
        same((answer.code, said["all_hosts"], said["sign_in"], said["epoch"], said["turns"]), (0, False, True, 1, []), answer)
        same({one["host"] for one in said["hosts"]}, {HOST})
        expect(said["line"] and said["server"] and said["tls"] and said["round_trip_us"] > 0 and said["active_key"], answer)
        answer = world.run("store", "status")
        expect("only where store-admin.conf is" in answer.out and "web9" not in answer.out + answer.err, answer)
        lines = {one["check"]: one for one in world.run("doctor", "--json").json()}
        expect("store-admin.conf" in lines["broker"]["text"] and lines["broker"]["severity"] == "note", lines)
        expect("database" not in lines and "store" not in lines and "release" not in lines, lines)
        for words in (("list",), ("metrics",), ("notify",), ("store", "adopt"), ("store", "init")):
            answer = world.run(*words)
            expect(answer.code == 3 and "store-admin.conf" in answer.err, words, answer)
        agent = agent_of(world)
        answer = world.run("status", *agent)
        expect(answer.code == 0 and "shared accounts usable" in answer.out, answer)
        answer = world.run("status", "zoe", *agent)
        expect(answer.code == 3 and "store-admin.conf" in answer.out, answer)
        world.store_conf("store", HOST, **{"password-file": os.path.join(world.home, "nowhere")})
        answer = world.run("store", "join")
        expect("nowhere: not found" in answer.err and "did not start; the line before" in answer.out, answer)
        world.configure("local = zoe")
        world.enroll("zoe")
        answer = world.run("list", "--json")
        expect(answer.code == 3 and "store-admin.conf" in answer.err and '"zoe"' in answer.out, answer)


def a_host_with_another_key_does_not_join():
    with SharedWorld() as world, SharedWorld() as other:
        founded(world)
        other.database = world.database
        other.store_conf("store", HOST)
        other.store_conf("store-admin", DBA)
        answer = other.run("store", "join")
        same(answer.code, 3)
        expect("sealed with key" in answer.out, answer)


def a_login_that_reads_tables_is_found():
    with SharedWorld() as world:
        founded(world)
        world.sql("GRANT lbr_owner TO " + HOST)
        try:
            answer = world.run("store", "status", "--json")
            same(answer.code, 3)
            expect(("critical", "rights") in checks(answer), answer)
            same(world.run("store", "join").code, 3)
        finally:
            world.sql("REVOKE lbr_owner FROM " + HOST)
        same(world.run("store", "join").code, 0)


def a_loss_is_shown_and_accepted():
    """The database goes back to before what it confirmed: nobody signs in here until root says so."""
    postgres.need_time()
    with SharedWorld() as world:
        world.shared()
        same(world.run("invite", "zoe").code, 0)
        same(world.run("store", "join").code, 0)  # a commit of this host, which is acknowledged
        world.stop_broker()
        world.sql("UPDATE lbr.hosts SET seq = 0 WHERE name = '%s'" % HOST)
        answer = world.run("store", "status", "--json")
        same(answer.code, 3)
        expect(("critical", "witness") in checks(answer), answer)
        answer = world.run("store", "adopt", stdin="no\n")
        same(answer.code, 2, answer)
        floor = world.sql("SELECT floor_step FROM lbr.realm")[0][0]
        answer = world.run("store", "adopt", "--yes", "--json")
        same((answer.code, answer.json()[0]["lost"] > 0, answer.json()[0]["changed"]), (0, True, True), answer)
        expect(int(world.sql("SELECT floor_step FROM lbr.realm")[0][0]) > max(int(floor), time.time() // 30), "no floor")
        same(world.run("store", "adopt", "--yes", "--json").json()[0]["lost"], 0)
        world.start_broker()
        same(world.run("store", "status").code, 0)


def an_older_schema_is_brought_up():
    """A host that still speaks the old version keeps it."""
    with SharedWorld() as world:
        founded(world)
        world.sql("UPDATE lbr.versions SET version = 0")
        world.sql("CREATE SCHEMA lbr_v0 AUTHORIZATION lbr_owner")
        answer = world.run("store", "status", "--json")
        expect(("critical", "schema") in checks(answer), answer)
        world.sql("INSERT INTO lbr.hosts (name, conn, seen, speaks, release, keys) VALUES ('old1', 1, now(), 0, '0.0.1', '{}')")
        answer = world.run("store", "upgrade")
        same(answer.code, 1)
        expect("old1" in answer.err and "0.0.1" in answer.err, answer)
        same(world.sql("SELECT min(version), max(version) FROM lbr.versions")[0], ("0", "1"))
        world.sql("UPDATE lbr.hosts SET seen = now() - interval '31 days' WHERE name = 'old1'")
        answer = world.run("store", "upgrade", "--json")
        same((answer.code, answer.out or answer.err), (0, '{"oldest":1,"newest":1,"changed":true}\n'))
        same(world.sql("SELECT to_regnamespace('lbr_v0') IS NULL")[0][0], "t")
        same(world.run("store", "upgrade", "--json").json()[0]["changed"], False)


def a_schema_that_lacks_a_fix_is_brought_up():
    """Of the same version, but from a release before. One from a later release is left alone."""
    with SharedWorld() as world:
        founded(world)
        expect(("warning", "schema") not in checks(world.run("store", "status", "--json")), "a new schema")
        for before in ("NULL", "'edition 1'"):
            world.sql("DROP FUNCTION lbr_v1.lock_holders; COMMENT ON SCHEMA lbr_v1 IS " + before)
            answer = world.run("store", "status", "--json")
            expect(("warning", "schema") in checks(answer), answer)
            same(world.run("store", "upgrade", "--json").json()[0]["changed"], True)
            same(world.sql("SELECT to_regproc('lbr_v1.lock_holders') IS NULL")[0][0], "f")
            expect(("warning", "schema") not in checks(world.run("store", "status", "--json")), "the schema that was brought up")
        world.sql("COMMENT ON SCHEMA lbr_v1 IS 'edition 999999999'")
        expect(("warning", "schema") not in checks(world.run("store", "status", "--json")), "a later schema")
        same(world.run("store", "upgrade", "--json").json()[0]["changed"], False)


def every_verb_over_the_shared_accounts():
    """As root, through a broker of its own: what makes, shows, changes and removes people."""
    postgres.need_time()
    with SharedWorld() as world:
        world.shared()
        first, _ = world.enroll("alice")
        expect(first["key"], first)
        same(world.run("invite", "bob", "carol").code, 0)
        done = {words: world.run(*words) for words in (
            ("list", "--json"), ("show", "alice", "--json"), ("status",), ("disable", "bob"), ("enable", "bob"), ("expire", "alice"),
            ("unlock", "alice"), ("unlock", "--all"), ("contact", "bob", "bob@example.org"), ("uid", "bob"), ("history", "alice"),
            ("recovery-codes", "alice"), ("reset-token", "alice", "--yes"), ("passwd", "alice"), ("sign-out", "bob"),
            ("rename", "carol", "carol.roy", "--system"), ("remove", "carol.roy", "--yes"), ("metrics",), ("notify", "--dry-run"), ("init",))}
        wrong = {words: (answer.code, answer.err) for words, answer in done.items() if answer.code and words != ("status",)}
        same({words: why for words, why in wrong.items() if words != ("recovery-codes", "alice")}, {})
        expect("UNKNOWN" in done["status",].out or done["status",].code in (0, 2), done["status",])
        same([one["user"] for one in done["list", "--json"].json()], ["alice", "bob", "carol"])
        kept, phrase = os.path.join(world.directory, "kept"), os.path.join(world.directory, "phrase")
        with open(phrase, "w", encoding="ascii") as file:
            file.write("five words make one passphrase\n")
        os.chmod(phrase, 0o600)
        for words in (("export", kept), ("remove", "bob", "--yes"), ("restore", kept, "--merge", "--dry-run"), ("restore", kept, "--merge"),
                      ("show", "bob")):
            more = ("--passphrase-file", phrase) if kept in words else ()
            answer = world.run(*words, *more)
            expect(answer.code == 0 or words[0] == "restore", words, answer)
        answer = world.run("show", "alicia")
        same(answer.code, 1)
        expect("alice" in answer.err, answer)
        offered = world.run("complete", stdin="show\0--config\0%s\0a\0" % world.config, config=False)
        same(offered.out.split(), ["alice"])
        same(world.sql("SELECT count(*) FROM lbr.accounts")[0][0], "2")
        same([path for _, _, files in os.walk(os.path.join(world.state, "accounts")) for path in files], [], "files of shared people")


def a_connection_over_tls():
    """With a password and a certificate that ends soon, which doctor says."""
    with SharedWorld() as world:
        founded(world)
        world.sql("ALTER ROLE %s PASSWORD 'a long word'" % HOST)
        world.only_scram()
        secret = os.path.join(world.directory, "password")
        with open(secret, "w", encoding="ascii") as file:
            file.write("a long word\n")
        os.chmod(secret, 0o600)
        os.chown(secret, OWNER, OWNER)
        more = {"servers": "localhost:%d" % world.server.port, "tls-ca": world.server.path("tls.crt"), "password-file": secret}
        copy = os.path.join(world.directory, "ca.crt")
        shutil.copy(more["tls-ca"], copy)
        os.chmod(copy, 0o644)
        world.store_conf("store", HOST, **{**more, "tls-ca": copy})
        answer = world.run("store", "join")
        same(answer.code, 0, answer)
        answer = world.run("store", "status", "--json")
        said = answer.json()[0]
        expect(said["tls"].startswith("TLSv1.") and said["server_certificate_ends"], answer)
        expect(("warning", "certificate") in checks(answer), answer)
        os.truncate(secret, 0)
        with open(secret, "w", encoding="ascii") as file:
            file.write("another word\n")
        answer = world.run("store", "join")
        same(answer.code, 3)
        expect("another word" not in answer.out + answer.err and "credentials" in answer.out, answer)


def commands_of_root_at_once():
    """Each commits under a number of its own: none is refused because of another."""
    with SharedWorld() as world:
        world.shared()
        groups = [["p%d.%d" % (command, at) for at in range(6)] for command in range(3)]
        same(world.run("invite", *sum(groups, [])).code, 0)
        under_way = [world.start("disable", *group) for group in groups]
        for process in under_way:
            out, err = process.communicate(timeout=600)
            in_time(err)
            same((process.returncode, err), (0, ""), out)
        same({one["disabled"] for one in world.run("list", "--json").json()}, {True})


def doctor_looks_at_the_database():
    with SharedWorld() as world:
        world.shared()
        world.configure("local = zoe")
        same(world.run("invite", "ann").code, 0)
        lines = {one["check"]: one for one in world.run("doctor", "--json").json()}
        expect("local" in lines and "zoe" in lines["local"]["fix"], lines)
        expect("confirm" in lines and "broker" not in lines and "database" not in lines, lines)
        world.sql("INSERT INTO lbr.hosts (name, conn, seen, speaks, release, keys, policy) VALUES ('web9', 1, now(), 1, '0.0.9', '{00000bad}', '0')")
        lines = {one["check"]: one for one in world.run("doctor", "--json").json()}
        same([lines[check]["where"] for check in ("keys", "release", "policy")], ["web9"] * 3)
        same(lines["policy"]["severity"], "warning")
        told = world.sql("SELECT DISTINCT policy FROM lbr.hosts WHERE name IN ('%s', '%s') AND policy IS NOT NULL" % (DBA, HOST))
        expect(len(told) == 1 and len(told[0][0]) == 16, "one set of rules", told)
        world.stop_broker()
        lines = {one["check"]: one for one in world.run("doctor", "--json").json()}
        expect("broker" in lines, lines)


def a_database_that_is_away():
    with SharedWorld() as world:
        founded(world)
        world.expects_it_away = True
        world.store_conf("store-admin", DBA, servers="/nonexistent:1")
        world.store_conf("store", HOST, servers="/nonexistent:1")
        for words in (("status",), ("init",), ("join",), ("adopt",), ("upgrade",)):
            answer = world.run("store", *words)
            same(answer.code, 3, words)
            expect("can be reached" in answer.out + answer.err, answer)


def words_and_options():
    with SharedWorld() as world:
        answer = world.run("store", "destroy")
        same(answer.code, 2)
        expect("destroy" not in answer.err and "upgrade" in answer.err, answer)
        same(world.run("store", "status", "--yes").code, 2)
        same(world.run("store", "status", uid=64203).code, 4)


def add_cases():
    for name, case in (("store_init_tells_each_fault_before_any_change", each_fault_before_any_change),
                       ("store_init_prints_what_an_administrator_runs", what_is_printed_is_what_is_run),
                       ("store_init_join_and_status", init_then_join_then_status),
                       ("store_a_plain_host_joins_and_sees_itself", a_plain_host_joins_and_sees_itself),
                       ("store_join_refuses_another_seal_key", a_host_with_another_key_does_not_join),
                       ("store_finds_a_login_that_reads_tables", a_login_that_reads_tables_is_found),
                       ("store_adopt_shows_a_loss_and_asks", a_loss_is_shown_and_accepted),
                       ("store_upgrade_keeps_what_hosts_speak", an_older_schema_is_brought_up),
                       ("store_upgrade_brings_fixes", a_schema_that_lacks_a_fix_is_brought_up),
                       ("store_every_verb_over_shared_accounts", every_verb_over_the_shared_accounts),
                       ("store_join_over_tls", a_connection_over_tls),
                       ("store_commands_of_root_at_once", commands_of_root_at_once),
                       ("store_doctor_looks_at_the_database", doctor_looks_at_the_database),
                       ("store_names_a_database_that_is_away", a_database_that_is_away),
                       ("store_takes_its_words_alone", words_and_options)):
        add_case(name, patient(case))
