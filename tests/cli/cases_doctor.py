"""`doctor`: broken set-ups, each with its finding, and the fix that makes it go away."""
import json
import os
import re
import shlex
import subprocess

from harness import case, expect, need, same
from house import House
from world import World, lbr_world, need_root

HERE = os.path.dirname(os.path.abspath(__file__))
EXAMPLES = os.path.join(HERE, "..", "..", "packaging", "examples")
OURS = "auth required pam_liberations.so\n"
ACCOUNT = "account [success=done new_authtok_reqd=done user_unknown=ignore default=bad] pam_liberations.so unknown=ignore\n"
ACCOUNTS = ACCOUNT + "account required pam_permit.so\n"
PASSWORD = "password required pam_liberations.so\n"
REST = ACCOUNTS + PASSWORD

# What a service's file says, the words of the finding, its severity, and whether its fix alone settles it.
STACKS = {
    "sufficient_before": ("auth sufficient pam_unix.so\n" + OURS + REST, "accepts before", "critical", True),
    "done_before": ("auth [success=done default=ignore] pam_unix.so\n" + OURS + REST, "accepts before", "critical", True),
    "permit_before": ("auth sufficient pam_permit.so\n" + OURS + REST, "accepts before", "critical", True),
    "account_sufficient_before": (OURS + "account sufficient pam_unix.so\n" + REST, "accepts before", "warning", True),
    "password_sufficient_before": (OURS + ACCOUNTS + "password sufficient pam_unix.so\n" + PASSWORD, "accepts before", "warning", True),
    "jump_over": ("auth [success=1 default=ignore] pam_unix.so\n" + OURS + "auth required pam_permit.so\n" + REST,
                  "jumps over", "critical", True),
    "jump_of_two_lands_behind": ("auth [success=2 default=ignore] pam_unix.so\nauth required pam_env.so\n" + OURS +
                                 "auth required pam_permit.so\n" + REST, "jumps over", "critical", True),
    "jump_past_the_end": ("auth [success=5 default=ignore] pam_unix.so\n" + OURS + REST, "jumps past", "critical", True),
    "refusal_optional": ("auth optional pam_liberations.so\nauth required pam_unix.so\n" + REST, "although", "critical", True),
    "refusal_sufficient": ("auth sufficient pam_liberations.so\nauth required pam_unix.so\n" + REST, "although", "critical", True),
    "refusal_ignored": ("auth [success=done default=ignore] pam_liberations.so\nauth required pam_unix.so\n" + REST,
                        "although", "critical", True),
    "refusal_reset": ("auth [success=ok default=reset] pam_liberations.so\nauth required pam_permit.so\n" + REST,
                      "although", "critical", True),
    "account_optional": (OURS + "account optional pam_liberations.so\naccount required pam_permit.so\n" + PASSWORD,
                         "although", "warning", True),
    "no_account_line": (OURS + "account required pam_permit.so\n" + PASSWORD, "no account line", "warning", True),
    "no_password_line": (OURS + ACCOUNTS + "password required pam_permit.so\n", "no password line", "warning", True),
    "unix_ages": (OURS + "account required pam_liberations.so\naccount required pam_unix.so\n" + PASSWORD,
                  "age of the Unix password", "warning", True),
    "unix_twice": (OURS + "auth required pam_unix.so\nauth required pam_unix.so use_first_pass\n" + REST, "second time", "warning", True),
    "denied": (OURS + "auth required pam_deny.so\n" + REST, "can never succeed", "critical", False),
    "account_denied": (OURS + ACCOUNT + "account required pam_deny.so\n" + PASSWORD, None, None, False),
    "no_such_module": (OURS + "session required pam_nosuch.so\n" + REST, "not installed", "warning", True),
    "no_such_module_of_a_minus": (OURS + "-session required pam_nosuch.so\n" + REST, None, None, False),
    "ours_elsewhere": ("auth required /nowhere/pam_liberations.so\n" + REST, "/nowhere/pam_liberations.so", "critical", False),
    "option_unknown": ("auth required pam_liberations.so nullok\n" + REST, "argument 1", "critical", False),
    "option_twice": ("auth required pam_liberations.so debug debug\n" + REST, "argument 2", "critical", False),
    "option_value": ("auth required pam_liberations.so factors=three\n" + REST, "factors", "critical", False),
    "option_in_account": (OURS + "account required pam_liberations.so unknown=maybe\n" + PASSWORD, "unknown", "critical", False),
    "type_misspelt": (OURS + "acount required pam_permit.so\n" + REST, "cannot read this line", "critical", True),
    "control_misspelt": (OURS + "auth requierd pam_env.so\n" + REST, "cannot read this line", "critical", True),
    "value_misspelt": (OURS + "auth [sucess=ok] pam_env.so\n" + REST, "cannot read this line", "critical", True),
    "no_module_named": (OURS + "auth required\n" + REST, "cannot read this line", "critical", True),
    "include_missing": ("@include nosuch\n" + OURS + REST, "includes nosuch", "critical", True),
    "substack_missing": ("auth substack nosuch\n" + OURS + REST, "includes nosuch", "critical", True),
    "included_before": ("@include base\n" + OURS + REST, "accepts before", "critical", True),
    "included_for_its_type": ("account include base\n" + OURS + REST, None, None, False),
    "substack_says_yes": ("auth substack base\n" + OURS + REST, None, None, False),
    "jump_over_a_substack": ("auth [success=1 default=ignore] pam_env.so\nauth substack ours\nauth required pam_permit.so\n" + REST,
                             "jumps over", "critical", True),
    "continued": ("auth \\\n sufficient \\\n pam_unix.so\n" + OURS + REST, "accepts before", "critical", False),
    "commented": ("#auth sufficient pam_unix.so\n" + OURS + REST, None, None, False),
    "gate": ("auth [success=1 default=ignore] pam_succeed_if.so quiet uid = 0\n" + OURS + "auth required pam_permit.so\n" + REST,
             "those whom it selects", "note", False),
    "refusal_of_each_line": ("auth optional pam_liberations.so factors=password\n" + "auth required pam_unix.so\n" + REST,
                             "although", "critical", True),
    "stands_aside": ("auth [success=done user_unknown=ignore default=die] pam_liberations.so unknown=ignore\n"
                     "auth required pam_unix.so\n" + REST, None, None, False),
}


