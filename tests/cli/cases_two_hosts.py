"""What hosts share that share their accounts: the clock, the notices, the seal key."""
import itertools
import json
import os
import subprocess
import time

import postgres
from harness import add_case, expect, same
from mta import Recorder
from patience import in_time, patient
from person import PASSWORD, Person
from two_hosts import shared
from world import code_at, tool

ROUNDS = int(os.environ.get("LBR_ROUNDS", "2"))
NUMBERS = itertools.count()  # a case that begins again takes other names


def as_person(host, name, key):
    """Somebody with an account that another host made."""
    person = Person(host, name)
    person.key = key
    return person


def clock_of_the_store():
    """An agent whose clock jumps by 10 minutes, after the broker's greeting, judges by the database's, and so does the desk: codes,
    dates, what still counts."""
    postgres.need_time()
    a, b = shared().all
    a.configure("window = 1")
    person = Person(a, "anna")
    person.enroll()
    b.set_clock("-10m")
    try:
        clock = subprocess.run([*b.around(), "date", "+%s"], capture_output=True, text=True, check=True).stdout
        expect(abs(int(clock) - time.time() + 600) < 30, "the clock is not shifted", clock)
        there = as_person(b, "anna", person.key)
        there.step = person.step
        expect(there.may_sign_in(), "refused by the host's clock", clock)
        expect(not there.may_sign_in(code=code_at(person.key, -600)), "a code of the host's own clock")
        answer = b.run("passwd", "anna", "--json")
        expect(answer.code == 3 and "-600 s; correct the wrong one" in answer.err, "the desk of a host that is refused", answer)
        b.set_clock("-80s")
        answer = b.run("passwd", "anna", "--json")
        same(answer.code, 0, repr(answer))
        until = time.mktime(time.strptime(answer.json()[0]["until"], "%Y-%m-%dT%H:%M:%SZ")) - time.timezone
        expect(abs(until - 3 * 86400 - time.time()) < 40, "a temporary password is valid until", until, answer)
        same(b.run("verify", "anna", "--json", stdin=code_at(person.key, 30) + "\n").json()[0]["offset_s"], 30)
        metrics = b.run("metrics").out
        taken = float(metrics.split("liberations_time_seconds ")[-1].split()[0])
        expect(abs(taken - time.time()) < 40, "the metrics' clock", taken - time.time())
    finally:
        b.set_clock("")


def clock_too_far():
    """45 s are a warning in the broker's log, and 2 minutes a refusal that says what to do."""
    postgres.need_time()
    _, b = shared().all
    said = len(b.said())
    b.stop_broker()
    try:
        b.set_clock("+45s")
        b.start_broker()
        expect("alice" not in b.run("list").err, "the desk")
        postgres.wait_until(lambda: "s ahead of the database's" in b.said()[said:], "the broker warns")
        b.stop_broker()
        b.set_clock("-2m")
        b.start_broker()
        postgres.wait_until(lambda: "clock and this host's are too far apart (-120" in b.said()[said:] or
                            "clock and this host's are too far apart (-1" in b.said()[said:], "the broker refuses")
        b.set_clock("")
        answer = Person(b, "nobody-here").sign_in(PASSWORD, "123456")
        expect(answer.code != 0 and "not possible right now" in answer.out + answer.err, answer)
    finally:
        b.set_clock("")
        b.stop_broker()
        b.start_broker()


def mailed(hosts):
    """To whom the mail programs of all hosts were given something since the last time, sorted."""
    return sorted(words[-1].split("@")[0] for host in hosts.all for words, _, _ in host.mail.calls())


def with_mail(hosts):
    for host in hosts.all:
        if not hasattr(host, "mail"):
            host.mail = Recorder(host)
            host.mail.set_up()


def due(host, name):
    """Somebody who has an address, and something to hear."""
    host.enroll(name)
    answer = host.run("contact", name, name + "@mail.example")
    same(answer.code, 0, repr(answer))
    tool(host, "cli/forge", "notice", name, "locked", "sshd", "203.0.113.7")


def nothing_waits(hosts):
    """What other cases left to be sent goes out, unseen."""
    hosts.psql("DELETE FROM lbr.notices; DELETE FROM lbr.turns")  # no pause
    same(hosts.a.run("notify").code, 0)
    mailed(hosts)


def both_notify(hosts):
    processes = [host.start("notify") for host in hosts.all]
    return [(process.communicate(timeout=600), process.returncode) for process in processes]


