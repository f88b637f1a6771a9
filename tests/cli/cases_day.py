"""The administrator's day: who waits, is locked or invited; lists that run twice; what a monitor is told."""
import csv
import io
import os
import re
import shutil
import subprocess
import tempfile
import time

from harness import add_case, expect, need, same
from world import BUILD, OWNER, ROOT, Terminal, World, lbr_world, need_root, root_world

HERE = os.path.dirname(os.path.abspath(__file__))
EXAMPLES = os.path.join(HERE, "..", "..", "packaging", "examples")

LONG = "un.nom.de.soixante-quatre.lettres.que.porte.la.personne.invitee."


def populate(world):
    """Somebody in each state, made in another order than that of the names."""
    for name, fields in (("tom", ["state=own"]), ("dora", ["state=disabled"]), ("lou", ["state=locked"]),
                         ("wim", ["state=throttled"]), ("kim", ["state=locked-console"]), ("eva", ["state=expired"]),
                         ("ina", ["state=pending"]), ("mia", ["state=must-change"]), (LONG, ["state=locked"]),
                         ("old", ["state=ended"]), ("zed", ["state=throttled-console"]),
                         ("日本語日本語日本語日本語日本語日本語", ["state=own"])):
        lbr_world(world, name, *fields)
    same(world.run("disable", "lou").code, 0)


def the_list_says_who_waits_and_fits():
    for language, words in (("en_CA.UTF-8", ("disabled", "locked: strangers", r"waits until \d\d:\d\d: strangers", "expired",
                                             "invited", "must choose a new password", "locked: console", "active")),
                            ("fr_CA.UTF-8", ("désactivé", "verrouillé : inconnus", r"attend jusqu'à \d\d:\d\d : inconnus", "expiré",
                                             "invité", "doit changer de mot de passe", "verrouillé : console", "actif"))):
        with World(language) as world:
            populate(world)
            terminal = Terminal(world, "list")
            same(terminal.close(), 0)
            lines = terminal.seen.replace("\r\n", "\n").rstrip("\n").split("\n")
            wide = [line for line in lines if sum(2 if ord(sign) >= 0x1100 else 1 for sign in line) > 80]
            same(wide, [], terminal.seen)
            expect(re.match(r"(USER|NOM) +(TOKEN|JETON) +(SIGNED IN|CONNEXION) +(EXPIRES|EXPIRE) +(STATE|ÉTAT)$", lines[0]), lines[0])
            names = [line.split()[0] for line in lines[1:] if line[0] != " "]
            same(names, sorted(names))
            same(len(names), 12)
            flat = " ".join(terminal.seen.split())
            for word in words:
                expect(re.search(word, flat), f"{word!r} is missing: {terminal.seen}")


def state_of(world):
    return {line.split("\t")[0]: line.split("\t")[6] for line in world.run("list").out.splitlines()}


def the_list_for_programs():
    with World() as world:
        populate(world)
        states = state_of(world)
        same((states["dora"], states["lou"], states["kim"], states["eva"], states["ina"], states["mia"], states["tom"]),
             ("disabled", "disabled locked:stranger", "locked:console", "expired", "invited", "must-change", "active"))
        expect(re.fullmatch(r"waiting:stranger:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", states["wim"]), states["wim"])
        expect(re.fullmatch(r"waiting:console:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", states["zed"]), states["zed"])
        same(list(states), sorted(states), "no order")
        rows = list(csv.DictReader(io.StringIO(world.run("list", "--csv").out)))
        same({row["user"]: row["state"] for row in rows}, states)
        same(list(rows[0]), ["user", "password", "token", "disabled", "last_sign_in", "expires", "uid", "contact", "language", "state"])
        told = {one["user"]: one for one in world.run("list", "--json").json()}
        same(list(told), sorted(states))
        same((told["lou"]["state"], told["lou"]["locked"], told["lou"]["waiting"]), (["disabled", "locked"], ["stranger"], {}))
        same((told["wim"]["state"], list(told["wim"]["waiting"])), (["waiting"], ["stranger"]))
        same((told["eva"]["expired"], told["tom"]["expired"], told["tom"]["state"]), (True, False, []))
        expires = [one["expires"] or "9" for one in world.run("list", "--json", "--sort", "expires").json()]
        same(expires[1:], sorted(expires[1:]), "by expiry; who must change now comes first")
        same(world.run("list", "--sort", "size").code, 2)
        same(world.run("list", "--csv", "--json").code, 2)


