"""A backup that is put back on another machine, on which the numbers belong to other users."""
import os
import re
import shutil
import stat
import subprocess

from harness import Skip, add_case, expect, same
from world import BUILD, OWNER, STRANGER, World, need_default_places, need_root

# Two machines, one after the other, on copies of /etc and /var/lib that only this process sees.
FIRST_MACHINE = r"""
set -eu
room=$1 liberations=$2 agent=$3
mount -t tmpfs tmpfs "$room"
mkdir "$room/etc" "$room/etc.work"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$room/etc,workdir=$room/etc.work" /etc
mount -t tmpfs tmpfs /var/lib -o mode=755
rm -rf /etc/liberations
sed -i '/^_liberations:/d; /^liberations-verify:/d' /etc/passwd /etc/group /etc/shadow /etc/gshadow
show() { stat -c '%n %a %U %G' /etc/liberations/seal.key /var/lib/liberations; }
echo '_liberations:x:30001:30001::/nonexistent:/usr/sbin/nologin' >>/etc/passwd
echo '_liberations:x:30001:' >>/etc/group
printf 'zoe:x:30002:30002::/:/bin/sh\nyan:x:30003:30003::/:/bin/sh\n' >>/etc/passwd
"$liberations" init >/dev/null
echo 'hash-cost = 1' >>/etc/liberations/liberations.conf
"$liberations" invite zoe --json >/dev/null
tar -C / -cpf "$room/backup.tar" etc/liberations var/lib/liberations

"""

MACHINES = FIRST_MACHINE + r"""
# The new machine: the number is bob's, and nothing knows _liberations yet.
rm -rf /etc/liberations /var/lib/liberations
sed -i '/^_liberations:/d' /etc/passwd /etc/group
echo 'bob:x:30001:30001::/:/bin/sh' >>/etc/passwd
echo 'bob:x:30001:' >>/etc/group
tar -C / -xpf "$room/backup.tar"
for go in "$liberations init" "$liberations list" "$liberations show zoe" "$liberations init --json" \
	"$agent --listen --agent-socket $room/socket --idle 1"; do
	status=0
	$go >"$room/out" 2>"$room/said" || status=$?
	echo "$status" $(grep -o 'run: chown .*' "$room/said")
done
getent passwd _liberations | cut -d: -f1
sh -c "$("$liberations" list 2>&1 | sed 's/.*run: //')"
"$liberations" list | cut -f1
"$liberations" init --json
show
"$liberations" list | cut -f1

# The seal key as README copies it, put back by hand.
cp --preserve=mode /etc/liberations/seal.key "$room/copy"
for harm in "chown bob" "chmod 644" "chmod 660" "chgrp bob" "chown bob:bob" "chmod 600"; do
	rm /etc/liberations/seal.key
	cp --preserve=mode "$room/copy" /etc/liberations/seal.key
	$harm /etc/liberations/seal.key
	status=0
	"$liberations" list >/dev/null 2>"$room/said" || status=$?
	echo "$harm: $status $(grep -c 'repair it with .liberations init.' "$room/said")"
	"$liberations" init >/dev/null
	"$liberations" list >/dev/null
done
show
echo over
"""

# The same, whichever comes first on the new machine, init or tar, and whether tar goes by names or by numbers: what is said is run,
# until nothing is said. People's uids are others, too, and are told and corrected.
ORDERS = FIRST_MACHINE.replace("invite zoe", "invite zoe yan") + r"""
order=$4 numbers=$5
rm -rf /etc/liberations /var/lib/liberations
sed -i '/^_liberations:/d; /^zoe:/d; /^yan:/d' /etc/passwd /etc/group
echo 'bob:x:30001:30001::/:/bin/sh' >>/etc/passwd
echo 'bob:x:30001:' >>/etc/group
echo 'yan:x:30002:30002::/:/bin/sh' >>/etc/passwd
echo 'zoe:x:30007:30007::/:/bin/sh' >>/etc/passwd
[ "$order" = tar ] || "$liberations" init >/dev/null
tar -C / -xpf "$room/backup.tar" $numbers
said=0
while ! "$liberations" init >"$room/out" 2>"$room/said"; do
	said=$((said + 1))
	[ "$said" -lt 4 ]
	command=$(sed -n 's/.*run: //p' "$room/said")
	[ -n "$command" ]
	sh -c "$command"
done
echo "said $said"
show
"$liberations" unlock --all --rebuild >/dev/null
"$liberations" list 2>"$room/said" | cut -f1,7
grep -o 'recorded for uid [0-9]*, but the system.s [a-z]* is uid [0-9]*' "$room/said"
"$liberations" uid --all 2>/dev/null | sort
"$liberations" list 2>&1 | cut -f1,7
"$liberations" init --json
"""

WANTED = """3 run: chown -hR _liberations: /var/lib/liberations
3 run: chown -hR _liberations: /var/lib/liberations
3 run: chown -hR _liberations: /var/lib/liberations
3 run: chown -hR _liberations: /var/lib/liberations
78
_liberations
zoe
JSON []
/etc/liberations/seal.key 640 root _liberations
/var/lib/liberations 700 _liberations _liberations
zoe
chown bob: 3 1
chmod 644: 3 1
chmod 660: 3 1
chgrp bob: 3 1
chown bob:bob: 3 1
chmod 600: 3 1
/etc/liberations/seal.key 640 root _liberations
/var/lib/liberations 700 _liberations _liberations
over
"""


