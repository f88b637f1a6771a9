"""`doctor` about the machine: clock, space, listener, owners, seal key, users; each goes away with its fix."""
import json
import os
import shlex
import shutil
import socket
import subprocess
import threading

from cases_doctor import pam_directory, write
from cases_uid import run as run_with_users
from harness import case, expect, same
from world import BUILD, OWNER, ROOT, STRANGER, World, need_root, root_world


def found(world, check, *words, before=(), **more):
    """What `doctor` says under that word: (severity, where, fix) of each finding."""
    line = world.line("doctor", "--confdir", pam_directory(world), "--json", *words)
    done = subprocess.run([*before, *line], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False, cwd="/",
                          env=world.environment(**more))
    return parsed(done.stdout, check)


def parsed(out, check):
    every = [json.loads(line) for line in out.splitlines() if line.startswith(b"{" if isinstance(out, bytes) else "{")]
    return [(one["severity"], one["where"], one["fix"]) for one in every if one["check"] == check]


@case("strace")
def doctor_finds_a_clock_that_nobody_sets():
    """The kernel's answer is put in its place: TIME_ERROR, or a clock that is kept."""
    with World() as world:
        for answer, wanted in (("5", [("note", "", "sudo timedatectl set-ntp true")]), ("0", [])):
            before = ("strace", "-qq", "-e", "trace=clock_adjtime,adjtimex", "-e", f"inject=clock_adjtime,adjtimex:retval={answer}")
            same(found(world, "clock", before=before), wanted, answer)


@case("unshare", "mount")
def doctor_finds_a_disk_that_fills_up():
    need_root()
    with World() as world:
        used = 1 + sum(len(directories) + len(files) for _, directories, files in os.walk(world.state))
        rooms = [(300, 2000, []), (50, 2000, ["warning"]), (5, 2000, ["critical"]), (300, 700, ["warning"]), (300, 50, ["critical"])]
        state = shlex.quote(world.state)
        script = (f"cp -a {state} {state}.copy && mount -t tmpfs -o size=300m,mode=700,uid={OWNER},gid={OWNER} none {state} && "
                  f"cp -a {state}.copy/. {state} && rm -r {state}.copy\n" +
                  "".join(f'mount -o remount,size={megabytes}m,nr_inodes={used + files} {state} && "$@"; echo\n'
                          for megabytes, files, _ in rooms))
        line = world.line("doctor", "--confdir", pam_directory(world), "--json")
        done = subprocess.run(["unshare", "-m", "sh", "-c", script, "sh", *line], capture_output=True, check=False, text=True,
                              env=world.environment(), cwd="/")
        seen = [[severity for severity, _, _ in parsed(out, "space")] for out in done.stdout.split("\n\n")[:len(rooms)]]
        same(seen, [wanted for _, _, wanted in rooms], repr(done))


@case()
def doctor_finds_a_listener_that_is_absent_or_silent():
    with World() as world:
        path = os.path.join(world.directory, "agent.sock")
        same(found(world, "agent", "--socket", path),
             [("critical", path, "sudo systemctl enable --now liberations-agent.socket")])
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path)
            os.chmod(path, 0o666)
            listener.listen()

            thread = threading.Thread(target=lambda: listener.accept()[0].close(), daemon=True)
            thread.start()
            same(found(world, "agent", "--socket", path), [("critical", path, "journalctl -t liberations-agent -n 20")])


@case()
def doctor_finds_files_of_another_owner():
    with root_world() as world:
        same(found(world, "owner"), [])
        path = os.path.join(world.state, "counters")
        os.chown(path, STRANGER, STRANGER)
        fix = f"sudo chown -R {OWNER} {path}"
        same(found(world, "owner"), [("critical", path, fix)])
        subprocess.run(shlex.split(fix)[1:], check=True)
        same(found(world, "owner"), [])
        os.chmod(os.path.join(world.state, "history"), 0o770)
        same([where for _, where, _ in found(world, "mode")], [os.path.join(world.state, "history")])
        os.chmod(os.path.join(world.state, "history"), 0o700)
        os.rename(path, path + ".away")
        same(found(world, "state"), [("critical", path, "sudo liberations init")])


@case()
def doctor_finds_no_copy_of_the_seal_key():
    with World() as world:
        fix = f"sudo touch {world.key}.copied"
        same(found(world, "seal-key"), [("warning", world.key, fix)])
        subprocess.run(shlex.split(fix)[1:], check=True)
        same(found(world, "seal-key"), [])
        after = os.stat(f"{world.key}.copied").st_mtime + 60
        os.utime(world.key, (after, after))
        same(found(world, "seal-key"), [("warning", world.key, fix)], "a key that changed since")
        same(world.run("rekey", "--add").code, 0)
        os.utime(f"{world.key}.copied", (after, after))
        same(found(world, "seal-key"), [("note", "", "sudo liberations rekey")], "a replacement that is under way")