FORTY = [f"personne{number:02}" for number in range(1, 41)]


def a_list_can_be_run_again():
    """Forty people of whom the system knows nothing: invited, named once; the same list again; a longer list."""
    with World() as world:
        table = "".join(f"{name},{name}@example.org,fr\n" for name in FORTY)
        answer = world.run("invite", "--csv", "-", stdin=table)
        same((answer.code, answer.out.count("\n")), (0, 40))
        same(answer.err.count("without a Unix user"), 1, answer.err)
        expect("40 of 40" in answer.err and all(name in answer.err for name in FORTY), answer.err)
        same([line for line in answer.err.splitlines()[1:] if len(line) > 80], [])
        before = {one["user"]: one["expires"] for one in world.run("list", "--json").json()}
        again = world.run("invite", "--csv", "-", stdin=table)
        same((again.code, again.out, again.err.count("already invited")), (1, "", 40))
        expect("--skip-existing" in again.err and "line 40, column 1" in again.err, again.err)
        longer = world.run("invite", "--csv", "-", "--skip-existing", stdin=table + "personne41,,fr\n")
        same((longer.code, [line.split("\t")[0] for line in longer.out.splitlines()]), (0, ["personne41"]))
        expect("skipped, because they have an account: 40 of 41" in longer.err and all(name in longer.err for name in FORTY), longer.err)
        expect("without a Unix user of that name: 1 of 41" in longer.err, longer.err)
        last = world.run("invite", "--csv", "-", "--skip-existing", "--json", stdin=table)
        same((last.code, [one["changed"] for one in last.json()]), (0, [False] * 40))
        after = {one["user"]: one["expires"] for one in world.run("list", "--json").json()}
        same({name: after[name] for name in before}, before, "somebody who was skipped was changed")
        same(world.run("invite", "bob", "--skip-existing", "--renew").code, 2)


def everything_wrong_with_a_list_at_once():
    """Look-alikes of an account and of one another, whatever else is wrong with their lines; and nothing is half made."""
    with World() as world:
        same(world.run("invite", "zoé", "alice").code, 0)
        table = "good\nZOÉ,zoe@example.org\nalice\nbob,nowhere\nBob,,de\n\"Alice\",a b\nroot\nother\n"
        for more in ((), ("--skip-existing",)):
            answer = world.run("invite", "--csv", "-", *more, stdin=table)
            same(answer.out, "", "somebody was invited")
            expect(answer.code in (1, 2), repr(answer))
            found = sorted(re.findall(r"line (\d+), column (\d+): ([^:]*): ", answer.err))
            wanted = [("2", "1", "ZOÉ"), ("4", "5", "nowhere"), ("5", "1", "Bob"), ("5", "6", "de"), ("6", "1", "Alice"),
                      ("6", "1", "Alice"), ("6", "9", "a b"), ("7", "1", "root")]
            same(found, sorted(wanted + ([] if more else [("3", "1", "alice")])), answer.err)
            expect("ZOÉ: looks like zoé" in answer.err or "ZOÉ: resembles" in answer.err or "zoé" in answer.err, answer.err)
        same([line.split("\t")[0] for line in world.run("list").out.splitlines()], ["alice", "zoé"])
        answer = world.run("invite", "ZOÉ", "--renew")
        same(answer.code, 1)
        expect("zoé" in answer.err, answer.err)


def agent_of(world):
    path = os.path.join(world.directory, "liberations-agent")
    shutil.copy(os.path.join(BUILD, "liberations-agent"), path)
    return ("--agent", path)


def status(world, code, *words, **more):
    """One line on standard output, nothing else, and the monitor's number; its words, and the numbers behind the bar."""
    answer = world.run("status", *words, **more)
    same((answer.code, answer.out.count("\n"), answer.err), (code, 1, ""), repr(answer))
    word = ("OK", "WARNING", "CRITICAL", "UNKNOWN")[code]
    expect(answer.out.startswith(f"LIBERATIONS {word}: "), answer.out)
    said, _, numbers = answer.out.partition("|")
    for number in numbers.split():
        expect(re.fullmatch(r"[a-z]+=\d+(MB|ms)?(;\d*:?){0,4}", number), f"{number!r} is no performance data")
    return said, dict(re.findall(r"(\w+)=(\d+)", numbers))


