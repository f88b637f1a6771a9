"""`init`: what it makes, that it can be repeated, and where it refuses to write."""
import os
import stat
import subprocess

from harness import Skip, add_case, expect, same
from world import OWNER, ROOT, World, need_default_places, need_root


def snapshot(directory):
    found = {}
    for path, _, files in os.walk(directory):
        for name in ["", *files]:
            facts = os.lstat(os.path.join(path, name))
            found[os.path.join(path, name)] = (facts.st_mode, facts.st_uid, facts.st_gid, facts.st_mtime_ns, facts.st_size)
    return found


def repeatable():
    with World() as world:
        before = snapshot(world.home)
        for more in ((), ("--json",)):
            answer = world.run("init", *more)
            same((answer.code, answer.err), (0, ""))
        expect("created" not in world.run("init").out, "something was made again")
        same(world.run("init", "--json").json()[0]["created"], [])
        same(snapshot(world.home), before, "a second run changed something")


def modes():
    with World(as_root=ROOT) as world:
        for path, mode in ((world.config, 0o644), (world.key, 0o640), (world.state, 0o700)):
            same(oct(stat.S_IMODE(os.lstat(path).st_mode)), oct(mode), path)
        if ROOT:
            same([os.lstat(world.key).st_uid, os.lstat(world.key).st_gid], [0, OWNER])
            same([os.lstat(world.state).st_uid, os.lstat(world.state).st_gid], [OWNER, OWNER])
            same(os.lstat(world.config).st_uid, 0)
        same(subprocess.run(["find", world.directory, "-perm", "/6000"], capture_output=True, check=True).stdout, b"")


def traps_for_root():
    """A directory that another user can change is no place for root to write."""
    need_root()
    for spoil in (lambda world: os.chown(world.home, OWNER, OWNER), lambda world: os.chmod(world.home, 0o777),
                  lambda world: os.chmod(world.directory, 0o775)):
        with World(founded=False, as_root=True) as world:
            spoil(world)
            answer = world.run("init", "--owner", str(OWNER))
            same((answer.code, answer.out, os.listdir(world.home)), (3, "", []), repr(answer))


def links_on_the_way():
    """A link that root made is root's word; one of somebody else's, even where everybody may make files, is a trap."""
    need_root()
    for owner, sticky, wanted in ((0, False, 0), (OWNER, False, 3), (OWNER, True, 3), (0, True, 0)):
        with World(founded=False, as_root=True) as world:
            real, way = world.home + ".real", world.home
            os.rename(world.home, real)
            os.symlink(real, way)
            os.lchown(way, owner, owner)
            if sticky:
                os.chmod(world.directory, 0o1777)
            answer = world.run("init", "--owner", str(OWNER))
            same((answer.code, sorted(os.listdir(real)) != []), (wanted, wanted == 0), f"{owner} {sticky} {answer}")
            expect(wanted == 0 or "symbolic link" in answer.err, answer.err)


def planted_links():
    """sec 1.05: what is planted under the names that init writes is neither followed nor changed."""
    for name in ("seal.key", "liberations.conf", "state", "seal.key.new", "liberations.conf.new"):
        with World(founded=False) as world:
            target = os.path.join(world.directory, "target")
            with open(target, "w", encoding="ascii") as file:
                file.write("untouched")
            before = os.lstat(target)
            os.symlink(target, os.path.join(world.home, name))
            answer = world.run("init")
            same(answer.code, 0 if name.endswith(".new") else 3, f"{name}: {answer}")
            after = os.lstat(target)
            same((after.st_mode, after.st_uid, after.st_mtime_ns, after.st_size),
                 (before.st_mode, before.st_uid, before.st_mtime_ns, before.st_size), name)


def interrupted():
    """Root's run that ended after any of its steps is finished by the next."""
    with World(as_root=ROOT) as world:
        for gone in ((world.state, world.key), (world.state,)):
            for path in gone:
                subprocess.run(["rm", "-rf", path], check=True)
            owner = ("--owner", str(OWNER)) if ROOT else ()
            if ROOT:
                os.mkdir(world.state, 0o700)  # made, and not yet given away
            same(world.run("init", *owner).code, 0)
            same(world.run("list").code, 0)


SYSTEM = r"""
set -eu
mkdir -p "$1/etc" "$1/etc.work" "$1/var" "$1/var.work"
mount -t tmpfs tmpfs "$1/etc.work"
mkdir "$1/etc.work/up" "$1/etc.work/work" "$1/etc.work/varup" "$1/etc.work/varwork"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$1/etc.work/up,workdir=$1/etc.work/work" /etc
mount -t overlay overlay -o "lowerdir=/var/lib,upperdir=$1/etc.work/varup,workdir=$1/etc.work/varwork" /var/lib
rm -rf /etc/liberations /var/lib/liberations
sed -i '/^_liberations:/d; /^liberations-verify:/d' /etc/passwd /etc/group /etc/shadow /etc/gshadow
"$2" init
echo ---
"$2" init
echo ---
stat -c '%n %a %U %G' /etc/liberations /etc/liberations/liberations.conf /etc/liberations/seal.key /var/lib/liberations
getent passwd _liberations | cut -d: -f1,6,7
getent group liberations-verify | cut -d: -f1
"$2" list
"$2" enroll zoe --json </dev/null >/dev/null || test $? = 1
"$2" list | cut -f1
"""