# Results that are rare until something breaks, and then let everybody in: each is a service of one run.
RARE = {
    "refusal_while_no_agent_answers": ("auth [success=ok authinfo_unavail=ignore default=die] pam_liberations.so\n"
                                       "auth required pam_unix.so\n" + REST, "although", "critical"),
    "refusal_after_many_tries": ("auth [success=ok maxtries=ignore default=die] pam_liberations.so\nauth required pam_unix.so\n" + REST,
                                 "although", "critical"),
    "refusal_of_a_broken_conversation": ("auth [success=ok conv_err=1 default=die] pam_liberations.so\nauth required pam_env.so\n"
                                         "auth required pam_unix.so\n" + REST, "although", "critical"),
    "module_gone": ("auth [success=ok module_unknown=ignore default=die] pam_liberations.so\nauth required pam_unix.so\n" + REST,
                    "although", "critical"),
    "account_expired_ignored": (OURS + "account [success=ok new_authtok_reqd=ok acct_expired=ignore default=bad] pam_liberations.so\n"
                                "account required pam_permit.so\n" + PASSWORD, "although", "warning"),
    "code_that_ours_never_returns": ("auth [success=ok cred_err=ignore default=die] pam_liberations.so\nauth required pam_unix.so\n" +
                                     REST, None, None),
    "jump_of_a_name_service_that_is_down": ("auth [authinfo_unavail=1 success=ok default=ignore] pam_unix.so\n" + OURS +
                                            "auth required pam_permit.so\n" + REST, "jumps over", "critical"),
    "abort_says_done": ("auth [abort=done default=ignore] pam_unix.so\n" + OURS + REST, None, None),
    "expired_credentials_jump": ("auth [success=ok cred_expired=1 default=bad] pam_unix.so\n" + OURS + "auth sufficient pam_permit.so\n" +
                                 "auth required pam_deny.so\n" + REST, "jumps over", "critical"),
    "ignore_jumps": ("auth [ignore=1 default=bad success=ok] pam_unix.so\n" + OURS + "auth required pam_permit.so\n" + REST,
                     "jumps over", "critical"),
}