def status_for_a_monitor():
    with World() as world:
        agent = agent_of(world)
        said, numbers = status(world, 0, *agent)
        expect("agent starts" in said and "key and store usable" in said and "MB free" in said, said)
        same(numbers["accounts"], "0")
        for name, state in (("tom", "own"), ("wim", "throttled"), ("eva", "expired"), ("dora", "disabled"), ("ina", "pending")):
            lbr_world(world, name, f"state={state}")
        said, numbers = status(world, 0, *agent)
        same([numbers[word] for word in ("accounts", "invited", "waiting", "locked", "disabled", "expired", "damaged")],
             ["5", "1", "1", "0", "1", "1", "0"])
        for name, code, word in (("tom", 0, "accounts: 1"), ("dora", 1, "disabled: 1 (dora)"), ("eva", 1, "expired: 1 (eva)"),
                                 ("nobody-here", 3, "nobody-here: no such account")):
            expect(word in status(world, code, name, *agent)[0], f"{name}: {word}")
        for number in range(7):
            lbr_world(world, f"lou{number}", "state=locked")
        said, numbers = status(world, 1, *agent)
        expect("WARNING: locked: 7 (" in said, said)
        expect(said.count("lou") == 5 and "...)" in said, said)
        same(numbers["locked"], "7")
        lbr_world(world, "ann", "state=damaged")
        said, numbers = status(world, 2, *agent)
        expect("damaged: 1 (ann)" in said and numbers["damaged"] == "1", said)
        status(world, 2, "ann", *agent)
        status(world, 0, "tom", *agent)


def status_says_what_does_not_work():
    with World() as world:
        agent = agent_of(world)
        expect("no agent at /nonexistent" in status(world, 2, "--agent", "/nonexistent")[0], "no agent")
        expect("does not answer" in status(world, 2, "--agent", "/bin/true")[0], "an agent that ends")
        expect("no agent at /nonexistent" in status(world, 2, "--socket", "/nonexistent/s")[0], "no listener")
        lbr_world(world, "ahead", "state=own", f"last_step={int(time.time()) // 30 + 1000}")
        expect("clock behind the last code accepted: 1 (ahead)" in status(world, 1, *agent)[0], "the clock")
        os.rename(world.key, world.key + ".away")
        expect("seal.key" in status(world, 2, *agent)[0], "no key")
        os.rename(world.key + ".away", world.key)
        same(world.run("status", "--no-such-option").code, 3, "what a monitor calls wrongly is no alarm")
        same(world.run("status", "a", "b").out, "LIBERATIONS UNKNOWN: called the wrong way: see standard error\n")
        if ROOT:
            expect("needs root" in status(world, 3, uid=OWNER + 5)[0], "a user without rights")
            os.chmod(world.config, 0o600)
            expect("needs root" in status(world, 3, uid=OWNER + 5)[0], "a user who may read nothing")


def status_with_long_names():
    """Five of the longest names in each list: the line is whole, and so is the last sign of each."""
    with World() as world:
        for number in range(6):
            lbr_world(world, f"{'é' * 31}a{number}", "state=locked", f"last_step={int(time.time()) // 30 + 1000}")
            lbr_world(world, f"{'é' * 31}b{number}", "state=damaged")
        agent = ("--agent", "/nonexistent/" + "é" * 120)
        said, _ = status(world, 2, *agent)
        expect("clock behind the last code accepted: 6 (" in said and said.count("...)") == 3, said)
        found = world.run("status", *agent, "--json")
        same((found.code, found.json()[0]["damaged"]), (2, 6), repr(found))


def status_where_root_finds_nothing():
    """Without a store or a sound configuration nobody but root can tell whose this is."""
    with root_world() as world:
        agent = agent_of(world)
        os.rename(world.state, world.state + ".away")
        expect("state" in status(world, 2, *agent)[0], "no store")
        os.rename(world.state + ".away", world.state)
        status(world, 0, *agent)
        world.configure("window = 17", "|")
        expect("line " in status(world, 2, *agent)[0], "a broken configuration")


def status_of_a_full_disk():
    need("unshare", "mount")
    script = """set -eu
mount -t tmpfs -o size=%s tmpfs "$1"
cp -a "$2"/. "$1"
shift 2
exec "$@"
"""
    need_root()
    with World() as world:
        agent = agent_of(world)
        saved = os.path.join(world.directory, "saved")
        shutil.copytree(world.state, saved)
        subprocess.run(["chown", "-R", f"{OWNER}:{OWNER}", saved], check=True)
        for size, code, word in (("8m", 2, "MB free"), ("60m", 1, "MB free")):
            done = subprocess.run(["unshare", "-m", "sh", "-c", script % size, "sh", world.state, saved,
                                   *world.line("status", *agent)], capture_output=True, text=True, env=world.environment(),
                                  check=False)
            same((done.returncode, word in done.stdout), (code, True), f"{size}: {done.stdout}{done.stderr}")


