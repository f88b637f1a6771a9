"""What the desk does: accounts come, go and are renamed; pages, notices, turns."""
import uuid

from cases_commit import refused
from harness import case, expect, same
from postgres import wait_until
from world import PATIENCE, ROUNDS, create, together

RENAME = "SELECT * FROM lbr_v1.rename($1, $2, $3, $4, $5, $6, $7, $8, $9)"


@case()
def a_name_that_looks_like_another_is_not_made(world):
    desk = world.desk()
    same(create(desk, "Zoé", folded="zoe"), ("t", None))
    for name in ("Zoé", "ZOE"):
        same(create(desk, name, folded="zoe"), ("f", "Zoé"))
        same(desk.value("SELECT lbr_v1.is_free($1, 'zoe')", name), "Zoé")
    same(desk.value("SELECT lbr_v1.is_free('zoey', 'zoey')"), None)
    expect(not world.host().load("ZOE")["known"], "another name was found")


@case()
def of_16_that_look_alike_one_is_made(world):
    links = world.hosts(16)
    world.boss().ask("GRANT lbr_admin TO web1")
    try:
        for number in range(ROUNDS // 4):
            said = together([lambda at=at, one=one: create(one.link, "twin%d-%d" % (number, at), folded="twin%d" % number, epoch=one.epoch)
                             for at, one in enumerate(links)])
            winners = [at for at, one in enumerate(said) if one[0] == "t"]
            same(len(winners), 1, "round %d: %s" % (number, said))
            same({one[1] for one in said if one[0] == "f"}, {"twin%d-%d" % (number, winners[0])})
    finally:
        world.boss().ask("REVOKE lbr_admin FROM web1")


@case()
def counters_without_their_account_are_in_the_way_until_they_are_removed(world):
    world.person("stray")
    world.boss().ask("DELETE FROM lbr.accounts WHERE name = 'stray'")
    desk = world.desk()
    same(create(desk, "stray"), ("f", "stray"))
    same(desk.value("SELECT lbr_v1.is_free('stray', 'stray')"), "stray")
    same(desk.value("SELECT lbr_v1.remove('stray')"), "t")
    same(create(desk, "stray"), ("t", None))


@case()
def an_account_made_while_another_takes_its_name_waits_in_no_ring(world):
    """One is done and the other is told so: neither is refused by the server's search for deadlocks."""
    desk, other, host = world.desk(), world.link("desk", 1), world.host()
    for number in range(ROUNDS // 2):
        one, two = "ring%d" % number, "rings%d" % number
        old = world.person(one)
        said = together([lambda: desk.row(RENAME, one, two, two, old["version"], b"s", 2, b"r", None, host.epoch)[0],
                         lambda: create(other, two, epoch=host.epoch)[0]])
        same(sorted(map(str, said)), ["f", "t"], said)


@case()
def what_is_removed_is_gone(world):
    world.person("leaver", history=b"h")
    desk = world.desk()
    expect(mark(desk, "leaver") == "t")
    same([desk.value("SELECT lbr_v1.remove('leaver')") for _ in range(2)], ["t", "f"])
    left = world.boss().row("SELECT (SELECT count(*) FROM lbr.accounts WHERE name = 'leaver'), (SELECT count(*) FROM lbr.counters"
                            " WHERE name = 'leaver'), (SELECT count(*) FROM lbr.history WHERE name = 'leaver'),"
                            " (SELECT count(*) FROM lbr.notices WHERE name = 'leaver')")
    same(left, ("0",) * 4)
    same(create(desk, "leaver"), ("t", None))
    refused("LB003", desk.value, "SELECT lbr_v1.remove('.00')")


def begin(first, *others):
    """A transaction; who waits for it has the time that a busy machine takes."""
    for link in (first, *others):
        link.ask(PATIENCE)
    first.ask("BEGIN")


def meanwhile(world, first, name, ask):
    """What is said to the question that waits for the first one's transaction, which ends then."""
    waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE $1"

    def commit():
        wait_until(lambda: world.boss().value(waits, "%" + name + "%") == "1", "the other one waits")
        first.ask("COMMIT")

    return together([ask, commit])[0]


@case()
def an_account_that_takes_a_name_while_its_old_one_is_removed_is_whole(world):
    """The one that was to go was renamed, and another one has its name, when the remover has had its turn."""
    old, desk, remover, host = world.person("turned"), world.desk(), world.link("desk", 1), world.host()
    begin(desk, remover)
    same(desk.row(RENAME, "turned", "turner", "turner", old["version"], b"s", 2, b"r", None, host.epoch), ("t", None))
    same(create(desk, "turned", epoch=host.epoch), ("t", None))

    same(meanwhile(world, desk, "turned", lambda: remover.value("SELECT lbr_v1.remove('turned')")), "f")
    same((host.load("turned")["version"] is None, host.load("turner")["known"]), (False, True))
    same([desk.value("SELECT lbr_v1.remove('turned')") for _ in range(2)], ["t", "f"])
    same(create(desk, "turned"), ("t", None))


@case()
def what_changed_meanwhile_is_not_taken_out(world):
    world.person("mover", history=b"h")
    desk = world.desk()
    version = int(world.boss().value("SELECT version FROM lbr.counters WHERE name = 'mover'"))
    take = "SELECT lbr_v1.take_out('mover', %d)"
    same(desk.value(take % (version - 1)), "f")
    same(world.boss().value("SELECT count(*) FROM lbr.accounts WHERE name = 'mover'"), "1")
    same([desk.value(take % version) for _ in range(2)], ["t", "f"])
    left = world.boss().row("SELECT (SELECT count(*) FROM lbr.accounts WHERE name = 'mover'), (SELECT count(*) FROM lbr.counters"
                            " WHERE name = 'mover'), (SELECT count(*) FROM lbr.history WHERE name = 'mover')")
    same(left, ("0",) * 3)
    refused("LB003", desk.value, "SELECT lbr_v1.take_out('.00', 1)")


@case()
def a_name_of_a_decoy_is_no_account(world):
    same(create(world.desk(), ".ff", folded="f"), ("f", ".ff"))
    for name in (".f", "", "-x", "a" * 65):
        refused("23514", create, world.desk(), name, folded="f" + name)


@case()
def a_new_name_keeps_everything_else(world):
    old = world.person("before", step=77, history=b"h1")
    desk, host = world.desk(), world.host()
    expect(mark(desk, "before") == "t")
    same(desk.row(RENAME, "before", "after", "after", old["version"], b"s2", 2, b"r2", b"h2", host.epoch), ("t", None))
    now = host.load("after", history=True)
    same((now["version"], now["last_step"], now["slot"], now["generation"], now["record"], now["history"]),
         (old["version"] + 1, 77, b"s2", 2, b"r2", b"h2"))
    same((host.load("before")["known"], desk.ask("SELECT * FROM lbr_v1.notice_read('after', 'locked')")), (False, []))
    expect(not host.commit("before", old["version"], slot=b"late")["done"])
    same(create(desk, "before"), ("t", None))
    same(desk.row(RENAME, "after", "AFTER", "after", now["version"], b"s3", 3, b"r3", None, host.epoch), ("t", None))
    same(host.load("AFTER", history=True)["history"], b"h2")


@case()
def a_name_that_is_taken_or_an_account_that_changed_is_not_renamed(world):
    old, _ = world.person("mover"), world.person("stayer")
    desk, host = world.desk(), world.host()
    same(desk.row(RENAME, "mover", "STAYER", "stayer", old["version"], b"s", 2, b"r", None, host.epoch), ("f", "stayer"))
    expect(host.commit("mover", old["version"])["done"])
    same(desk.row(RENAME, "mover", "moved", "moved", old["version"], b"s", 2, b"r", None, host.epoch), ("f", None))
    same(desk.row(RENAME, "nobody", "moved", "moved", 1, b"s", 2, b"r", None, host.epoch), ("f", None))
    refused("LB003", desk.row, RENAME, "mover", "moved", "moved", old["version"] + 1, b"s", 7, b"r", None, host.epoch)
    same((host.load("moved")["known"], host.load("mover")["generation"]), (False, 1))


@case()
def a_rename_and_a_commit_at_once_end_one_after_the_other(world):
    """Of both that began with one version, one is done, and there is one account with what it wrote."""
    desk, host = world.desk(), world.host()
    for number in range(ROUNDS // 2):
        one, two = "swap%d" % number, "swapped%d" % number
        old = world.person(one)
        host.load(one)
        said = together([lambda: desk.row(RENAME, one, two, two, old["version"], b"renamed", 2, b"r", None, host.epoch)[0] == "t",
                         lambda: host.commit(one, old["version"], slot=b"committed")["done"]])
        same(sorted(said), [False, True], "round %d:" % number)
        now = host.load(two if said[0] else one)
        same((now["known"], now["slot"]), (True, b"renamed" if said[0] else b"committed"))


@case()
def rebuilt_counters_never_lose_the_last_step(world):
    old = world.person("rebuilt", step=50)
    desk, host = world.desk(), world.host()
    rebuild = "SELECT lbr_v1.rebuild($1, $2, $3, $4)"
    same(desk.value(rebuild, "rebuilt", b"new", 20, host.epoch), "t")
    now = host.load("rebuilt")
    same((now["version"], now["slot"], now["last_step"]), (old["version"] + 1, b"new", 50))
    expect(not host.commit("rebuilt", old["version"])["done"])
    same(desk.value(rebuild, "rebuilt", b"new", 60, host.epoch), "t")
    same(host.load("rebuilt")["last_step"], 60)
    same(desk.value(rebuild, "nobody", b"new", 1, host.epoch), "f")
    world.boss().ask("DELETE FROM lbr.counters WHERE name = 'rebuilt'")
    same((host.load("rebuilt")["known"], host.load("rebuilt")["version"]), (True, None))
    same(desk.value(rebuild, "rebuilt", b"new", 61, host.epoch), "t")
    same(host.load("rebuilt")["last_step"], 61)


@case()
def an_account_that_is_removed_while_it_is_rebuilt_leaves_no_counters(world):
    world.person("razed")
    desk, rebuilder, epoch = world.desk(), world.link("desk", 1), world.host().epoch
    begin(desk, rebuilder)
    same(desk.value("SELECT lbr_v1.remove('razed')"), "t")
    same(meanwhile(world, desk, "razed", lambda: rebuilder.value("SELECT lbr_v1.rebuild('razed', 's', 1, %d)" % epoch)), "f")
    same(create(desk, "razed"), ("t", None))


@case()
def pages_show_each_account_once_in_the_order_of_bytes(world):
    desk = world.desk()
    for name in ("page-b", "page-é", "page-B", "page-a", "page-"):
        create(desk, name, folded="folded" + name)
    world.boss().ask("DELETE FROM lbr.counters WHERE name = 'page-B'")
    wanted = sorted(["page-b", "page-é", "page-B", "page-a", "page-"], key=str.encode)
    for alone in (False, True):
        found, after = [], ""
        while True:
            rows = desk.ask("SELECT * FROM lbr_v1.page($1, 2, $2)", after, alone)
            found += rows
            if not rows:
                break
            after = rows[-1][0]
        mine = [row for row in found if row[0].startswith("page-")]
        same([row[0] for row in mine], wanted)
        expect(not any(row[0].startswith(".") for row in found), "a decoy is listed")
        same([row[3] is None for row in mine], [alone or name == "page-B" for name in wanted])
        expect(alone == (mine[0][2] is None))
    same(desk.value("SELECT lbr_v1.history('page-a')"), None)
    desk.ask("SELECT lbr_v1.remove('page-B')")


def mark(desk, name, kind="locked", sent=5, record=b"n"):
    return desk.value("SELECT lbr_v1.notice_mark($1, $2, $3, $4, (SELECT epoch FROM lbr_v1.status()))", name, kind, sent, record)


@case()
def dates_of_notices_are_kept_while_their_account_is(world):
    world.person("told")
    world.person("told2")
    desk = world.desk()
    epoch = desk.value("SELECT epoch FROM lbr_v1.status()")
    same([mark(desk, "told"), mark(desk, "told", sent=9, record=b"m"), mark(desk, "told", kind="password-expires"),
          mark(desk, "told2"), mark(desk, "nobody")], ["t", "t", "t", "t", "f"])
    same(desk.ask("SELECT * FROM lbr_v1.notice_read('told', 'locked')"), [("9", "\\x6d")])
    found, after = [], ("told", "")
    while True:
        rows = desk.ask("SELECT name, kind, sent_s FROM lbr_v1.notice_page($1, $2, 1)", *after)
        found += rows
        if not rows:
            break
        after = rows[0][:2]
    same([row for row in found if row[0].startswith("told")],
         [("told", "locked", "9"), ("told", "password-expires", "5"), ("told2", "locked", "5")])
    same(desk.value("SELECT lbr_v1.notice_reseal('told', 'locked', 'again', $1)", epoch), "t")
    same(desk.ask("SELECT * FROM lbr_v1.notice_read('told', 'locked')"), [("9", "\\x616761696e")])
    same([desk.value("SELECT lbr_v1.notice_drop('told', 'locked')") for _ in range(2)], ["t", "f"])
    same(desk.value("SELECT lbr_v1.notice_reseal('told', 'locked', 'again', $1)", epoch), "f")
    refused("23514", mark, desk, "told", kind="Locked; ")


@case()
def a_turn_is_one_callers_until_it_ends(world):
    desk, tickets = world.desk(), [str(uuid.uuid4()) for _ in range(2)]

    def take(ticket, life_s=900, what="mail"):
        return desk.value("SELECT lbr_v1.take_turn($1, $2, $3)", what, life_s, ticket)

    same([take(tickets[0]), take(tickets[1]), take(tickets[0]), take(tickets[1], what="seal")], ["t", "f", "t", "t"])
    same(desk.value("SELECT lbr_v1.give_turn('mail', $1)", tickets[1]), "f")
    same(desk.value("SELECT lbr_v1.give_turn('mail', $1)", tickets[0]), "t")
    same([take(tickets[1]), take(tickets[0])], ["t", "f"])
    same([(row[0], row[1]) for row in world.link("watch").ask("SELECT * FROM lbr_v1.turns()")], [("mail", "desk"), ("seal", "desk")])
    world.boss().ask("UPDATE lbr.turns SET until = now() - interval '1 ms' WHERE what = 'mail'")
    same([take(tickets[0]), take(tickets[1])], ["t", "f"])
    refused("LB003", take, tickets[0], 0)


@case()
def of_16_that_ask_for_a_turn_one_gets_it(world):
    links = world.hosts(16)
    world.boss().ask("GRANT lbr_admin TO web1")
    try:
        for number in range(ROUNDS // 4):
            what = "race-" + chr(97 + number % 26) + chr(97 + number // 26)
            said = together([lambda one=one: one.link.value("SELECT lbr_v1.take_turn($1, 900, gen_random_uuid())", what) for one in links])
            same(said.count("t"), 1, said)
    finally:
        world.boss().ask("REVOKE lbr_admin FROM web1")


@case()
def a_monitor_sees_hosts_and_commits(world):
    host, watch = world.host("web2", 7), world.link("watch")
    version = world.person("watched")["version"]
    before = watch.named("SELECT * FROM lbr_v1.status()")
    host.link.ask("SELECT lbr_v1.hello(7, '2.1', '{00000001}', 'digest', $1)", before["now_us"] + 9000000)
    expect(host.commit("watched", version)["done"])
    now = watch.named("SELECT * FROM lbr_v1.status()")
    same((now["commits"] - before["commits"], now["line"] == now["current_line"], now["epoch"] > 0, now["in_recovery"]),
         (1, True, True, False))
    row = watch.named("SELECT * FROM lbr_v1.hosts() WHERE name = 'web2' AND conn = 7")
    same([row[key] for key in ("release", "keys", "policy", "speaks", "seq")], ["2.1", ["00000001"], "digest", 1, host.seq])
    expect(0 < row["skew_us"] < 9000001, row["skew_us"])
    expect(abs(row["seen_us"] - now["now_us"]) < 60000000)
    refused("23514", host.link.ask, "SELECT lbr_v1.hello(17, '1', '{}')")
    refused("23514", host.link.ask, "SELECT lbr_v1.hello(7, repeat('x', 65), '{}')")
    refused("23514", host.link.ask, "SELECT lbr_v1.hello(7, 'x', array_fill('00000001'::text, '{17}'))")