def with_other_numbers():
    need_default_places()
    with World(founded=False, as_root=True) as world:
        done, said = run_machines(world, MACHINES)
        same((done.returncode, said), (0, WANTED), done.stderr)


ORDERED = """said %d
/etc/liberations/seal.key 640 root _liberations
/var/lib/liberations 700 _liberations _liberations
yan	invited other-uid
zoe	invited other-uid
recorded for uid 30003, but the system's yan is uid 30002
recorded for uid 30002, but the system's zoe is uid 30007
yan	invited
zoe	invited
JSON []
"""


def run_machines(world, script, *words):
    agent = os.path.join(world.directory, "liberations-agent")
    if not os.path.exists(os.path.join(BUILD, "liberations-agent")):
        raise Skip("the agent is not built")
    shutil.copy(os.path.join(BUILD, "liberations-agent"), agent)
    done = subprocess.run(["unshare", "-m", "sh", "-c", script, "sh", world.home, world.command, agent, *words], check=False,
                          capture_output=True, text=True, env=world.environment(PATH="/usr/sbin:/usr/bin:/sbin:/bin"))
    if "mount:" in done.stderr or "unshare:" in done.stderr:
        raise Skip("no overlay can be mounted: " + done.stderr)
    return done, re.sub(r'\{"config".*"repaired":(\[[^]]*\])\}', r"JSON \1", done.stdout)


def in_each_order():
    """By names, tar gives all to the user whom init made, if that came first; by numbers, to the users who have them."""
    need_default_places()
    for order, numbers, said in (("tar", "", 1), ("tar", "--numeric-owner", 1), ("init", "", 0), ("init", "--numeric-owner", 1)):
        with World(founded=False, as_root=True) as world:
            done, told = run_machines(world, ORDERS, order, numbers)
            same((done.returncode, told), (0, ORDERED % said), f"{order} {numbers} {done.stderr}")


def state_of_somebody_else():
    """No matter who owns the directory now, root never hands a key to them: not by `user =`, not by its default."""
    need_root()
    with World(as_root=True) as world:
        same(world.run("list").code, 0)
        for uid, gid in ((STRANGER, STRANGER), (STRANGER, OWNER)):
            os.chown(world.state, uid, gid)
            for words in (("list",), ("init",), ("invite", "zoe"), ("notify",)):
                answer = world.run(*words)
                same((answer.code, f"owned by user {uid} " in answer.err), (3, True), f"{words} {answer}")
            same(stat.S_IMODE(os.stat(world.state).st_mode), 0o700)
        os.chown(world.state, OWNER, OWNER)
        with open(world.config, encoding="utf-8") as file:
            text = file.read()
        for user, word in (("", "no such user|owned by"), (f"user = {STRANGER}", "owned by user"), ("user = no-such-user", "no such user")):
            with open(world.config, "w", encoding="utf-8") as file:
                file.write(re.sub(r"(?m)^user = .*$", user, text))
            answer = world.run("list")
            same(answer.code, 3, repr(answer))
            expect(re.search(word, answer.err), answer.err)
        answer = world.run("init", "--owner", str(STRANGER))
        same((answer.code, "no such user" in answer.err), (3, True), repr(answer))
        with open(world.config, "w", encoding="utf-8") as file:
            file.write(text)
        answer = world.run("init", "--owner", str(STRANGER))
        same((answer.code, f"says user = {OWNER}" in answer.err), (2, True), repr(answer))
        same(world.run("init", "--owner", str(OWNER)).code, 0)


def modes_are_repaired():
    """tar under another umask, cp without --preserve: init sets owner and mode right, and says so once."""
    with World(as_root=os.geteuid() == 0) as world:
        for path, mode, name in ((world.state, 0o755, "state"), (world.key, 0o666, "seal_key"), (world.key, 0o777, "seal_key")):
            before = stat.S_IMODE(os.stat(path).st_mode)
            os.chmod(path, mode)
            same(world.run("list").code, 3, path)
            same(world.run("init", "--json").json()[0]["repaired"], [name])
            same(stat.S_IMODE(os.stat(path).st_mode), before, path)
            same(world.run("init", "--json").json()[0]["repaired"], [])
            same(world.run("list").code, 0, path)
        other = world.key + ".other"
        os.link(world.key, other)
        answer = world.run("init")
        same((answer.code, "hard link" in answer.err), (3, True), repr(answer))
        os.rename(world.key, other + "2")
        os.symlink(other, world.key)
        same(world.run("init").code, 3, "a link in place of the key")


def add_cases():
    add_case("restore_with_other_numbers", with_other_numbers)
    add_case("restore_in_each_order_by_names_and_by_numbers", in_each_order)
    add_case("restore_root_gives_nothing_to_who_owns_the_state_now", state_of_somebody_else)
    add_case("restore_init_repairs_owner_and_mode", modes_are_repaired)