# A monitoring host's agent, as NRPE runs it: a user with one line of sudoers.
MONITOR = r"""
set -eu
mount -t tmpfs tmpfs "$1"
mkdir "$1/etc" "$1/etc.work" "$1/sbin" "$1/sbin.work" "$1/exec" "$1/exec.work"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$1/etc,workdir=$1/etc.work" /etc
mount -t overlay overlay -o "lowerdir=/usr/sbin,upperdir=$1/sbin,workdir=$1/sbin.work" /usr/sbin
mkdir -p /usr/libexec
mount -t overlay overlay -o "lowerdir=/usr/libexec,upperdir=$1/exec,workdir=$1/exec.work" /usr/libexec
mount -t tmpfs tmpfs /var/lib -o mode=755
mount -t tmpfs tmpfs /run -o mode=755
rm -rf /etc/liberations /etc/sudoers.d/*
install -m 755 "$2/liberations" /usr/sbin/liberations
install -m 755 "$2/liberations-agent" /usr/libexec/liberations-agent
printf 'nagios:x:64203:64203::/:/bin/sh
' >>/etc/passwd
printf 'nagios:*:19000::::::
' >>/etc/shadow
printf 'auth required pam_permit.so
account required pam_permit.so
session required pam_permit.so
' >/etc/pam.d/sudo
visudo -qcf "$3"
install -m 440 "$3" /etc/sudoers.d/liberations-monitoring
nagios() { setpriv --reuid 64203 --regid 64203 --clear-groups env -i PATH=/usr/sbin:/usr/bin:/bin LC_ALL=C "$@"; }
cd /
liberations init >/dev/null
printf 'hash-cost = 1
' >>/etc/liberations/liberations.conf
nagios sudo -n liberations status
liberations status
code=0; nagios liberations status || code=$?
echo "without sudo: $code"
for words in "status --config /etc/shadow" "status --agent /bin/sh" "list" "passwd zoe"; do
	if nagios sudo -n liberations $words >/dev/null 2>&1; then echo "allowed: $words"; exit 1; fi
done
rm /etc/liberations/seal.key
code=0; nagios sudo -n liberations status || code=$?
echo "without its key: $code"
"""


def status_for_a_monitoring_user():
    need("sudo", "visudo", "unshare")
    need_root()
    with tempfile.TemporaryDirectory(prefix="liberations-monitor.") as place:
        done = subprocess.run(["unshare", "-m", "sh", "-c", MONITOR, "sh", place, BUILD, os.path.join(EXAMPLES, "sudoers-monitoring")],
                              capture_output=True, text=True, timeout=600, check=False)
    lines = done.stdout.splitlines()
    same((done.returncode, len(lines)), (0, 6), done.stdout + done.stderr)
    expect(lines[0].startswith("LIBERATIONS OK: agent starts") and lines[1].startswith("LIBERATIONS OK: "), done.stdout)
    expect(lines[2].startswith("LIBERATIONS UNKNOWN: this command needs root"), done.stdout)
    same(lines[3], "without sudo: 3")
    expect(lines[4].startswith("LIBERATIONS CRITICAL: ") and "seal.key" in lines[4], done.stdout)
    same(lines[5], "without its key: 2")


def add_cases():
    add_case("a_list_can_be_run_again", a_list_can_be_run_again)
    add_case("everything_wrong_with_a_list_at_once", everything_wrong_with_a_list_at_once)
    add_case("status_is_one_line_for_a_monitor", status_for_a_monitor)
    add_case("status_says_what_does_not_work", status_says_what_does_not_work)
    add_case("status_with_long_names_is_whole", status_with_long_names)
    add_case("status_where_root_finds_nothing", status_where_root_finds_nothing)
    add_case("status_of_a_full_disk", status_of_a_full_disk)
    add_case("status_for_a_monitoring_user_by_sudo", status_for_a_monitoring_user)
    add_case("list_says_who_waits_and_fits_the_terminal", the_list_says_who_waits_and_fits)
    add_case("list_for_programs_says_the_same", the_list_for_programs)
