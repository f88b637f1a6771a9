"""The key in force: changed only when every host has it, and for all hosts at once."""
import threading

from cases_admin import mark
from cases_commit import refused
from harness import Failure, case, expect, same
from libpq import Refused
from world import KEY, PROBE, ROUNDS, create, together

SET = "SELECT lbr_v1.set_active_key($1, $2)"
SECOND = "00000002"


def everybody_has(world, *keys):
    boss = world.boss()
    for name, conn in boss.ask("SELECT name, conn FROM lbr.hosts"):
        boss.ask("UPDATE lbr.hosts SET keys = $1 WHERE name = $2 AND conn = $3", list(keys), name, conn)


def back(world):
    everybody_has(world, KEY, SECOND)
    same(world.desk().value(SET, KEY, PROBE), "{}")


@case()
def a_key_that_a_living_host_lacks_is_not_put_in_force(world):
    desk, boss, one, two = world.desk(), world.boss(), world.host("web1"), world.host("web2")
    everybody_has(world, KEY, SECOND)
    one.hello([KEY, SECOND])
    two.hello([KEY])
    same(desk.value(SET, SECOND, b"p2"), "{web2}")
    same(one.hello([KEY, SECOND])["active_key"], KEY)
    boss.ask("UPDATE lbr.hosts SET seen = seen - interval '31 days' WHERE name = 'web2'")
    epoch = one.epoch
    same(desk.value(SET, SECOND, b"p2"), "{}")
    said = one.hello([KEY, SECOND])
    same((said["active_key"], said["probe"], said["epoch"]), (SECOND, b"p2", epoch + 1))
    same(desk.value(SET, SECOND, b"p2"), "{}")
    same(one.hello([KEY, SECOND])["epoch"], epoch + 1, "set twice:")
    back(world)


@case()
def the_newest_word_of_a_host_counts(world):
    """Its other connections may have said hello before the key came."""
    desk = world.desk()
    everybody_has(world, KEY, SECOND)
    world.host("web2", 1).hello([KEY])
    world.host("web2", 2).hello([KEY, SECOND])
    same(desk.value(SET, SECOND, PROBE), "{}")
    back(world)
    world.host("web2", 1).hello([KEY])
    same(desk.value(SET, SECOND, PROBE), "{web2}")
    same([desk.value("SELECT lbr_v1.forget_host('web2')") for _ in range(2)], ["t", "f"])
    same(desk.value(SET, SECOND, PROBE), "{}")
    back(world)


@case()
def a_forgotten_host_that_lives_keeps_its_witness(world):
    """It misses no commit, so it has no loss to report; and it is seen again with its next word."""
    desk, host, version = world.desk(), world.host("web2", 3), world.person("forgotten")["version"]
    expect(host.commit("forgotten", version)["done"], "not stored")
    count = "SELECT hosts FROM lbr_v1.status()"
    before, commits = int(desk.value(count)), desk.value("SELECT commits FROM lbr_v1.status()")
    same(desk.value("SELECT lbr_v1.forget_host('web2')"), "t")
    same((int(desk.value(count)), desk.value("SELECT commits FROM lbr_v1.status()")), (before - 1, commits))
    same({seen for seen, in desk.ask("SELECT seen_us FROM lbr_v1.hosts() WHERE name = 'web2'")}, {"0"})
    same(host.link.value("SELECT lbr_v1.report_loss(3, $1)", host.seq), "f")
    same((host.hello()["seq"], int(desk.value(count))), (host.seq, before))


