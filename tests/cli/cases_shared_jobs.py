"""Shared accounts: what other hosts report, the jobs that are shipped, and another seal key, over a PostgreSQL server of the tests' own."""
import postgres
from cases_notify import of_unit
from cases_shared import checks, founded
from cases_two_hosts import due
from harness import add_case, expect, same
from mta import Recorder
from shared_world import Server, SharedWorld
from world import OWNER, code_at

HELD = 4711  # an advisory lock, which a trigger waits for
HOLD = """CREATE FUNCTION lbr.hold() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock(%d); RETURN NEW; END';
ALTER FUNCTION lbr.hold OWNER TO lbr_owner""" % HELD


def what_other_hosts_lost_is_shown():
    """A host that was told of commits which are gone says so before it refuses; every desk shows it until the loss is accepted."""
    with SharedWorld() as world:
        founded(world)
        other = "seven%d" % Server.count
        world.sql("SELECT lbr_v1.add_host('%s')" % other)
        with world.server.link(user=other, database=world.database) as link:
            for conn, seq in ((1, 3), (2, 2)):
                link.ask("SELECT lbr_v1.hello($1, '1.0', '{}')", conn)
                raised = link.value("SELECT lbr_v1.report_loss($1, $2)", conn, seq)
                same(raised, "t" if conn == 1 else "f", "the floor is raised once for a host:")
        answer = world.run("store", "status", "--json")
        found = [one for one in answer.json()[0]["findings"] if one["check"] == "witness"]
        same([(one["severity"], one["where"], one["fix"]) for one in found], [("warning", other, "sudo liberations store adopt")], answer)
        answer = world.run("store", "adopt", stdin="no\n")
        expect(other in answer.err and "at least 5 commits" in answer.err, answer)
        answer = world.run("store", "adopt", "--yes", "--json")
        said = answer.json()[0]
        same((answer.code, said["lost"], said["changed"]), (0, 0, True), answer)
        same([(one["host"], one["lost"]) for one in said["hosts"]], [(other, 5)])
        said = world.run("store", "adopt", "--yes", "--json").json()[0]
        same((said["changed"], said["hosts"]), (False, []))
        expect(("warning", "witness") not in checks(world.run("store", "status", "--json")), "still shown")


def started_by(unit):
    """Whom the shipped unit starts its command as, and the words behind the command."""
    return "".join(of_unit(unit, "User") or ["root"]), of_unit(unit, "ExecStart")[1:]


def waiting(world):
    """On a busy machine the database may not answer in time."""
    return postgres.wait_until(lambda: world.run("store", "status", "--json").json()[0]["notices"], "they are counted")


def the_shipped_jobs_send():
    """Notices of shared accounts, as the units of notices start the command; status says how many wait. The owner of the files, who
    may list nobody, hears what to do."""
    with SharedWorld() as world:
        world.shared()
        mail = Recorder(world)
        mail.set_up()
        due(world, "ann")
        same(waiting(world), {"waiting": 1, "complete": True})
        for unit in ("notify", "deliver"):
            user, words = started_by(unit)
            same(user, "root")
            answer = world.run(*words)
            same((answer.code, answer.err), (0, ""), answer)
        same([words[-1] for words, _, _ in mail.calls()], ["ann@mail.example"])
        same(waiting(world), {"waiting": 0, "complete": True})
        expect(world.run("store", "status", "--json").json()[0]["database_bytes"] > 1000000, "its size")
        for words in (("notify",), ("metrics",), ("status",)):
            answer = world.run(*words, uid=OWNER)
            expect(answer.code in (2, 3) and "on a host that has store-admin.conf" in answer.out + answer.err, words, answer)


def kill_at(world, table, name, *words):
    """Runs it until the database is about to change that row, and kills it there."""
    world.sql("CREATE TRIGGER hold BEFORE UPDATE ON lbr.%s FOR EACH ROW WHEN (OLD.name = '%s') EXECUTE FUNCTION lbr.hold()" % (table, name))
    with world.server.link(database=world.database) as holder:
        holder.ask("SELECT pg_advisory_lock($1)", HELD)
        process = world.start(*words)
        waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = %d AND NOT granted" % HELD
        postgres.wait_until(lambda: holder.ask(waiting), "it is at", name)
        process.kill()
        process.communicate()
        holder.ask("SELECT pg_advisory_unlock($1)", HELD)
        postgres.wait_until(lambda: not holder.ask("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = %d" % HELD), "it has ended")
    world.sql("DROP TRIGGER hold ON lbr.%s" % table)


def resealed(world):
    """The answer of a run to its end; the one that was killed may not be gone yet."""
    answer = world.run("rekey", "--reseal", "--json")
    while answer.code == 3 and "already" in answer.err:
        answer = world.run("rekey", "--reseal", "--json")
    same(answer.code, 0, answer)
    return answer.json()[-1]["resealed"]


def a_killed_reseal_goes_on():
    """Killed at an account, at a decoy and at the date of a notice: nothing is lost, and the next run does the rest."""
    postgres.need_time()
    with SharedWorld() as world:
        world.shared()
        key = world.enroll("p0", code_at)[0]["key"]
        same(world.run("invite", "p1", "p2", "p3").code, 0)
        mail = Recorder(world)
        mail.set_up()
        due(world, "p4")
        same(world.run("notify").code, 0)
        same(world.sql("SELECT name FROM lbr.notices"), [("p4",)])
        people = world.run("list", "--json").json()
        new = world.run("rekey", "--add", "--json").json()[0]["key"]
        world.run("store", "status")  # the broker hears of the key
        postgres.wait_until(lambda: world.run("rekey", "--activate", new).code == 0, "every host has the key")
        world.sql(HOLD)
        for table, name in (("counters", "p2"), ("counters", ".40"), ("notices", "p4")):
            kill_at(world, table, name, "rekey", "--reseal")
            same(world.run("list", "--json").json(), people, table)
            expect(len(world.sql("SELECT key_id FROM lbr_v1.key_counts()")) == 2 or table == "notices", "it was killed at its end")
        resealed(world)
        same(resealed(world), 0)
        same(world.sql("SELECT key_id FROM lbr_v1.key_counts()"), [(new,)])
        same(world.run("list", "--json").json(), people)
        same(world.run("verify", "p0", stdin=code_at(key, 30) + "\n").code, 0)


def add_cases():
    for name, case in (("store_adopt_shows_what_other_hosts_lost", what_other_hosts_lost_is_shown),
                       ("store_the_shipped_jobs_send_notices", the_shipped_jobs_send),
                       ("store_a_killed_reseal_goes_on", a_killed_reseal_goes_on)):
        add_case(name, case)
