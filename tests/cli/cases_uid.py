"""An account belongs to a person, not to a name: the recorded uid against the system's."""
import json
import subprocess

from harness import Skip, add_case, expect, same
from world import Terminal, lbr_world, root_world

# A /etc/passwd of the command's own: "name:uid ..." beside the system's.
OWN_PASSWD = r"""
set -eu
room=$1 users=$2
shift 2
cp /etc/passwd "$room/passwd"
chmod 644 "$room/passwd"
for user in $users; do
	echo "${user%:*}:x:${user#*:}:100::/:/bin/sh" >>"$room/passwd"
done
case $users in *unreadable*)
	chmod 600 "$room/passwd"
	echo 'passwd: files' >"$room/nsswitch"
	chmod 644 "$room/nsswitch"
	mount --bind "$room/nsswitch" /etc/nsswitch.conf
esac
mount --bind "$room/passwd" /etc/passwd
exec "$@"
"""


def own_passwd(world, users):
    return ["unshare", "-m", "sh", "-c", OWN_PASSWD, "sh", world.directory, users]


def run(world, users, *words, stdin=""):
    command = [*own_passwd(world, users), *world.line(*words)]
    done = subprocess.run(command, input=stdin, capture_output=True, check=False, timeout=600, cwd="/", text=True,
                          env=world.environment(PATH="/usr/sbin:/usr/bin:/sbin:/bin"))
    if "mount:" in done.stderr or "unshare:" in done.stderr:
        raise Skip("no /etc/passwd of one's own: " + done.stderr)
    return done


def recorded(world, name):
    return json.loads(world.run("show", name, "--json").out)["uid"]


def uid_records_anew():
    with root_world() as world:
        same(run(world, "zoe:30001 yan:30002", "invite", "zoe", "yan", "wim").returncode, 0)
        same([recorded(world, name) for name in ("zoe", "yan", "wim")], [30001, 30002, None])
        done = run(world, "zoe:30001 yan:30002", "uid", "--all")
        same((done.returncode, sorted(done.stdout.splitlines()), done.stderr),
             (0, ["wim: no Unix user, as recorded", "yan: uid 30002, as recorded", "zoe: uid 30001, as recorded"], ""))
        done = run(world, "zoe:30007 wim:30008", "uid", "zoe", "yan", "wim", "--json")
        same([json.loads(line) for line in done.stdout.splitlines()],
             [{"user": "zoe", "uid": 30007, "changed": True}, {"user": "yan", "uid": None, "changed": True},
              {"user": "wim", "uid": 30008, "changed": True}])
        same(done.stderr, "zoe: recorded uid 30007 of the Unix user of that name, in place of 30001\n"
             "yan: no Unix user has that name: uid 30002 is no longer recorded\n"
             "wim: a Unix user of that name now exists: recorded uid 30008\n")
        same([recorded(world, name) for name in ("zoe", "yan", "wim")], [30007, None, 30008])
        same(run(world, "", "uid", "nobody-here").returncode, 1)
        # The uid of a system user is recorded for nobody who has none: that user may be a stranger.
        run(world, "yan:105", "uid", "yan")
        same(recorded(world, "yan"), None)


def uid_all_answers_in_the_order_of_names():
    with root_world() as world:
        names = ["abe", "bea", "cid", "dan", "eva", "fay", "gus", "ida"]
        same(run(world, "", "invite", *reversed(names)).returncode, 0)
        done = run(world, "", "uid", "--all")
        same([line.split(":")[0] for line in done.stdout.splitlines()], names)
        done = run(world, "", "uid", "eva", "abe")
        same([line.split(":")[0] for line in done.stdout.splitlines()], ["eva", "abe"])


def everybody_hears_of_it():
    with root_world() as world:
        run(world, "zoe:30001 yan:30002 wim:30003", "invite", "zoe", "yan", "wim")
        for words in (("list",), ("list", "--json")):
            done = run(world, "zoe:30009 wim:30003", *words)
            same((done.returncode, sorted(line.split(":")[1].strip() for line in done.stderr.splitlines())), (0, ["yan", "zoe"]),
                 done.stderr)
            expect("liberations uid zoe" in done.stderr and "uid 30009" in done.stderr, done.stderr)
        for name, told in (("zoe", True), ("yan", True), ("wim", False)):
            for more in ((), ("--json",)):
                done = run(world, "zoe:30009 wim:30003", "show", name, *more)
                same((done.returncode, "liberations uid" in done.stderr), (0, told), name + done.stderr)


def what_gives_something_says_whose_it_is():
    """Refused where root's services ask, and told at the desk, whatever is done for the name."""
    with root_world() as world:
        run(world, "zoe:30001 wim:30003", "invite", "zoe", "wim")
        lbr_world(world, "ben", "state=own", "uid=30004")
        for words in (("unlock", "zoe"), ("enable", "zoe"), ("expire", "zoe"), ("contact", "zoe"), ("contact", "zoe", "zoe@example.org"),
                      ("unlock", "zoe", "wim", "--json")):
            done = run(world, "zoe:30009 wim:30003 ben:30004", *words)
            same((done.returncode, done.stderr.count("\n")), (0, 1), f"{words} {done}")
            expect("liberations uid zoe" in done.stderr and "30009" in done.stderr, done.stderr)
        done = run(world, "zoe:30009 wim:30003", "recovery-codes", "ben")
        same(done.returncode, 0, done)
        expect("the system has no user of that name" in done.stderr, done.stderr)
        for words in (("unlock", "wim"), ("recovery-codes", "ben"), ("unlock", "--all"), ("disable", "zoe")):
            same(run(world, "zoe:30009 wim:30003 ben:30004", *words).stderr, "", words)


