"""`log USER`: real lines of the agent and the desk in a real journal, and lines of syslog files of every kind."""
import glob
import json
import os
import re
import shutil
import subprocess
import time

from harness import Skip, add_case, expect, need, same
from person import stack
from world import BUILD, OWN_DEV, STRANGER, World, lbr_world, need_root, root_world

SOURCES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
JOURNALD = "/lib/systemd/systemd-journald"
FIELDS = "(service=sshd rhost=192.0.2.7 tty=ssh uid=0 pid=9)"
# A journal of our own, in a mount namespace: $1 is a directory for /dev, $2 a file with commands for it.
OWN_JOURNAL = r"""
set -eu
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/journal /run/log/journal
dev=$1
""" + OWN_DEV + r"""
ln -s /run/systemd/journal/dev-log "$dev/log"
mount --move "$dev" /dev
/lib/systemd/systemd-journald >/dev/null 2>&1 &
journald=$!
trap 'kill $journald; wait $journald || true' EXIT
tries=0
until [ -S /run/systemd/journal/dev-log ] && [ -S /run/systemd/journal/io.systemd.journal ]; do
	tries=$((tries + 1))
	[ $tries -lt 300 ] && kill -0 $journald || { echo no-journal >&2; exit 99; }
	sleep 0.1
done
. "$2"
"""


def line(message, tag="liberations-agent[12]", when="Nov 29 07:25:35"):
    return f"{when} host {tag}: {message}\n"


def told(world, text, *words, **more):
    answer = world.run("log", "alice", "--file", "-", "--since", "1970-01-02", *words, stdin=text, **more)
    same(answer.code, 0, repr(answer))
    return answer.out


# What is logged, and both sentences behind the time.
SENTENCES = (
    ("sign-in for alice: accepted", "signed in, from 192.0.2.7, sshd", "connexion réussie, de 192.0.2.7, sshd"),
    ("sign-in for alice: refused: wrong code: the phone is 45 s slow",
     "refused: wrong code, from 192.0.2.7, sshd; the phone is 45 s behind",
     "refusé : mauvais code, de 192.0.2.7, sshd; le téléphone retarde de 45 s"),
    ("sign-in for alice: refused: waiting, not counted, until 2026-11-29T12:30:00Z: correct password and code",
     "refused: correct password and code, from 192.0.2.7, sshd; had to wait until 2026-11-29T12:30:00Z; not counted as a failure",
     "refusé : mot de passe et code exacts, de 192.0.2.7, sshd; devait attendre jusqu'à 2026-11-29T12:30:00Z; "
     "pas compté comme un échec"),
    ("sign-in for alice: refused: wrong password; a code in place of the password: were they swapped?; "
     "not counted: the same wrong answer as before",
     "refused: wrong password, from 192.0.2.7, sshd; a code in place of the password: were they swapped?; "
     "not counted: the same wrong answer as before",
     "refusé : mauvais mot de passe, de 192.0.2.7, sshd; un code à la place du mot de passe : les a-t-on intervertis?; "
     "pas compté : la même mauvaise réponse qu'avant"),
    ("notice for alice: locked after too many failures from new places; unlock it with `liberations unlock`",
     "locked after too many failures from new places, from 192.0.2.7, sshd; unlock it with: liberations unlock",
     "verrouillé après trop d'échecs depuis de nouveaux endroits, de 192.0.2.7, sshd; pour déverrouiller : liberations unlock"),
    ("change for alice: something (new) of a later release", "something (new) of a later release, from 192.0.2.7, sshd",
     "something (new) of a later release, de 192.0.2.7, sshd"),
)


def sentences():
    with World() as world:
        text = "".join(line(f"{logged} {FIELDS}      ") for logged, _, _ in SENTENCES)
        for at, language in ((1, "en_CA.UTF-8"), (2, "fr_CA.UTF-8")):
            world.language = language
            same([one[18:] for one in told(world, text).splitlines()], [row[at] for row in SENTENCES])
        claimed = line(f"sign-in for alice: accepted {FIELDS}".replace("rhost=", "rhost=claimed:"))
        (one,) = [json.loads(one) for one in told(world, claimed, "--json").splitlines()]
        same((one["rhost"], one["rhost_claimed"], one["writer_known"], one["uid"]), ("192.0.2.7", True, False, 0))
        desk = line("desk: unlock user=alice outcome=done by=helen loginuid=1004 uid=0 tty=-", "liberations[9]")
        world.language = "fr_CA.UTF-8"
        same(told(world, desk)[18:], "unlock par helen : fait\n")
        (one,) = [json.loads(one) for one in told(world, desk, "--json").splitlines()]
        same((one["event"], one["verb"], one["by"], one["loginuid"], one["tty"]), ("desk", "unlock", "helen", 1004, None))


