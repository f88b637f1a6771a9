"""An account belongs to a person, not to a name: the recorded uid against the system's."""
import json
import os
import subprocess

from harness import Skip, add_case, expect, same
from world import World, lbr_world

# A /etc/passwd of the command's own: "name:uid ..." beside the system's.
OWN_PASSWD = r"""
set -eu
room=$1 users=$2
shift 2
cp /etc/passwd "$room/passwd"
for user in $users; do
	echo "${user%:*}:x:${user#*:}:100::/:/bin/sh" >>"$room/passwd"
done
mount --bind "$room/passwd" /etc/passwd
exec "$@"
"""


def run(world, users, *words, stdin=""):
    command = ["unshare", "-m", "sh", "-c", OWN_PASSWD, "sh", world.directory, users, *world.line(*words)]
    done = subprocess.run(command, input=stdin, capture_output=True, check=False, timeout=60, cwd="/", text=True,
                          env=world.environment(PATH="/usr/sbin:/usr/bin:/sbin:/bin"))
    if "mount:" in done.stderr or "unshare:" in done.stderr:
        raise Skip("no /etc/passwd of one's own: " + done.stderr)
    return done


def recorded(world, name):
    return json.loads(world.run("show", name, "--json").out)["uid"]


def root_world():
    if os.geteuid() != 0:
        raise Skip("needs root")
    return World(as_root=True)


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
    add_case("uid_that_differs_is_told_by_list_and_show", everybody_hears_of_it)
    add_case("uid_is_recorded_anew_by_each_repair", the_repairs_record_it)
    add_case("uid_of_a_system_user_stays", a_system_user_stays)