def notices_once():
    """Two hosts that send at the same moment: each notice goes out once, and the other host says who sends."""
    hosts = shared()
    with_mail(hosts)
    nothing_waits(hosts)
    names = sorted(f"n{next(NUMBERS)}" for _ in range(3))
    for name in names:
        due(hosts.b, name)
    for turn in range(ROUNDS):
        for (out, err), code in both_notify(hosts):
            in_time(err)
            same((code, err), (0, ""), out)
        same(mailed(hosts), names, turn)
        for name in names:
            hosts.psql("DELETE FROM lbr.notices")  # the pause is over
            tool(hosts.a, "cli/forge", "notice", name, "locked", "sshd", "203.0.113.7")


def notices_of_a_host_that_died():
    """The host that has the turn sends; when it is over, another host goes on."""
    hosts = shared()
    with_mail(hosts)
    nothing_waits(hosts)
    name = f"left{next(NUMBERS)}"
    due(hosts.a, name)
    hosts.psql("INSERT INTO lbr.turns VALUES ('notify', 'a_desk', gen_random_uuid(), now() + interval '15 min')")
    answer = hosts.b.run("notify")
    same((answer.code, answer.err, mailed(hosts)), (0, "", []), answer)
    expect(answer.out.startswith("a_desk is sending the notices of the shared accounts"), answer)
    hosts.psql("UPDATE lbr.turns SET until = now() - interval '1 s'")
    same((hosts.b.run("notify").code, mailed(hosts)), (0, [name]))
    same((hosts.a.run("notify").code, mailed(hosts)), (0, []))
    same(hosts.psql("SELECT what FROM lbr.turns"), [])


def key_of(host):
    """The key in force, as that host sees it, and how many records each one seals."""
    keys = host.run("rekey", "--json").json()[0]["keys"]
    return [one["id"] for one in keys if one["active"]], {one["id"]: one["records"] for one in keys}


def another_key():
    """Added at one host, refused while the other lacks it, then in force for both at once: also for what is under way."""
    postgres.need_time()
    hosts = shared()
    a, b = hosts.all
    person = Person(b, "kim")
    person.enroll()
    (old,), _ = key_of(a)
    with open(b.key, "rb") as file:
        before = file.read()
    new = a.run("rekey", "--add", "--json").json()[0]["key"]
    answer = a.run("rekey", "--activate", new)
    expect(answer.code == 1 and f"b lacks key {new}" in answer.err and f"b_desk lacks key {new}" in answer.err, answer)
    same(key_of(a)[0], [old])
    b.take_key(a)
    same(key_of(b)[0], [old])
    process = b.start("enroll", "late", "--json")
    key = json.loads(process.stdout.readline())["key"]
    answer = a.run("rekey", "--activate", new, "--json")
    same((answer.code, answer.json()), (0, [{"key": new, "active": True, "changed": True}]), answer)
    same(a.run("rekey", "--activate", new, "--json").json()[0]["changed"], False)
    out, err = process.communicate(code_at(key) + "\n", timeout=600)
    expect(process.returncode == 0 or "changed the key in force" in err, out, err)
    expect(person.may_sign_in(), "signed in at b under the new key")
    same((key_of(a)[0], key_of(b)[0]), ([new], [new]))
    expect("still" in a.run("rekey", "--retire", old, "--yes").err, "records under the old key")
    same(a.run("rekey", "--reseal").code, 0)
    same(a.run("rekey", "--reseal", "--json").json()[-1]["resealed"], 0)
    same({one for (one,) in hosts.psql("SELECT key_id FROM lbr_v1.key_counts()")}, {new})
    for one in a.run("list", "--json").json():
        a.run("remove", one["user"], "--yes")  # their recovery codes keep the old key
    for host in hosts.all:
        answer = host.run("rekey", "--retire", old, "--yes")
        same(answer.code, 0, repr(answer))
    expect(a.run("rekey", "--retire", new, "--yes").code == 1, "the key in force stays")
    with open(b.key, "wb") as file:
        file.write(before)
    answer = b.run("list")
    expect(answer.code != 0 and new in answer.err, "a host without the key", answer)
    b.take_key(a)
    same(b.run("list").code, 0)


def add_cases():
    for function in (clock_of_the_store, clock_too_far, notices_once, notices_of_a_host_that_died,
                     another_key):
        again = function in (notices_once, notices_of_a_host_that_died)
        add_case("hosts_" + function.__name__, patient(function) if again else function)
