"""`store migrate`: accounts from a host's files into the shared store and back, with a real server, broker and command."""
import fcntl
import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time

import packages
import postgres
import schema
from harness import Skip, case, expect, same
from patience import Slow, in_time, patient

BUILD = os.path.abspath(os.environ.get("LBR_BUILD", "build"))
OWNER = 64201
# The command looks for the broker where it is installed; so it is, in a mount namespace of its own.
INSTALLED = 'mount -t tmpfs -o mode=0755 tmpfs /usr/libexec && cp "$1" /usr/libexec/liberations-store && shift && exec "$@"'
COUNT = 12
PATIENCE_S, TRIES = 3600, 20  # with 100,000 accounts
AWAY = 4
MOVING = "moving"


class Host:
    """One host's files and settings, and a database of its own in the server."""

    def __init__(self, world):
        if os.geteuid() != 0:
            raise Skip("needs root")
        for name in ("liberations", "liberations-store", "tests/store/moved"):
            if not os.path.exists(os.path.join(BUILD, name)):
                raise Skip(name + " is not built")
        self.world = world
        self.place = tempfile.mkdtemp(prefix="liberations-move.")
        os.chmod(self.place, 0o755)
        self.config, self.state = os.path.join(self.place, "liberations.conf"), os.path.join(self.place, "state")
        self.store_config = os.path.join(self.place, "store-admin.conf")
        self.took_s = 0  # the last command, or program
        self.broker = os.path.join(self.place, "broker")
        for name, source in (("liberations", "liberations"), ("broker", "liberations-store"), ("moved", "tests/store/moved")):
            shutil.copy(os.path.join(BUILD, source), os.path.join(self.place, name))
        if not hasattr(world, "empty_host"):
            done = self.run("init", "--owner", str(OWNER))
            same(done.returncode, 0, done.stderr)
            with open(self.config, "a", encoding="utf-8") as file:
                file.write("hash-cost = 1\n")
            world.empty_host = (self.place, os.path.join(world.scratch, "empty-host"))
            subprocess.run(["cp", "-a", *world.empty_host], check=True)
        else:
            self.copy_of(*world.empty_host)

    def copy_of(self, place, copy):
        """The files and the key of the first host, as they were before it had any account."""
        for name in ("state", "seal.key", "liberations.conf"):
            subprocess.run(["cp", "-a", os.path.join(copy, name), self.place], check=True)
        with open(self.config, "r+", encoding="utf-8") as file:
            text = file.read().replace(place, self.place)
            file.seek(0)
            file.write(text)
            file.truncate()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.place, ignore_errors=True)

    def line(self, *words):
        return ["unshare", "-m", "sh", "-c", INSTALLED, "sh", self.broker, os.path.join(self.place, "liberations"), *words, "--config",
                self.config]

    def environment(self):
        return {"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC", "ASAN_OPTIONS": "detect_leaks=0"}

    def run(self, *words):
        began = time.monotonic()
        done = subprocess.run(self.line(*words), capture_output=True, text=True, env=self.environment(), timeout=PATIENCE_S, check=False, cwd="/",
                              stdin=subprocess.DEVNULL)
        self.took_s = time.monotonic() - began
        schema.judge(words, done.stdout)
        return done

    def join(self, database=MOVING, user="desk"):
        state = os.path.join(self.place, "broker-state")
        os.makedirs(state, mode=0o700, exist_ok=True)
        os.chown(state, OWNER, OWNER)
        with open(self.store_config, "w", encoding="utf-8") as file:
            file.write(f"servers = {self.world.scratch}:{self.world.main.port}\ndatabase = {database}\nuser = {user}\nconfirm = server\n"
                       f"run-as = {OWNER}\nagent-user = {OWNER}\nstate = {state}\n")
        os.chmod(self.store_config, 0o600)
        return self

    def found(self, database=MOVING):
        """Names a database without accounts, which is made and founded if it is new."""
        self.join(database)
        if self.world.boss().value("SELECT count(*) FROM pg_database WHERE datname = $1", database) == "0":
            self.world.boss().ask(f"CREATE DATABASE {database} OWNER dba")
            self.world.load_schema(database=database)
        with self.world.main.link(user=postgres.BOSS, database=database) as boss:
            if boss.value("SELECT count(*) FROM lbr.realm") == "0":
                self.tool("found", self.broker, self.store_config)
            boss.ask("DELETE FROM lbr.accounts; DELETE FROM lbr.counters WHERE name NOT LIKE '.%'")
        return self

    def tried(self, *words):
        began = time.monotonic()
        done = subprocess.run([os.path.join(self.place, "moved"), self.config, *words], capture_output=True, text=True, timeout=PATIENCE_S,
                              check=False, cwd="/", env=self.environment())
        self.took_s = time.monotonic() - began
        return done

    def in_time(self, said):
        """Each command here has a broker of its own, and this host has no other."""
        in_time(said, took_s=self.took_s)

    def tool(self, *words):
        done = self.tried(*words)
        self.in_time(done.stderr)
        same(done.returncode, 0, done.stderr)
        return done.stdout

    def fill(self, count=COUNT):
        self.tool("fill", str(count))
        return self

    def files(self):
        return people(self.tool("show"))

    def shared(self):
        """On a machine that is busy, one of many thousand answers may be late; then it is asked for all of them again."""
        words = ("show", self.broker, self.store_config)
        for _ in range(TRIES):
            done = self.tried(*words)
            if done.returncode != AWAY:
                break
        same(done.returncode, 0, done.stderr)
        return people(done.stdout)

    def sum(self, *words, judge=None):
        """The last line of --json. `judge` hears what went wrong."""
        done = self.run("store", "migrate", *words, "--json")
        (judge or self.in_time)(done.stderr)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        return done.returncode, lines[-1] if lines else {}, done.stderr

    def conflicts(self, where):
        """Whose accounts are on both sides, and the login that made the one in the shared store."""
        done = self.run("store", "migrate", "--to", where, "--json")
        self.in_time(done.stderr)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        return {line["user"]: line["login"] for line in lines if line.get("result") == "conflict"}, done.stderr

    def to(self, where):
        code, said, err = self.sum("--to", where)
        same((code, err), (0, ""), said)
        expect(said["done"], said)
        return said

    def marker(self):
        path = os.path.join(self.state, "moving")
        if not os.path.exists(path):
            return None
        with open(path, encoding="utf-8") as file:
            return dict(line.split(" ", 1) for line in file.read().splitlines())

    def listing(self):
        return self.run("list", "--json")