@case()
def what_is_sealed_under_another_key_is_found(world):
    desk, host = world.desk(), world.host()
    old = world.person("sealed", history=b"h")
    mark(desk, "sealed")
    everybody_has(world, KEY, SECOND)
    same(desk.value(SET, SECOND, PROBE), "{}")
    said = host.commit("sealed", old["version"], slot=b"late")
    same((said["done"], said["active_key"]), (False, SECOND), "a commit of the epoch before:")
    refused("LB004", create, desk, "late", epoch=host.epoch)
    host.load("sealed")
    listed, after = [], ""
    while True:
        rows = desk.ask("SELECT * FROM lbr_v1.page_to_seal($1, 100)", after)
        listed += [name for name, in rows]
        if not rows:
            break
        after = rows[-1][0]
    same(len(listed), len(set(listed)))
    same([name for name in listed if name.startswith(".") or name == "sealed"], [".%02x" % at for at in range(256)] + ["sealed"])
    expect(host.commit("sealed", old["version"], slot=b"new")["done"])
    expect(("sealed",) in desk.ask("SELECT * FROM lbr_v1.page_to_seal('seale', 1)"), "its record is not sealed anew")
    expect(host.commit("sealed", old["version"] + 1, slot=None, before=1, generation=1, record=b"r")["done"])
    expect(("sealed",) in desk.ask("SELECT * FROM lbr_v1.page_to_seal('seale', 1)"), "its history is not sealed anew")
    expect(host.commit("sealed", old["version"] + 2, slot=None, history=b"h")["done"])
    expect(("sealed",) not in desk.ask("SELECT * FROM lbr_v1.page_to_seal('seale', 1)"))
    counts = dict(desk.ask("SELECT * FROM lbr_v1.key_counts()"))
    same(counts[SECOND], "4", "slot, record, history, and the key in force:")
    expect(int(counts[KEY]) >= 257, "the notice and the decoys still bear the old one:", counts)
    back(world)


@case()
def a_key_waits_for_the_commits_under_way(world):
    """Else one that is sealed under the key before could end after it."""
    old, host, desk = world.person("in-hand"), world.host(), world.desk()
    everybody_has(world, KEY, SECOND)
    limit = "ALTER FUNCTION lbr_v1.set_active_key SET lock_timeout = '%s'"
    host.link.ask("BEGIN")
    expect(host.commit("in-hand", old["version"])["done"])
    world.boss().ask(limit % "50ms")
    refused("55P03", desk.value, SET, SECOND, PROBE)
    world.boss().ask(limit % "1500ms")
    host.link.ask("COMMIT")
    same(desk.value(SET, SECOND, PROBE), "{}")
    expect(not host.commit("in-hand", old["version"] + 1)["done"])
    back(world)


@case()
def no_commit_is_sealed_under_a_key_that_is_out_of_force(world):
    """While four connections commit, the key changes: each row bears the key that its commit was made under."""
    desk, hosts = world.desk(), world.hosts(4)
    names = ["turn%d" % at for at in range(4)]
    for name in names:
        world.person(name)
    everybody_has(world, KEY, SECOND)
    counts, changes = [0] * 4, []

    def change():
        while len(changes) < ROUNDS // 4 or 0 in counts:
            try:
                same(desk.value(SET, KEY if len(changes) % 2 else SECOND, PROBE), "{}")
                changes.append(True)
            except Refused as trouble:  # commits kept it waiting for longer than it may: then nothing changed
                same(trouble.state, "55P03", trouble.message)
            if len(changes) > 100 * ROUNDS:
                raise Failure("a host does not come to commit:", counts)
            stop.wait(len(changes) / 20000)  # longer and longer, until each of them does
        stop.set()

    def go_on(at):
        while not stop.is_set():
            found = hosts[at].load(names[at])
            counts[at] += hosts[at].commit(names[at], found["version"], slot=found["active_key"].encode())["done"]

    stop = threading.Event()
    said = together([change] + [lambda at=at: go_on(at) for at in range(4)])
    stop.set()
    same(said, [None] * 5)
    same(world.boss().ask("SELECT name FROM lbr.counters WHERE name LIKE 'turn_' AND convert_from(slot, 'UTF8') NOT IN (key_id, 'slot')"), [])
    back(world)