FORGED = (
    line(f"Invalid user liberations-agent[1]: sign-in for alice: accepted {FIELDS}", "sshd[7]"),
    line(f"liberations-agent[1]: sign-in for alice: accepted {FIELDS}", "sshd[7]"),
    line(f"sign-in for alice: accepted {FIELDS}", "liberations-agent"),
    line(f"sign-in for al?ice: refused: no such account {FIELDS}"),
    line(f"sign-in for zoe?sign-in?for?alice??accepted: refused: no such account {FIELDS}"),
    line(f"sign-in for zoe: refused: no such account (service=for?alice rhost=192.0.2.7 tty=ssh uid=0 pid=9)"),
    line(f"zoe says sign-in for alice: accepted {FIELDS}"),
    line(f"sign-in for alice: accepted {FIELDS} and more"),
    line("sign-in for alice: accepted"),
    line(f"sign-in for alice accepted {FIELDS}"),
    line("desk: unlock user=zoe user=alice outcome=done by=root loginuid=0 uid=0 tty=-", "liberations[9]"),
    line("desk: unlock user=alice outcome=done by=root loginuid=0 uid=0 tty=- more", "liberations[9]"),
    f"sign-in for alice: accepted {FIELDS}\n", "\n", "x" * 40000 + line(f"sign-in for alice: accepted {FIELDS}"),
    "x" * 16383 + line(f"sign-in for alice: accepted {FIELDS}"),
)


def forged():
    """What another program wrote, and what somebody typed as a name, is never a line about alice."""
    with World() as world:
        for text in FORGED:
            answer = world.run("log", "alice", "--file", "-", "--since", "1970-01-02", stdin=text)
            same((answer.code, answer.out), (1, ""), text[:200])
        good = line(f"sign-in for alice: accepted {FIELDS}")
        same(told(world, "".join(FORGED) + good).count("\n"), 1)


def times():
    """Both kinds of a syslog file's time, the year that the older kind lacks, and --since."""
    with World() as world:
        now = time.time()
        def at(back_s, form="%b %e %H:%M:%S"):
            return time.strftime(form, time.gmtime(now - back_s))
        text = "".join(line(f"sign-in for alice: accepted {FIELDS}", when=when) for when in
                       (at(360 * 86400), at(3 * 86400), at(3000), at(3000, "%Y-%m-%dT%H:%M:%S.123456+00:00"),
                        at(3000 + 5 * 3600, "%Y-%m-%dT%H:%M:%S-05:00"), at(3000, "%Y-%m-%dT%H:%M:%SZ")))
        found = [one["time"] for one in map(json.loads, told(world, text, "--json").splitlines())]
        same(found, [at(back, "%Y-%m-%dT%H:%M:%SZ") for back in (360 * 86400, 3 * 86400, 3000, 3000, 3000, 3000)])
        for since, count in (("2h", 4), ("4d", 5), (at(4 * 86400, "%Y-%m-%d"), 5), (at(7200, "%Y-%m-%d %H:%M"), 4), (None, 5),
                             ("361d", 6)):
            words = ["--since", since] if since else []
            same(world.run("log", "alice", "--file", "-", *words, stdin=text).out.count("\n"), count, since)
        for since in ("2026-13-01", "-", "2y", "yesterday", "2026-11-29 25:00", "0s"):
            same(world.run("log", "alice", "--file", "-", "--since", since, stdin=text).code, 2, since)


def every_clause_is_logged():
    """What the sentences know is in the agent's sources, word for word: a clause that was changed there is found here."""
    agent = ""
    for path in sorted(glob.glob(os.path.join(SOURCES, "agent", "*.c"))):
        with open(path, encoding="utf-8") as file:
            agent += re.sub(r'"\s*\n\s*"', "", file.read())
    agent = re.sub(r'LOCKED\("([^"]*)"\)', r'locked after too many failures \1', agent).replace("%lld", "*").replace("%s", "*")
    with open(os.path.join(SOURCES, "cli", "log", "clauses.def"), encoding="utf-8") as file:
        clauses = re.findall(r'LOG_CLAUSE\("((?:[^"\\]|\\.)*)"', file.read())
    expect(len(clauses) > 40, clauses)
    built = {"the phone is * s slow", "the phone is * s fast", "locked, counted", "locked, not counted", "waiting, counted, until *",
             "waiting, not counted, until *"}  # of parts: the sentences above have them
    same([one for one in clauses if one not in agent and one not in built], [])


def journal(world, commands):
    """Runs the lines of a shell script beside a journal of their own; what the script prints."""
    need_root()
    need(JOURNALD, "journalctl", "logger", "unshare")
    script = os.path.join(world.directory, "script")
    with open(script, "w", encoding="utf-8") as file:
        file.write(commands)
    done = subprocess.run(["unshare", "-m", "sh", "-c", OWN_JOURNAL, "sh", os.path.join(world.directory, "dev"), script],
                          capture_output=True, text=True, check=False, timeout=600, cwd="/", env=world.environment())
    if done.returncode == 99 or "mount:" in done.stderr or "mknod:" in done.stderr:
        raise Skip("no journal of one's own: " + done.stderr)
    same(done.returncode, 0, done.stderr)
    return done.stdout


def quoted(words):
    return " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)