def people(text):
    """What is stored of each person, but for the last step; and that."""
    found = {}
    for line in text.splitlines():
        name, rest = line.split(" ", 1)
        assert name not in found, name
        found[name] = tuple(rest.rsplit(" ", 1))
    return found


def not_lower(before, after):
    """The same people, with all that they had, and no code that was used is good again."""
    same({name: one[0] for name, one in after.items()}, {name: one[0] for name, one in before.items()})
    for name, (_, step) in after.items():
        expect(int(step) >= int(before[name][1]), name, before[name], step)


def burnt(people_there, at):
    """Every code that could have been used by then counts as used."""
    for name, (_, step) in people_there.items():
        expect(int(step) >= int(at) // 30 + 2, name, step)


@case()
@patient
def all_accounts_go_there_and_back_whole(world):
    with Host(world).found().fill() as host:
        before, at = host.files(), time.time()
        said = host.to("postgres")
        same((said["moved"], said["already"]), (COUNT, 0))
        not_lower(before, host.shared())
        burnt(host.shared(), at)
        same(host.marker()["phase"], "done")
        there, at = host.shared(), time.time()
        same(host.to("file")["moved"], COUNT)
        not_lower(there, host.files())
        burnt(host.files(), at)
        same((host.shared(), host.marker()), ({}, None))
        same(host.listing().returncode, 0)


@case()
@patient
def dates_of_sent_notices_go_with_their_account(world):
    """Both ways, so that nobody gets the same notice again; a later one stays."""
    sent = "SELECT name, kind, sent_s FROM lbr.notices"
    with Host(world).found().fill(3) as host, world.main.link(user=postgres.BOSS, database=MOVING) as boss:
        host.tool("sent", "p1")
        host.to("postgres")
        before = boss.ask(sent)
        same([row[:2] for row in before], [("p1", "locked")])
        expect(3500 < time.time() - int(before[0][2]) < 3900, before)
        for name in os.listdir(os.path.join(host.state, "notices")):
            os.unlink(os.path.join(host.state, "notices", name))
        host.to("file")
        same((boss.ask(sent), [name for name in os.listdir(os.path.join(host.state, "notices")) if name[0] != "."]), ([], ["p1:locked"]))
        host.to("postgres")
        same(boss.ask(sent), before)


@case()
@patient
def files_that_were_moved_judge_nobody(world):
    with Host(world).found().fill() as host:
        same(host.listing().returncode, 0)
        host.to("postgres")
        for words in (("list",), ("disable", "p1"), ("show", "nobody"), ("remove", "p1", "--yes"), ("enroll", "new")):
            done = host.run(*words)
            expect(done.returncode == 3 and "set `store = postgres`" in done.stderr, words, done.returncode, done.stderr)
        same(host.sum("--to", "postgres")[:2], (0, {"to": "postgres", "accounts": 0, "moved": 0, "already": 0, "skipped": 0, "local": 0,
                                                    "conflicts": 0, "faults": 0, "dry_run": False, "done": True}))


@case()
@patient
def every_fault_is_told_before_anything_changes(world):
    with Host(world).found().fill() as host:
        for name in ("p3", "P4"):
            host.tool("add", host.broker, host.store_config, name)
        damaged = find(host, "accounts", "p5")
        with open(damaged, "r+b") as file:
            file.write(b"x")
        before, there = host.files(), host.shared()
        for words in (("--dry-run",), ()):
            code, said, err = host.sum("--to", "postgres", *words)
            same((code, said["conflicts"], said["faults"], said["done"]), (3, 2, 1, False))
            for text in ("p3: has an account here and another", "p4: looks like P4", "p5: ", "nothing was changed"):
                expect(text in err, text, err)
            same((host.files(), host.shared(), host.marker()), (before, there, None))
        os.unlink(damaged)
        same(host.sum("--to", "postgres", "--skip", "p3,p44")[0], 1)
        code, said, err = host.sum("--to", "postgres", "--skip", "p3,p4")
        same((code, said["moved"], said["skipped"]), (0, COUNT - 3, 2), err)
        same(host.shared()["p3"], there["p3"])


@case()
@patient
def a_dry_run_changes_nothing(world):
    with Host(world).found().fill() as host:
        before = host.files()
        code, said, err = host.sum("--to", "postgres", "--dry-run")
        same((code, said["accounts"], said["dry_run"], said["done"], err), (0, COUNT, True, False, ""))
        same((host.files(), host.shared(), host.marker()), (before, {}, None))


@case()
@patient
def local_people_stay_on_their_host(world):
    with Host(world).found().fill() as host:
        with open(host.config, "a", encoding="utf-8") as file:
            file.write("local = p1, p2\n")
        said = host.to("postgres")
        same((said["moved"], said["local"]), (COUNT - 2, 2))
        same(set(host.files()) - set(host.shared()), {"p1", "p2"})


def find(host, tree, name):
    for folder, _, files in os.walk(os.path.join(host.state, tree)):
        if name in files:
            return os.path.join(folder, name)
    raise AssertionError(name)


def transactions(boss):
    """How many in this server began to write something: each account that is moved is one, and to count many accounts takes long."""
    return int(boss.value("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"))


def kill_one(host, boss, where, moved, wait_s):
    """Kills a run once it has moved so many, and a little later. False: it ended before."""
    goal = transactions(boss) + moved
    process = subprocess.Popen(host.line("store", "migrate", "--to", where, "--json"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               stdin=subprocess.DEVNULL, env=host.environment(), cwd="/")
    while process.poll() is None and transactions(boss) < goal:
        time.sleep(0.001)
    time.sleep(wait_s)
    process.kill()
    return process.wait() == -signal.SIGKILL


def killed_once(host, *words):
    """Not a run that ended before: where the database was late, another one is killed."""
    for _ in range(TRIES):
        if kill_one(host, *words):
            return True
        if (host.marker() or {}).get("phase") != "moving":
            break
    return False


def walk(host, boss, where, count, kills, chance):
    """Kills so many runs, at places that the chance draws, and lets the last one end."""
    killed = at = 0
    for place in sorted(chance.randrange(count) for _ in range(kills)):
        killed += killed_once(host, boss, where, place - at, chance.uniform(0, 0.004))
        at = max(at, place)
        if "LBR_KILLS" in os.environ:
            print(f"to {where}: killed {killed}, phase {(host.marker() or {}).get('phase')}, moved {place}", flush=True)
    finish(host, where)
    return killed


def finish(host, where):
    """It stops where the database is late, which a busy machine makes it, and goes on from there."""
    for _ in range(TRIES):
        code, said, err = host.sum("--to", where, judge=str)
        if code == 0:
            break
        expect(f"run `liberations store migrate --to {where}` again" in err, err)
    expect(code == 0 and said["done"], said, err)


@case()
@patient
def killed_anywhere_the_next_run_goes_on(world):
    """LBR_KILLS: how many runs are killed in each direction; LBR_MOVED: how many accounts there are."""
    chance, kills, count = random.Random(12), int(os.environ.get("LBR_KILLS", "2")), int(os.environ.get("LBR_MOVED", "60"))
    with Host(world).found().fill(count) as host:
        boss = postgres.retried(lambda: world.main.link(user=postgres.BOSS, database=MOVING))
        before = host.files()
        killed = walk(host, boss, "postgres", count, kills, chance)
        there = host.shared()
        not_lower(before, there)
        killed += walk(host, boss, "file", count, kills, chance)
        not_lower(there, host.files())
        same((host.shared(), host.marker()), ({}, None))
        if "LBR_KILLS" in os.environ:
            print(f"{count} accounts there and back, {killed} runs killed: {len(before)} whole, 0 lost, 0 twice, no step lower", flush=True)


@case()
@patient
def two_hosts_that_bring_one_name_are_never_merged(world):
    with Host(world).found().fill(3) as one, Host(world).join() as other:
        other.fill(5)
        one.to("postgres")
        there = one.shared()
        code, said, err = other.sum("--to", "postgres")
        same((code, said["conflicts"], said["accounts"]), (1, 3, 5), err)
        same(err.count(": the login desk made the account"), 3, err)
        same((one.shared(), other.marker()), (there, None))
        code, said, err = other.sum("--to", "postgres", "--skip", "p0,p1,p2")
        same((code, said["moved"]), (0, 2), err)
        same({name: one.shared()[name] for name in there}, there)


@case()
@patient
def of_a_name_that_two_hosts_bring_the_login_of_the_first_is_named(world):
    """As far as anybody knows: by a schema of a release before, nobody does, and the conflict is told all the same."""
    world.boss().ask("DROP ROLE IF EXISTS web1_desk; CREATE ROLE web1_desk LOGIN IN ROLE lbr_admin")
    with Host(world).found().join(user="web1_desk").fill(4) as one, Host(world).join() as other, \
            world.main.link(user=postgres.BOSS, database=MOVING) as boss:
        other.fill(4)
        one.to("postgres")
        boss.ask("UPDATE lbr.accounts SET maker = NULL WHERE name = 'p1'; DELETE FROM lbr.counters WHERE name = 'p3';"
                 " DELETE FROM lbr.accounts WHERE name = 'p3'")
        with open(one.config, "a", encoding="utf-8") as file:
            file.write("store = postgres\n")
        done = one.run("rename", "p2", "P3")
        same(done.returncode, 0, done.stderr)
        found, err = other.conflicts("postgres")
        same(found, {"p0": "web1_desk", "p1": None, "p3": "web1_desk"}, err)
        expect("p0: the login web1_desk made the account p0 in" in err and "p3: the login web1_desk made the account P3 in" in err, err)
        same(err.count("the login"), 2, err)
        boss.ask("ALTER TABLE lbr.accounts DROP COLUMN maker; DROP FUNCTION lbr_v1.maker")
        try:
            same(other.conflicts("postgres")[0], dict.fromkeys(found))
        finally:
            world.load_schema(database=MOVING)
        same(other.conflicts("postgres")[0], dict.fromkeys(found))


@case()
@patient
def a_server_that_cannot_be_reached_is_no_busy_machine(world):
    with Host(world).found() as host:
        with open(host.store_config, "r+", encoding="utf-8") as file:
            text = file.read().replace(f":{world.main.port}", ":1")
            file.seek(0)
            file.write(text)
            file.truncate()
        code, _, err = host.sum("--to", "postgres")
        same((code, "no database server can be reached" in err), (3, True), err)


@case()
@patient
def names_without_commas_between_move_nobody(world):
    """Agents refuse such a list of local people: those whom another reading of it leaves behind could sign in nowhere."""
    with Host(world).found().fill(3) as host:
        same(host.sum("--to", "postgres", "--skip", "p1 p2")[0], 1)
        with open(host.config, "a", encoding="utf-8") as file:
            file.write("local = p1 p2\n")
        code, said, err = host.sum("--to", "postgres")
        same((code, said, host.shared(), host.marker()), (3, {}, {}, None), err)
        expect("local" in err, err)


@case()
@patient
def a_copy_of_the_same_account_is_known_again(world):
    """A host whose files are a copy of another's: nobody twice, and what was used there until now is used."""
    with Host(world).found().fill(3) as one:
        one.to("postgres")
        os.rename(os.path.join(one.state, "moving"), os.path.join(one.place, "kept"))
        at = time.time()
        said = one.to("postgres")
        same((said["moved"], said["already"]), (0, 3))
        burnt(one.shared(), at)


def copied(one, other):
    """The other host's files and key are a copy of the first one's."""
    shutil.rmtree(other.state)
    for name in ("state", "seal.key"):
        subprocess.run(["cp", "-a", os.path.join(one.place, name), other.place], check=True)


@case()
@patient
def a_recovery_code_used_on_a_copy_is_used_for_good(world):
    """The copy was in force until it was moved too; p5 and p10 have recovery codes."""
    with Host(world).found().fill() as one, Host(world).join() as other:
        copied(one, other)
        one.to("postgres")
        before = one.shared()
        other.tool("use", "p5")
        same(other.to("postgres")["already"], COUNT)
        used = {name: int(text.split()[10]) for name, (text, _) in one.shared().items()}
        same(used["p5"], int(before["p5"][0].split()[10]) | 1 << 9)
        same(used["p10"], int(before["p10"][0].split()[10]))


@case()
@patient
def an_account_disabled_on_a_copy_is_never_enabled_by_it(world):
    with Host(world).found().fill() as one, Host(world).join() as other:
        copied(one, other)
        one.to("postgres")
        there = one.shared()
        other.tool("disable", "p7")
        code, said, err = other.sum("--to", "postgres")
        same((code, said["conflicts"], said["faults"]), (1, 1, 0), err)
        expect("p7: disabled here, but not in the shared store" in err and "`liberations disable p7`" in err and "--skip p7" in err, err)
        same((one.shared(), other.marker()), (there, None))
        same(other.sum("--to", "postgres", "--skip", "p7")[0], 0)
        same(one.shared()["p7"][0], there["p7"][0])


@case()
@patient
def the_way_back_deletes_no_account_that_never_moved(world):
    """p1 stayed by --skip, p2 by `local`, of which it is taken out since."""
    with Host(world).found().fill(4) as host:
        before = host.files()
        with open(host.config, "r+", encoding="utf-8") as file:
            text = file.read()
            file.write("local = p2\n")
        same(host.sum("--to", "postgres", "--skip", "p1")[1]["moved"], 2)
        with open(host.config, "w", encoding="utf-8") as file:
            file.write(text)
        files, there = host.files(), host.shared()
        for words in ((), ("--dry-run",)):
            code, said, err = host.sum("--to", "file", *words)
            same((code, said["faults"], said["done"]), (3, 2, False), err)
            for name in ("p1", "p2"):
                expect(f"{name}: only the files here have this account" in err and f"--skip {name}" in err and "`local`" in err, err)
            same((host.files(), host.shared(), host.marker()["phase"]), (files, there, "done"))
        code, said, err = host.sum("--to", "file", "--skip", "p1,p2")
        same((code, said["moved"], said["skipped"]), (0, 2, 2), err)
        not_lower(before, host.files())
        same((host.shared(), host.marker()), ({}, None))


@case()
@patient
def the_way_back_deletes_what_was_removed_only_when_told_to(world):
    """What an account left in the files when it was moved is gone too, if it stays in the shared store."""
    with Host(world).found().fill(4) as host:
        host.to("postgres")
        with world.main.link(user=postgres.BOSS, database=MOVING) as boss:
            boss.ask("DELETE FROM lbr.counters WHERE name = 'p3'; DELETE FROM lbr.accounts WHERE name = 'p3'")
        code, said, err = host.sum("--to", "file", "--skip", "p1")
        same((code, said["faults"]), (3, 1), err)
        expect("p3: only the files here have this account" in err and "--yes" in err, err)
        code, said, err = host.sum("--to", "file", "--skip", "p1", "--yes")
        same((code, said["moved"], said["skipped"]), (0, 2, 1), err)
        same((set(host.files()), set(host.shared())), ({"p0", "p2"}, {"p1"}))


@case()
@patient
def what_was_removed_since_a_kill_does_not_come_back(world):
    """Another host removes all that were moved; only the one on its way at the kill may be made anew."""
    with Host(world).found().fill(60) as host:
        with postgres.retried(lambda: world.main.link(user=postgres.BOSS, database=MOVING)) as boss:
            if not kill_one(host, boss, "postgres", 20, 0):
                raise Slow("it ended before the kill")
            moved = set(host.shared())
            if len(moved) < 2:  # others write, too
                raise Slow("it was killed before it moved any")
            boss.ask("DELETE FROM lbr.counters WHERE name NOT LIKE '.%'; DELETE FROM lbr.accounts")
        host.to("postgres")
        expect(len(moved & set(host.shared())) <= 1, moved & set(host.shared()))


@case()
@patient
def a_database_that_leaves_in_the_middle_loses_nothing(world):
    with Host(world).found().fill(120) as host:
        before = host.files()
        process = subprocess.Popen(host.line("store", "migrate", "--to", "postgres", "--json"), stdout=subprocess.PIPE, text=True,
                                   stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, env=host.environment(), cwd="/")
        boss = postgres.retried(lambda: world.main.link(user=postgres.BOSS, database=MOVING))
        postgres.wait_until(lambda: int(boss.value("SELECT count(*) FROM lbr.accounts")) > 5 or process.poll() is not None, "some moved")
        boss.ask("ALTER ROLE desk NOLOGIN; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'desk'")
        try:
            out, err = process.communicate(timeout=300)
        finally:
            boss.ask("ALTER ROLE desk LOGIN")
        if process.returncode != 0:  # else it was faster
            same((process.returncode, host.marker()["phase"]), (3, "moving"), out + err)
            expect("run `liberations store migrate --to postgres` again" in err, err)
        said = host.to("postgres")
        same(said["moved"] + said["already"] >= 0, True)
        not_lower(before, host.shared())


@case()
@patient
def what_another_host_changes_on_the_way_back_is_kept(world):
    """The account is written here, and taken out only if it is still the same there."""
    with Host(world).found().fill(30) as host:
        host.to("postgres")
        before = host.shared()
        process = subprocess.Popen(host.line("store", "migrate", "--to", "file", "--json"), stdout=subprocess.PIPE, text=True,
                                   stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, env=host.environment(), cwd="/")
        failed = 0
        while process.poll() is None:
            done = subprocess.run([os.path.join(host.place, "moved"), host.config, "fail", host.broker, host.store_config, "p9"],
                                  capture_output=True, check=False, cwd="/", env=host.environment())
            failed += done.returncode == 0
        out, err = process.communicate()
        in_time(err)
        same((process.returncode, err), (0, ""), out)
        found = host.files()["p9"][0].split()
        same(int(found[-2]), int(before["p9"][0].split()[-2]) + failed)


@case()
@patient
def a_full_disk_on_the_way_back_stops_and_goes_on(world):
    with Host(world).found().fill(20) as host:
        host.to("postgres")
        there = host.shared()
        words = host.line("store", "migrate", "--to", "file", "--json")
        small = ('cp -a "$1" "$1.small" && mkdir "$1.disk" && mount -t tmpfs -o size=4m,nr_inodes=0 tmpfs "$1.disk" && '
                 'cp -a "$1/." "$1.disk/" && chown --reference="$1" "$1.disk" && chmod 0700 "$1.disk" && mount --move "$1.disk" "$1" && '
                 'dd if=/dev/zero of="$1/filler" bs=4k 2>/dev/null; shift; "$@"; echo $?')
        packages.find("dd")
        done = subprocess.run(["unshare", "-m", "sh", "-c", small, "sh", host.state, *words], capture_output=True, text=True, check=False,
                              env=host.environment(), cwd="/")
        expect(done.stdout.strip().endswith("3"), done.stdout, done.stderr)
        expect("No space left" in done.stderr, done.stderr)
        # Nothing left the shared store but what was written before; the disk itself is gone with its namespace.
        same(host.shared(), there)
        host.to("file")
        not_lower(there, host.files())


@case()
@patient
def one_run_at_a_time(world):
    with Host(world).found().fill(3) as host:
        held = os.open(host.state, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(held, fcntl.LOCK_EX)
        code, _, err = host.sum("--to", "postgres")
        os.close(held)
        same(code, 1)
        expect("already running on this host" in err, err)


@case()
@patient
def one_direction_ends_before_the_other_begins(world):
    with Host(world).found().fill(3) as host:
        host.to("postgres")
        with open(os.path.join(host.state, "moving"), "r+", encoding="utf-8") as file:
            text = file.read().replace("phase done", "phase moving")
            file.seek(0)
            file.truncate()
            file.write(text)
        code, _, err = host.sum("--to", "file")
        same(code, 1)
        expect("run `liberations store migrate --to postgres` first" in err, err)
        host.to("postgres")
        with Host(world).found("ends_not") as another:
            shutil.copy(another.store_config, host.store_config)
            code, _, err = host.sum("--to", "file")
            expect(code == 3 and "another database" in err, code, err)

