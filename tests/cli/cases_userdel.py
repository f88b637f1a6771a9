"""Unix users who are deleted, by the real deluser and userdel: what packaging/examples/deluser.local does to their accounts."""
import os
import subprocess

from harness import Skip, add_case, need, same
from world import need_default_places, root_world

HERE = os.path.dirname(os.path.abspath(__file__))
RECIPE = os.path.join(HERE, "..", "..", "packaging", "examples", "deluser.local")
# Copies of /etc and of the command that only this process sees; nothing of the host's users, mail or logs is touched.
HOST = r"""
set -eu
mount -t tmpfs tmpfs "$1"
for place in etc usr/sbin usr/local/sbin; do
	mkdir -p "$1/$place" "$1/work/$place"
	mount -t overlay overlay -o "lowerdir=/$place,upperdir=$1/$place,workdir=$1/work/$place" "/$place"
done
for place in /var/lib /var/log /var/mail /var/spool /home; do mount -t tmpfs tmpfs $place -o mode=755; done
rm -rf /etc/liberations /usr/local/sbin/deluser.local
sed -i '/^USERDEL_CMD/d' /etc/login.defs
cp "$2" /usr/sbin/liberations
chmod 755 /usr/sbin/liberations
add() { useradd -l -M -u "$2" "$1"; liberations invite "$1" >/dev/null; }
has() { liberations show "$1" >/dev/null 2>&1 || { echo "$1 has no account"; exit 1; }; }
gone() {
	! getent passwd "$1" >/dev/null || { echo "the Unix user $1 is still there"; exit 1; }
	! liberations show "$1" >/dev/null 2>&1 || { echo "$1 still has an account"; exit 1; }
}
install -m 755 "$3" /usr/local/sbin/deluser.local
useradd -l -M -u 31311 early
userdel early # before liberations is set up
liberations init >/dev/null
printf 'hash-cost = 1\n' >>/etc/liberations/liberations.conf
add stays 31312
"""
BY_DELUSER = HOST + r"""
add zoe 31313
useradd -l -M -u 31314 without
deluser --quiet zoe
gone zoe
deluser --quiet without
echo 'USERDEL_CMD /usr/local/sbin/deluser.local' >>/etc/login.defs # called twice for one user
add yan 31315
deluser --quiet yan
gone yan
has stays
echo good
"""
BY_USERDEL = HOST + r"""
add zoe 31313
userdel zoe
has zoe # not without the line
liberations remove --yes zoe >/dev/null
echo 'USERDEL_CMD /usr/local/sbin/deluser.local' >>/etc/login.defs
add yan 31314
userdel yan
gone yan
add wim 31315
printf damaged >"$(find /var/lib/liberations/accounts -name wim)"
userdel wim
[ -z "$(find /var/lib/liberations -name wim)" ] || { echo "a damaged account stays"; exit 1; }
useradd -l -M -u 31316 without
userdel without
has stays
echo good
"""


def accounts_follow(script, *programs):
    need("useradd", "userdel", *programs)
    need_default_places()
    with root_world() as world:
        done = subprocess.run(["unshare", "-m", "sh", "-c", script, "sh", world.home, world.command, os.path.abspath(RECIPE)],
                              capture_output=True, text=True, check=False, cwd="/", timeout=600,
                              env=world.environment(PATH="/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL="C"))
        if "mount:" in done.stderr or "unshare:" in done.stderr:
            raise Skip("no overlay can be mounted: " + done.stderr.splitlines()[0])
        same((done.returncode, done.stdout, done.stderr), (0, "good\n", ""))


def add_cases():
    add_case("userdel_deluser_takes_the_account_along", lambda: accounts_follow(BY_DELUSER, "deluser"))
    add_case("userdel_alone_takes_the_account_along", lambda: accounts_follow(BY_USERDEL))