# What administrators have, abridged; the words of each finding that is expected.
FIELD = {
    "the_guide_of_another_module": ("#@include base\naccount required pam_nologin.so\nauth required pam_google_authenticator.so nullok\n",
                                    {"without pam_liberations"}),
    "faillock_around_the_password": ("auth requisite pam_faillock.so preauth\nauth [success=2 default=ignore] pam_unix.so try_first_pass\n"
                                     "auth [default=die] pam_faillock.so authfail\nauth requisite pam_deny.so\n"
                                     "auth required pam_permit.so\n", {"without pam_liberations"}),
    "profiles_with_jumps": ("auth required pam_env.so\nauth [default=1 ignore=ignore success=ok] pam_localuser.so\n"
                            "auth sufficient pam_unix.so\nauth required pam_deny.so\n", {"without pam_liberations"}),
    "unix_twice": ("auth required pam_unix.so nullok_secure\nauth required pam_nologin.so successok\n"
                   "auth sufficient pam_unix.so nullok try_first_pass\n", {"without pam_liberations", "a second time"}),
    "two_calendars": (OURS + "account required pam_nologin.so\n" + ACCOUNT.replace("done", "ok") + "account required pam_unix.so\n" +
                      PASSWORD, {"age of the Unix password"}),
    "the_user_manager": ("account required pam_liberations.so unknown=ignore\naccount required pam_unix.so no_pass_expiry\n"
                         "session required pam_loginuid.so\n", set()),
}


def write(directory, name, text):
    with open(os.path.join(directory, name), "w", encoding="utf-8") as file:
        file.write(text)


def pam_directory(world):
    directory = os.path.join(world.directory, "pam.d")
    os.makedirs(directory, exist_ok=True)
    write(directory, "other", "auth required pam_deny.so\naccount required pam_deny.so\npassword required pam_deny.so\n")
    write(directory, "base", "auth sufficient pam_unix.so\n")
    write(directory, "ours", OURS)
    return directory


def told(world, directory, service, *words, **more):
    """The findings about that service, and the exit status."""
    answer = world.run("doctor", service, "--confdir", directory, "--json", *words, **more)
    # The module itself need not be installed where the tests run.
    found = [one for one in answer.json() if one["check"].startswith("pam") or "/nowhere/" in one["where"]]
    return found, answer


def settle(fix):
    """As the line says, but that a scratch directory needs no sudo."""
    words = shlex.split(fix)
    same(words[:3], ["sudo", "sed", "-i"], fix)
    subprocess.run(words[1:], check=True)


def stack_case(name, text, words, severity, settles):
    def judge():
        with World(founded=False) as world:
            directory = pam_directory(world)
            write(directory, "sign-in", text)
            found, answer = told(world, directory, "sign-in")
            if words is None:
                same([one for one in found if one["severity"] != "note"], [], repr(answer))
                return
            hits = [one for one in found if words in one["text"] + one["where"]]
            same([one["severity"] for one in hits], [severity], repr(answer))
            if severity == "critical":
                same(answer.code, 2, repr(answer))
            if settles:
                settle(hits[0]["fix"])
                found, answer = told(world, directory, "sign-in")
                expect(not any(words in one["text"] for one in found), repr(answer))
    judge.__name__ = f"doctor_finds_{name}"
    return judge


def doctor_follows_every_result_of_every_module():
    with World(founded=False) as world:
        directory = pam_directory(world)
        for name, (text, _, _) in RARE.items():
            write(directory, name, text)
        answer = world.run("doctor", *RARE, "--confdir", directory, "--json")
        for name, (_, words, severity) in RARE.items():
            found = [one for one in answer.json() if one["where"] == os.path.join(directory, name)]
            same([(one["severity"], words in one["text"]) for one in found], [(severity, True)] if words else [], f"{name}: {found}")


def field_case(name, text, wanted):
    def judge():
        with World(founded=False) as world:
            directory = pam_directory(world)
            write(directory, "sign-in", text)
            found, answer = told(world, directory, "sign-in")
            found = [one["text"] for one in found if "is not installed" not in one["text"] and one["check"] != "module"]
            for words in wanted:
                expect(any(words in one for one in found), repr(answer))
            expect(all(any(words in one for words in wanted) for one in found), repr(answer))
    judge.__name__ = f"doctor_of_{name}"
    return judge