FOUNDED = """---
/etc/liberations 755 root root
/etc/liberations/liberations.conf 644 root root
/etc/liberations/seal.key 640 root _liberations
/var/lib/liberations 700 _liberations _liberations
_liberations:/nonexistent:/usr/sbin/nologin
liberations-verify
zoe
"""


def on_the_system():
    """With the default configuration, over copies of /etc and /var/lib that only this process sees."""
    need_default_places()
    with World(founded=False, as_root=True) as world:
        if subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode != 0:
            raise Skip("no mount namespace")
        done = subprocess.run(["unshare", "-m", "sh", "-c", SYSTEM, "sh", world.home, world.command], check=False,
                              capture_output=True, text=True, env=world.environment(PATH="/usr/sbin:/usr/bin:/sbin:/bin"))
        if "mount" in done.stderr:
            raise Skip("no overlay can be mounted: " + done.stderr.splitlines()[0])
        same(done.returncode, 0, done.stdout + done.stderr)
        first, second, rest = done.stdout.partition("---\n")[0], *done.stdout.partition("---\n")[2].split("---\n", 1)
        same((first.count("created:"), first.count("exists:")), (5, 0), first)
        same((second.count("created:"), second.count("exists:")), (0, 5), second)
        same("---\n" + rest, FOUNDED)


HOSTS = r"""
set -eu
mkdir "$1/tmp"
mount -t tmpfs tmpfs "$1/tmp"
mkdir "$1/tmp/up" "$1/tmp/work"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$1/tmp/up,workdir=$1/tmp/work" /etc
mount -t tmpfs tmpfs /var/lib -o mode=755
sed -i '/^_liberations:/d; /^liberations-verify:/d' /etc/passwd /etc/group /etc/shadow /etc/gshadow
for name in web7 web8.example.org "$(printf 'h%.0s' $(seq 63))"; do
	rm -rf /etc/liberations /var/lib/liberations
	hostname "$name"
	"$2" init | grep -c "^issuer:"
	grep '^issuer' /etc/liberations/liberations.conf
	"$2" invite "zoe$(hostname | wc -c)" --json >/dev/null
done
rm -rf /etc/liberations /var/lib/liberations
"$2" init --issuer 'Maison des dunes' >/dev/null
grep '^issuer' /etc/liberations/liberations.conf
"$2" init --issuer 'Autre' >/dev/null
grep '^issuer' /etc/liberations/liberations.conf
"""


def issuer_of_the_host():
    """Two machines with one issuer would replace each other's entries on a phone."""
    need_default_places()
    with World(founded=False, as_root=True) as world:
        done = subprocess.run(["unshare", "-mu", "sh", "-c", HOSTS, "sh", world.home, world.command], check=False,
                              capture_output=True, text=True, env=world.environment(PATH="/usr/sbin:/usr/bin:/sbin:/bin"))
        if "mount:" in done.stderr or "unshare:" in done.stderr:
            raise Skip("no overlay can be mounted: " + done.stderr.splitlines()[0])
        same((done.returncode, done.stdout.splitlines()),
             (0, ["1", "issuer = Libérations web7", "1", "issuer = Libérations web8", "1", "issuer = Libérations " + "h" * 40,
                  "issuer = Maison des dunes", "issuer = Maison des dunes"]), done.stderr)


def issuer_is_judged():
    for issuer, code in (("ACME", 0), ("a:b", 2), ("x" * 63, 0), ("x" * 64, 2), ("", 2)):
        with World(founded=False) as world:
            answer = world.run("init", "--issuer", issuer)
            same((answer.code, os.path.exists(world.config)), (code, code == 0), repr(answer))
            same(code == 0 and f"issuer = {issuer}\n" not in read(world.config), False)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def add_cases():
    add_case("init_puts_the_host_into_the_issuer", issuer_of_the_host)
    add_case("init_judges_the_issuer", issuer_is_judged)
    add_case("init_can_be_repeated", repeatable)
    add_case("init_leaves_the_right_modes", modes)
    add_case("init_finishes_what_was_interrupted", interrupted)
    add_case("sec_1_08_root_writes_only_where_root_alone_can", traps_for_root)
    add_case("sec_1_08_root_follows_links_of_root_alone", links_on_the_way)
    add_case("sec_1_05_init_follows_no_planted_link", planted_links)
    add_case("init_on_the_system", on_the_system)