def facts_of(world, users, *words):
    done = run(world, users, *words)
    same(done.returncode, 0, done.stderr)
    return {one["user"]: (one["uid"], one["system_uid"], one["uid_differs"]) for one in map(json.loads, done.stdout.splitlines())}


def programs_are_told():
    """Whether it is the same, another's, or nobody's; null where the name service does not answer."""
    users = "zoe:30009 wim:30003 ben:30008"
    wanted = {"zoe": (30001, 30009, True), "yan": (30002, None, True), "wim": (30003, 30003, False), "ben": (None, None, False)}
    with root_world() as world:
        run(world, "zoe:30001 yan:30002 wim:30003", "invite", "zoe", "yan", "wim", "ben")
        same(facts_of(world, users, "list", "--json"), wanted)
        for name, facts in wanted.items():
            same(facts_of(world, users, "show", name, "--json"), {name: facts})
        told = [json.loads(line) for line in run(world, users, "list", "--json").stdout.splitlines()]
        same({one["user"]: one["state"] for one in told},
             {"zoe": ["invited", "other-uid"], "yan": ["invited", "no-unix-user"], "wim": ["invited"], "ben": ["invited"]})
        lines = run(world, users, "list").stdout.splitlines()
        same({line.split("\t")[0]: line.split("\t")[6] for line in lines},
             {"zoe": "invited other-uid", "yan": "invited no-unix-user", "wim": "invited", "ben": "invited"})
        rows = run(world, users, "list", "--csv").stdout
        expect("invited other-uid" in rows and "invited no-unix-user" in rows, rows)
        for name, line in (("zoe", "Unix user now:   30009, whom root's services refuse"),
                           ("yan", "Unix user now:   none, so root's services refuse"), ("wim", None), ("ben", None)):
            seen = [text for text in run(world, users, "show", name).stdout.splitlines() if text.startswith("Unix user now:")]
            same(seen, [line] if line else [], name)


def programs_are_told_of_silence():
    """Root reads who owns the accounts; the name service is then asked as that user, and cannot answer."""
    with root_world() as world:
        run(world, "zoe:30001", "invite", "zoe")
        for words in (("list", "--json"), ("show", "zoe", "--json")):
            same(facts_of(world, "zoe:30001 unreadable:30002", *words), {"zoe": (30001, None, None)}, words)


def a_terminal_is_told():
    for language, words in (("en_CA.UTF-8", ("another Unix user", "no Unix user")),
                            ("fr_CA.UTF-8", ("autre utilisateur Unix", "aucun utilisateur Unix"))):
        with root_world() as world:
            world.language = language
            run(world, "zoe:30001 yan:30002", "invite", "zoe", "yan")
            terminal = Terminal(world, "list", before=own_passwd(world, "zoe:30009"))
            same(terminal.close(), 0, terminal.seen)
            flat = " ".join(terminal.seen.split())
            expect(all(word in flat for word in words), terminal.seen)


def the_repairs_record_it():
    for verb in (("passwd", "zoe"), ("reset-token", "zoe", "--yes"), ("invite", "zoe", "--renew")):
        with root_world() as world:
            run(world, "zoe:30001", "invite", "zoe")
            done = run(world, "zoe:30005", *verb)
            same((done.returncode, done.stderr), (0, "zoe: recorded uid 30005 of the Unix user of that name, in place of 30001\n"), verb)
            same(recorded(world, "zoe"), 30005, verb)
            done = run(world, "zoe:30005", *verb)
            same((done.returncode, done.stderr), (0, ""), verb)
            done = run(world, "", *verb)
            same((done.returncode, done.stderr), (0, "zoe: no Unix user has that name: uid 30005 is no longer recorded\n"), verb)
            same(recorded(world, "zoe"), None, verb)


def a_system_user_stays():
    """Root's own account, and what --system recorded, are no strangers to their names."""
    with root_world() as world:
        lbr_world(world, "root", "state=own", "uid=0")
        for verb in (("uid", "root"), ("passwd", "root"), ("list",), ("show", "root")):
            same(run(world, "", *verb).stderr, "", verb)
        same(recorded(world, "root"), 0)


def add_cases():
    add_case("uid_records_anew", uid_records_anew)
    add_case("uid_all_answers_in_the_order_of_names", uid_all_answers_in_the_order_of_names)
    add_case("uid_that_differs_is_told_by_list_and_show", everybody_hears_of_it)
    add_case("uid_that_differs_is_told_by_what_gives_something", what_gives_something_says_whose_it_is)
    add_case("uid_that_differs_is_told_to_programs", programs_are_told)
    add_case("uid_is_null_where_the_name_service_is_silent", programs_are_told_of_silence)
    add_case("uid_that_differs_is_told_at_a_terminal", a_terminal_is_told)
    add_case("uid_is_recorded_anew_by_each_repair", the_repairs_record_it)
    add_case("uid_of_a_system_user_stays", a_system_user_stays)