def doctor_finds_the_shipped_examples_sound():
    with World(founded=False) as world:
        directory = pam_directory(world)
        for name in sorted(os.listdir(EXAMPLES)):
            path = os.path.join(EXAMPLES, name)
            if os.path.isdir(path) or "." in name:
                continue
            with open(path, encoding="utf-8") as file:
                text = file.read()
            if not re.search(r"^(auth|account|password) ", text, re.M):
                continue
            write(directory, name, text)
            found, answer = told(world, directory, name)
            found = [one for one in found if "not installed" not in one["text"] and one["severity"] != "note"]
            same(found, [], f"{name}: {answer}")


def doctor_finds_a_service_without_us_if_it_is_asked():
    with World(founded=False) as world:
        directory = pam_directory(world)
        write(directory, "sign-in", "auth required pam_unix.so\naccount required pam_unix.so\n")
        found, answer = told(world, directory, "sign-in")
        same([one["severity"] for one in found], ["warning"], repr(answer))
        same(world.run("doctor", "--confdir", directory, "--json").out.count("without pam_liberations"), 0)
        found, answer = told(world, directory, "no-such")
        same([one["severity"] for one in found], ["critical"], repr(answer))


def doctor_finds_every_line_not_the_first():
    with World(founded=False) as world:
        directory = pam_directory(world)
        write(directory, "sign-in", "auth sufficient pam_unix.so\nauth sufficient pam_permit.so\n" + OURS + REST)
        found, answer = told(world, directory, "sign-in")
        same([one["line"] for one in found if "accepts before" in one["text"]], [1, 2], repr(answer))
        for path in ("../sign-in", "/etc/shadow"):
            answer = world.run("doctor", path, "--confdir", directory, "--json")
            expect("cannot read this line" not in answer.out, repr(answer))


def doctor_finds_what_is_wrong_with_the_state():
    with World() as world:
        directory = pam_directory(world)
        write(world.home, "seal.key.copied", "")

        def found(check):
            answer = world.run("doctor", "--confdir", directory, "--json")
            return [one for one in answer.json() if one["check"] == check], answer
        for check in ("mode", "state", "seal-key", "store", "config", "owner"):
            same(found(check)[0], [], f"{check}: {found(check)[1]}")
        for path, mode, right in ((world.state, 0o755, "0700"), (os.path.join(world.state, "counters"), 0o750, "0700"),
                                  (world.key, 0o644, "0640")):
            before = os.stat(path).st_mode & 0o7777
            os.chmod(path, mode)
            hits, answer = found("mode")
            same([(one["where"], one["fix"]) for one in hits], [(path, f"sudo chmod {right} {path}")], repr(answer))
            same(answer.code, 2, repr(answer))
            subprocess.run(shlex.split(hits[0]["fix"])[1:], check=True)
            same(found("mode")[0], [], path)
            os.chmod(path, before)
        os.rename(world.key, world.key + ".away")
        hits, answer = found("seal-key")
        same([one["fix"] for one in hits], [f"sudo cp /a/safe/place/seal.key {world.key} && sudo liberations init"], repr(answer))
        same(found("store")[0], [], "a key that is gone is told once")
        os.rename(world.key + ".away", world.key)
        world.configure("window = 9", "no-such = 1")
        same(len(found("config")[0]), 2, "every fault of the configuration")