@case("unshare", "mount")
def doctor_finds_names_that_changed_hands_or_left():
    with root_world() as world:
        same(run_with_users(world, "zoe:30001 yan:30002 wim:30003", "invite", "zoe", "yan", "wim").returncode, 0)
        done = run_with_users(world, "zoe:30001 yan:30007", "doctor", "--confdir", pam_directory(world), "--json")
        seen = [one for one in parsed(done.stdout, "account") if one[0] != "note"]
        same(sorted(seen), [("warning", "wim", "sudo liberations remove wim"), ("warning", "yan", "sudo liberations uid yan")])
        same(run_with_users(world, "zoe:30001 yan:30007", "uid", "yan").returncode, 0)
        same(run_with_users(world, "zoe:30001", "remove", "wim", "--yes").returncode, 0)
        done = run_with_users(world, "zoe:30001 yan:30007", "doctor", "--confdir", pam_directory(world), "--json")
        expect(all(one[0] == "note" for one in parsed(done.stdout, "account")), done.stdout)


@case()
def doctor_finds_a_module_or_an_agent_of_another_release():
    with World() as world:
        directory = pam_directory(world)
        paths = []
        for name in ("pam_liberations.so", "liberations-agent"):
            paths.append(os.path.join(world.directory, name))
            shutil.copy(os.path.join(BUILD, name), paths[-1])
        write(directory, "sign-in", f"auth required {paths[0]} agent={paths[1]}\n")
        same(found(world, "release"), [])
        for old, new in ((b"liberations\x000.", b"liberations\x009."), (b"liberations\x009.", b"lib\xe9rations\x009.")):
            for path in paths:
                with open(path, "rb") as file:
                    bytes_ = file.read()
                with open(path, "wb") as file:
                    file.write(bytes_.replace(old, new))
            same(found(world, "release"), [("warning", path, None) for path in paths])
            expect("install the same release of all packages" in world.run("doctor", "--confdir", directory).out, "the way out")
        os.unlink(paths[0])
        expect(("critical", paths[0], None) in found(world, "module"), found(world, "module"))
        answer = world.run("doctor", "--confdir", directory)
        expect("libpam-liberations on Debian and Ubuntu, pam_liberations on Fedora, or run sudo make install" in answer.out, repr(answer))


@case()
def doctor_finds_what_the_check_of_the_portal_finds():
    with World() as world:
        same(found(world, "portal"), [])
        config = os.path.join(world.home, "portal.conf")
        write(world.home, "portal.conf", "no-such = 1\nsite = nowhere\n")
        same(found(world, "portal"), [("critical", config, None)], "no program")
        expect("liberations-portal, or run sudo make install" in world.run("doctor", "--confdir", pam_directory(world)).out, "its package")
        shutil.copy(os.path.join(BUILD, "liberations-portal"), world.directory)
        fix = f"sudo liberations-portal --check --config {config}"
        for language, words in (("en_CA.UTF-8", "line 1"), ("fr_CA.UTF-8", "ligne 1")):
            answer = world.run("doctor", "--confdir", pam_directory(world), "--json", LC_ALL=language)
            same(parsed(answer.out, "portal"), [("critical", config, fix)] * 2, "every line of it")
            expect(words in answer.out, repr(answer))
        if ROOT:
            with root_world() as other:
                write(other.home, "portal.conf", "no-such = 1\n")
                os.chmod(other.config, 0o644)
                for caller, wanted in ((None, ["critical"]), ("65534", [])):
                    answer = other.run("doctor", "--json", **({"SUDO_UID": caller} if caller else {}))
                    same([severity for severity, _, _ in parsed(answer.out, "portal")], wanted, "what a caller of sudo named")
                    same(len(parsed(answer.out, "seal-key")), 1, repr(answer))


@case()
def doctor_finds_people_whose_carrier_reaches_nobody():
    with World() as world:
        def carriers(*states):
            write(world.home, "carriers.conf", "".join(
                f"{name} {state} 2025-10-28 {{number}}@example.org a test\n" for name, state in zip(("alpha", "beta", "gamma"), states)))
        carriers("works", "works", "works")
        for name, carrier in (("ann", "alpha"), ("ben", "alpha"), ("cid", "beta"), ("dan", "gamma")):
            same(world.run("invite", name).code, 0)
            answer = world.run("contact", name, "--phone", "514 555 0123", "--carrier", carrier)
            same(answer.code, 0, repr(answer))
        same(found(world, "carrier"), [])
        carriers("dead", "ending")
        same(sorted(one[:2] for one in found(world, "carrier")), [("note", "beta"), ("warning", "alpha")])
        expect(("warning", "dan") in [one[:2] for one in found(world, "account")], repr(found(world, "account")))
        answer = world.run("doctor", "--confdir", pam_directory(world))
        expect("alpha: people with this carrier: 2; its gateway closed on 2025-10-28" in answer.out, repr(answer))
        write(world.home, "carriers.conf", "no line\n")
        same([one[:2] for one in found(world, "carrier")], [("critical", "carriers.conf")])


def add_cases():
    """Each is added where it stands."""