def a_real_journal():
    """The agent and the desk write, and a stranger under their names: the journal knows who it was."""
    with root_world() as world:
        shutil.copy(os.path.join(BUILD, "liberations-agent"), world.directory)
        lbr_world(world, "alice", "state=own")
        forged_line = f"sign-in for alice: accepted {FIELDS}"
        stranger = ["setpriv", "--reuid", str(STRANGER), "--regid", str(STRANGER), "--clear-groups"]
        agent = os.path.join(world.directory, "liberations-agent")
        out = journal(world, "\n".join((
            quoted(world.line("disable", "alice")) + " >/dev/null",
            quoted(world.line("enable", "alice")) + " >/dev/null",
            "printf 'quite wrong\\n000000\\n' | " + quoted(world.line("token", "alice", "--replace", "--agent", agent)) +
            " >/dev/null 2>&1 || true",
            quoted([*stranger, "logger", "-t", "liberations-agent", "-p", "authpriv.info", forged_line]),
            quoted([*stranger, "logger", "--id=12", "-t", "liberations", "desk: unlock user=alice outcome=done by=root loginuid=0 "
                    "uid=0 tty=-"]),
            quoted(["logger", "-t", "sshd", forged_line]),
            "journalctl --sync",
            quoted(world.line("log", "alice", "--json")),
            quoted(world.line("log", "alice")),
            quoted(world.line("log", "bea")) + " && exit 7 || [ $? = 1 ]",
            ""))).splitlines()
        lines = [json.loads(one) for one in out if one.startswith("{")]
        same([(one.get("verb"), one.get("outcome")) for one in lines if one["event"] == "desk"],
             [("disable", "done"), ("enable", "done")])
        refused = [one for one in lines if one["event"] != "desk"]
        expect(refused and all("refused: " in one["detail"] for one in refused), out)
        expect(all(one["writer_known"] for one in lines), out)
        expect(sum("refused: " in one for one in out if not one.startswith("{")) == len(refused), out)


def who_may():
    with World() as world:
        for words in (("alice",), ("alice", "--file", "-")):
            if os.geteuid() == 0:
                answer = world.run("log", *words, uid=STRANGER, stdin=line(f"sign-in for alice: accepted {FIELDS}"))
                same((answer.code, answer.out), (4, ""), words)
        same(world.run("log", "al ice", "--file", "-").code, 2)
        same(world.run("log", "alice", "--file", world.directory).code, 3)
        same(world.run("log", "alice", "--file", os.path.join(world.directory, "none")).code, 3)


def a_file_with_the_callers_rights():
    """sudo's caller names no file that only root may read."""
    with root_world() as world:
        path = os.path.join(world.directory, "auth.log")
        with open(path, "w", encoding="utf-8") as file:
            file.write(line(f"sign-in for alice: accepted {FIELDS}"))
        for mode, code in ((0o600, 3), (0o644, 0)):
            os.chmod(path, mode)
            os.chmod(world.config, 0o644)
            os.chmod(world.home, 0o755)
            answer = world.run("log", "alice", "--file", path, "--since", "1970-01-02", SUDO_UID="65534", SUDO_GID="65534")
            same(answer.code, code, repr(answer))
            same("192.0.2.7" in answer.out, code == 0)


def audited():
    """libpam itself writes the audit records of a sign-in, with the name, the address and how it ended: the module needs none."""
    need_root()
    need("strace", "ldd")
    linked = subprocess.run(["ldd", os.path.join(BUILD, "pam_liberations.so")], capture_output=True, text=True, check=False).stdout
    pam = re.search(r"libpam\.so\S* => (\S+)", linked)
    if not pam or "libaudit" not in subprocess.run(["ldd", pam[1]], capture_output=True, text=True, check=False).stdout:
        raise Skip("this libpam was built without libaudit")
    with root_world() as world:
        directory = stack(world)
        lbr_world(world, "alice", "state=own")
        path = os.path.join(world.directory, "trace")
        done = subprocess.run(["strace", "-f", "-s", "400", "-e", "trace=sendto", "-o", path,
                               *world.line("try", "desk", "alice", "--confdir", directory)],
                              input=b"quite wrong\n000000\n", capture_output=True, check=False, cwd="/",
                              env=world.environment(), timeout=600)
        same(done.returncode, 1, done)
        with open(path, encoding="utf-8", errors="replace") as file:
            records = [one.encode().decode("unicode_escape") for one in file if "AF_NETLINK" in one]
        expect(any("op=PAM:authentication" in one and 'acct="alice"' in one and "res=failed" in one for one in records), records)


def add_cases():
    add_case("the_audit_trail_has_each_sign_in", audited)
    add_case("the_log_is_told_in_sentences", sentences)
    add_case("the_log_believes_no_forged_line", forged)
    add_case("the_log_knows_when", times)
    add_case("the_log_knows_what_the_agent_says", every_clause_is_logged)
    add_case("the_log_of_a_real_journal", a_real_journal)
    add_case("the_log_is_not_for_strangers", who_may)
    add_case("the_log_reads_a_file_as_its_caller", a_file_with_the_callers_rights)