def doctor_and_status_know_a_key_of_another_machine():
    """It is told once, of the key; a single account that does not open stays a fault of that account."""
    with World() as world, World() as other:
        directory = pam_directory(world)

        def found(*checks):
            answer = world.run("doctor", "--confdir", directory, "--json")
            return [(one["check"], one["severity"]) for one in answer.json() if one["check"] in checks], answer
        for name in ("alice", "bob", "carol"):
            lbr_world(world, name, "state=own")
        lbr_world(world, "carol", "state=damaged")
        kinds = ("account", "history", "store", "spool", "notice")
        same(found(*kinds, "seal-key")[0], [("account", "critical"), ("seal-key", "warning")], "one account, and no copy noted")
        expect("key and store usable" in world.run("status").out and "damaged: 1 (carol)" in world.run("status").out, "status")
        own, others = [open(one.key, encoding="ascii").read() for one in (world, other)]
        for key in (others, own[:8] + others[8:]):
            with open(world.key, "w", encoding="ascii") as file:
                file.write(key)
            hits, answer = found(*kinds)
            same(hits, [], repr(answer))
            told = [one for one in answer.json() if one["check"] == "seal-key" and one["severity"] == "critical"]
            same([(one["where"], one["fix"]) for one in told], [(world.key, f"sudo cp /a/safe/place/seal.key {world.key}")], key[:8])
            expect("do not run init" in told[0]["text"], repr(answer))
            said = world.run("status")
            expect(said.code == 2 and "not the seal key of these accounts" in said.out, repr(said))
            expect("usable" not in said.out and "damaged: " not in said.out, repr(said))
        with open(world.key, "w", encoding="ascii") as file:
            file.write(own)
        same(found(*kinds)[0], [("account", "critical")], "the copy is back")


def doctor_finds_accounts_that_never_began():
    with World() as world:
        directory = pam_directory(world)
        same(world.run("invite", "ann", stdin="").code, 0)
        answer = world.run("doctor", "--confdir", directory, "--json")
        same([one["severity"] for one in answer.json() if one["where"] == "ann"], ["note"], repr(answer))


SSHD = {
    "UsePAM no": ("UsePAM is no", "critical"),
    "KbdInteractiveAuthentication no": ("KbdInteractiveAuthentication is no", "critical"),
    "PasswordAuthentication yes": ("PasswordAuthentication is yes", "warning"),
    "MaxAuthTries 2": ("MaxAuthTries is 2", "warning"),
    "LoginGraceTime 60": ("LoginGraceTime is 60", "warning"),
    "AuthenticationMethods publickey keyboard-interactive": ("AuthenticationMethods", "warning"),
    "NoSuchWord 1": ("does not accept", "warning"),
}


@case("sshd")
def doctor_finds_what_is_wrong_with_sshd():
    need_root()
    need("sshd")
    with World(founded=False, as_root=True) as world:
        directory, config = pam_directory(world), os.path.join(world.directory, "sshd_config")
        apart = ["unshare", "-m", "sh", "-c", 'mount -t tmpfs none /run && mkdir /run/sshd && exec "$@"', "sh"]
        sound = "UsePAM yes\nKbdInteractiveAuthentication yes\nPasswordAuthentication no\n"
        for line, (words, severity) in {"": ("", ""), **SSHD}.items():
            write(world.directory, "sshd_config", line + "\n" + sound)
            answer = subprocess.run([*apart, *world.line("doctor", "--confdir", directory, "--sshd-config", config, "--json")],
                                    capture_output=True, text=True, env=world.environment(), check=False)
            found = [one for one in map(json.loads, answer.stdout.splitlines()) if one["check"] == "sshd"]
            same([one["severity"] for one in found], [severity] if line else [], f"{line}: {answer}")
            expect(not line or words in found[0]["text"], f"{line}: {answer}")


@case("sshd", "unshare")
def doctor_judges_sshd_where_it_asks_for_a_token():
    """A machine where only sudo asks has no fault because its sshd does not."""
    need_root()
    need("sshd")
    with House() as house:
        house.write("/etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\nKbdInteractiveAuthentication no\nUsePAM yes\n")
        house.sh("rm -rf /etc/pam.d/*; printf 'auth required pam_unix.so\n' >/etc/pam.d/common-auth")
        for text, wanted in (("@include common-auth\n", []), ("auth required pam_liberations.so\n", ["critical"]),
                             ("# auth required pam_liberations.so\n@include common-auth\n", [])):
            house.write("/etc/pam.d/sshd", text)
            found = [one for one in house.run("doctor", "--json").json() if one["check"] == "sshd"]
            same([one["severity"] for one in found if "KbdInteractive" in one["text"]], wanted, text + repr(found))
            same(bool(found), bool(wanted), repr(found))


def doctor_names_a_hundred_accounts_and_counts_the_rest():
    """With a million accounts, a million may have the same fault."""
    with World() as world:
        same(world.run("invite", *(f"p{number:03}" for number in range(103))).code, 0)
        found = [one for one in world.run("doctor", "--json").json() if one["check"] == "account"]
        same((len(found), sum(one["where"] != "" for one in found)), (101, 100))
        rest = next(one for one in found if one["where"] == "")
        same((rest["severity"], rest["text"].split()[0], rest["fix"]), ("note", "3", "sudo liberations list --columns user,token"))


