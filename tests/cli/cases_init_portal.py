"""`init --portal`: what the web portal needs, made once, repaired after a restore, and judged by the portal itself."""
import os
import stat
import subprocess

from harness import Skip, add_case, expect, same
from world import BUILD, OWNER, ROOT, World, need_default_places, need_root

SITE = "https://app.example.org"
KEEPER = os.path.join(BUILD, "liberations-portal")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def faults(world):
    """What the portal itself says about the files."""
    done = subprocess.run([KEEPER, "--check", "--config", world.home + "/portal.conf", "--readers", BUILD], capture_output=True,
                          text=True, check=False, stdin=subprocess.DEVNULL, timeout=600)
    return done.stderr.splitlines()


def in_a_scratch_directory():
    with World(as_root=ROOT) as world:
        answer = world.run("init", "--portal", SITE)
        same((answer.code, answer.err), (0, ""))
        for name in ("portal.conf", "portal.key", "portal"):
            same(answer.out.count(f"created:  {world.home}/{name}\n"), 1, answer.out)
        expect("sudo systemctl enable --now liberations-portal.socket" in answer.out, answer.out)
        text = read(world.home + "/portal.conf")
        for line in (f"site = {SITE}", f"key = {world.home}/portal.key", f"pages = {world.home}/pages.sock"):
            same(text.count("\n" + line + "\n"), 1, line)
        facts = {name: os.lstat(f"{world.home}/{name}") for name in ("portal.conf", "portal.key", "portal")}
        same([oct(stat.S_IMODE(one.st_mode)) for one in facts.values()], ["0o644", "0o640", "0o700"])
        if ROOT:
            same([(one.st_uid, one.st_gid) for one in facts.values()], [(0, 0), (0, OWNER), (OWNER, OWNER)])
        key = read(world.home + "/portal.key")
        expect(len(key) == 65 and key.endswith("\n") and len(set(key)) > 8, "a key")
        if ROOT:
            said = faults(world)
            same(len(said), 1, said)
            expect("/verify.sock: connect: " in said[0], said)
        again = world.run("init", "--portal", SITE, "--json").json()[0]
        same((again["changed"], again["created"], again["repaired"]), (False, [], []))
        same(read(world.home + "/portal.key"), key, "another key")


def keys_differ():
    seen = set()
    with World() as world:
        for _ in range(3):
            same(world.run("init", "--portal", SITE).code, 0)
            seen.add(read(world.home + "/portal.key"))
            os.unlink(world.home + "/portal.key")
    same(len(seen), 3)


def address_is_judged():
    """A wrong address makes nothing at all."""
    for address in ("app.example.org", "http://app.example.org", SITE + "/", "https://App.example.org", SITE + ":443", "https://" + "a" * 200,
                    "https://app.example.org\nsite = https://evil.example"):
        with World(founded=False) as world:
            answer = world.run("init", "--portal", address)
            same((answer.code, answer.out, os.listdir(world.home)), (2, "", []), repr(answer))
            expect("https://" in answer.err and answer.err.count("\n") == 1, answer.err)


def existing_configuration_decides():
    with World() as world:
        same(world.run("init", "--portal", SITE).code, 0)
        text = read(world.home + "/portal.conf")
        answer = world.run("init", "--portal", "https://wiki.example.org")
        same((answer.code, answer.out), (3, ""), repr(answer))
        expect('"site = https://wiki.example.org"' in answer.err, answer.err)
        same(read(world.home + "/portal.conf"), text)
        with open(world.home + "/portal.conf", "a", encoding="utf-8") as file:
            file.write("site = https://wiki.example.org\n")
        same(world.run("init", "--portal", "https://wiki.example.org").code, 0)
        with open(world.home + "/portal.conf", "a", encoding="utf-8") as file:
            file.write("colour = blue\n")
        answer = world.run("init", "--portal", SITE)
        same(answer.code, 3)
        expect("portal.conf: line " in answer.err, answer.err)