MATCHES = """\
UsePAM yes
PasswordAuthentication no
LoginGraceTime 60
Include {included}
Match User !eve,b?b* Address 192.0.2.0/24
	PasswordAuthentication yes
Match Group root
	KbdInteractiveAuthentication no
match user carol
	MaxAuthTries 1
Match Host *.example.org LocalPort 2222 LocalAddress 10.0.0.*
	PasswordAuthentication no
Match Group no-such-group
	PasswordAuthentication yes
Match RDomain red
	PasswordAuthentication yes
"""


@case("sshd", "unshare")
def doctor_finds_what_is_wrong_in_match_blocks():
    need_root()
    with World(founded=False, as_root=True) as world:
        included = os.path.join(world.directory, "included.conf")
        config = os.path.join(world.directory, "sshd_config")
        write(world.directory, "included.conf", "# a file of its own\nMatch User dan\n\tAuthenticationMethods publickey\nMatch all\n")
        write(world.directory, "sshd_config", MATCHES.format(included=included))
        apart = ["unshare", "-m", "sh", "-c", 'mount -t tmpfs none /run && mkdir /run/sshd && exec "$@"', "sh"]
        line = world.line("doctor", "--confdir", pam_directory(world), "--sshd-config", config, "--json")
        done = subprocess.run([*apart, *line], capture_output=True, text=True, env=world.environment(), check=False)
        found = [one for one in map(json.loads, done.stdout.splitlines()) if one["check"] == "sshd"]
        seen = sorted((one["where"], one["line"] or 0, one["severity"], one["text"].split()[0]) for one in found)
        same(seen, sorted([("sshd", 0, "warning", "LoginGraceTime"), (included, 2, "warning", "AuthenticationMethods"),
                           (config, 5, "warning", "PasswordAuthentication"), (config, 7, "critical", "KbdInteractiveAuthentication"),
                           (config, 9, "warning", "MaxAuthTries"), (config, 13, "note", "no"), (config, 15, "warning", "PasswordAuthentication")]), repr(done))
        same({one["fix"] for one in found if one["line"] == 7}, {f"sudoedit +7 {config}"})


def doctor_speaks_first_as_nagios_reads():
    with World() as world:
        directory = pam_directory(world)
        write(directory, "sign-in", "auth sufficient pam_unix.so\n" + OURS + REST)
        answer = world.run("doctor", "sign-in", "--confdir", directory)
        same(answer.code, 2, repr(answer))
        expect(re.match(r"LIBERATIONS CRITICAL: critical: \d+, warnings: \d+, notes: \d+\n", answer.out), repr(answer))
        expect("    sudo sed -i '1s/^/#/' " in answer.out, repr(answer))
        french = world.run("doctor", "sign-in", "--confdir", directory, LC_ALL="fr_CA.UTF-8")
        expect("accepte avant que pam_liberations soit consulté" in french.out, repr(french))


def doctor_founds_what_was_never_founded():
    with World() as world:
        os.remove(world.config)
        found = [json.loads(line) for line in world.run("doctor", "--json").out.splitlines()]
        same([(one["severity"], one["fix"]) for one in found if one["check"] == "config"],
             [("critical", "sudo liberations init --config " + world.config)], repr(found))


def add_cases():
    for name, row in STACKS.items():
        case()(stack_case(name, *row))
    for name, row in FIELD.items():
        case()(field_case(name, *row))
    for function in (doctor_finds_the_shipped_examples_sound, doctor_finds_a_service_without_us_if_it_is_asked,
                     doctor_finds_what_is_wrong_with_the_state,
                     doctor_and_status_know_a_key_of_another_machine, doctor_finds_accounts_that_never_began,
                     doctor_names_a_hundred_accounts_and_counts_the_rest,
                     doctor_speaks_first_as_nagios_reads, doctor_finds_every_line_not_the_first,
                     doctor_founds_what_was_never_founded,
                     doctor_follows_every_result_of_every_module):
        case()(function)