def repairs_what_was_restored():
    """Another owner, and sessions that somebody may have ended since."""
    need_root()
    with World(as_root=True) as world:
        same(world.run("init", "--portal", SITE).code, 0)
        state, key = world.home + "/portal", world.home + "/portal.key"
        with open(state + "/sessions", "wb") as file:
            file.write(bytes(256))
        for path, owner, mode in ((state + "/sessions", OWNER + 5, 0o600), (state, OWNER + 5, 0o755), (key, 0, 0o644)):
            os.chown(path, owner, owner)
            os.chmod(path, mode)
        answer = world.run("init", "--portal", SITE, "--json").json()[0]
        same((answer["changed"], sorted(answer["repaired"])), (True, ["portal_key", "portal_state"]))
        same((os.lstat(state).st_uid, oct(stat.S_IMODE(os.lstat(state).st_mode)), os.listdir(state)), (OWNER, "0o700", []))
        same((os.lstat(key).st_gid, oct(stat.S_IMODE(os.lstat(key).st_mode))), (OWNER, "0o640"))
        with open(state + "/sessions", "wb") as file:
            file.write(bytes(256))
        same(world.run("init", "--portal", SITE, "--json").json()[0]["repaired"], [])
        same(os.listdir(state), ["sessions"], "sessions that live were removed")


def planted_links():
    """sec 1.05: what is planted under the portal's names is neither followed nor changed."""
    with World() as world:
        target = os.path.join(world.directory, "target")
        with open(target, "w", encoding="ascii") as file:
            file.write("untouched")
        before = os.lstat(target)
        for name in ("portal.conf", "portal.key", "portal"):
            os.symlink(target, os.path.join(world.home, name))
            answer = world.run("init", "--portal", SITE)
            same(answer.code, 3, f"{name}: {answer}")
            after = os.lstat(target)
            same((read(target), after.st_mode, after.st_uid, after.st_mtime_ns),
                 ("untouched", before.st_mode, before.st_uid, before.st_mtime_ns), name)
            os.unlink(os.path.join(world.home, name))


SYSTEM = r"""
set -eu
mkdir "$1/tmp"
mount -t tmpfs tmpfs "$1/tmp"
mkdir "$1/tmp/up" "$1/tmp/work"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$1/tmp/up,workdir=$1/tmp/work" /etc
mount -t tmpfs tmpfs /var/lib -o mode=755
sed -i '/^_liberations/d; /^liberations-/d' /etc/passwd /etc/group /etc/shadow /etc/gshadow
rm -rf /etc/liberations
umask 077
"$2" init --portal https://app.example.org
echo ---
"$2" init --portal https://app.example.org
echo ---
stat -c '%a %U %G %n' /etc/liberations/portal.conf /etc/liberations/portal.key /var/lib/liberations-portal
id -nG _liberations-portal
getent group liberations-web | cut -d: -f1
grep -v '^#' /etc/liberations/portal.conf | grep .
"""
FOUNDED = """---
644 root root /etc/liberations/portal.conf
640 root _liberations-portal /etc/liberations/portal.key
700 _liberations-portal _liberations-portal /var/lib/liberations-portal
_liberations-portal liberations-verify
liberations-web
"""


def on_the_system():
    """With the default places, over copies of /etc and /var/lib that only this process sees."""
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
        same((first.count("created:"), first.count("exists:")), (10, 0), first)
        same((second.count("created:"), second.count("exists:")), (0, 10), second)
        found, _, lines = ("---\n" + rest).partition("issuer = ")
        same(found, FOUNDED)
        same(lines.splitlines()[1:], ["site = " + SITE])


def add_cases():
    add_case("init_prepares_the_portal_in_a_scratch_directory", in_a_scratch_directory)
    add_case("init_draws_another_portal_key_each_time", keys_differ)
    add_case("init_judges_the_portals_address_before_anything_is_made", address_is_judged)
    add_case("init_leaves_an_existing_portal_conf_alone", existing_configuration_decides)
    add_case("init_repairs_a_restored_portal_and_drops_its_sessions", repairs_what_was_restored)
    add_case("sec_1_05_init_follows_no_link_under_the_portals_names", planted_links)
    add_case("init_prepares_the_portal_on_the_system", on_the_system)
