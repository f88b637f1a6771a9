"""What comes next on a line: the command says it, and real shells ask it."""
import os
import re
import subprocess

import harness
from harness import add_case, expect, need, same
from world import BUILD, OWNER, ROOT, STRANGER, World, root_world

HERE = os.path.dirname(os.path.abspath(__file__))
SCRIPTS = os.path.abspath(os.path.join(HERE, "..", "..", "packaging", "completion"))
BASH = r"""
. "$1/liberations.bash"
while IFS= read -r line; do
	COMP_LINE=$line COMP_POINT=${#line}
	COMP_WORDS=()
	while [[ $line =~ ^[[:blank:]]*([=@:]|[^=@:[:blank:]]+) ]]; do
		COMP_WORDS+=("${BASH_REMATCH[1]}")
		line=${line:${#BASH_REMATCH[0]}}
	done
	[ -z "$line" ] || COMP_WORDS+=("")
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	_liberations
	printf '%s\n' "${COMPREPLY[@]}" "."
done
"""
FISH = 'source "$SCRIPTS/liberations.fish"; while read -l line; complete -C "$line"; echo .; end'
ZSH = """PS1='> '; PS2=; unsetopt zle_bracketed_paste; fpath=(%s $fpath); autoload -Uz compinit; compinit -D -u; LISTMAX=0
zstyle ':completion:*' list-colors ''; bindkey '^I' list-choices; echo rea''dy"""


def ask(world, *words, **more):
    """The candidates, without what they mean."""
    answer = more.pop("answer", None) or complete(world, *words, **more)
    return [line.split("\t")[0] for line in answer.out.splitlines()]


def complete(world, *words, **more):
    answer = world.run("complete", stdin="".join(word + "\0" for word in words), config=False, **more)
    same((answer.code, answer.err), (0, ""), words)
    return answer


def verbs(world):
    return re.findall(r"(?m)^  ([a-z-]+) +\S", world.run("help").out)


def told(world, verb):
    return set(re.findall(r"^  (--[\w-]+)", world.run(verb, "--help").out, re.M)) | {"--help"}


def every_verb_and_option():
    with World(founded=False) as world:
        same(set(ask(world, "")), set(verbs(world)) | {"help"})
        same(set(ask(world, "help", "")), set(verbs(world)))
        for verb in verbs(world):
            same(set(ask(world, verb, "--")), told(world, verb), verb)
            expect(f"{verb}\t" in complete(world, verb).out, f"{verb} has no description")
        expect("--json" not in ask(world, "list", "--json", "--"), "an option is offered twice")
        expect("afficher" in complete(world, "list", "--j", LC_ALL="fr_CA.UTF-8").out, "the descriptions are in another language")


def values():
    with World() as world:
        keys = ask(world, "list", "--sort", "")
        expect("user" in keys, keys)
        for key in keys:
            same(world.run("list", "--sort", key).code, 0, key)
        same(ask(world, "list", "--sort=us"), ["--sort=user"])
        for option in ("--state", "--columns"):
            for word in ask(world, "list", option, ""):
                same(world.run("list", option, word).code, 0, word)
        same(ask(world, "list", "--state", "locked,inv"), ["locked,invited"])
        same(ask(world, "list", "--columns=user,addr"), ["--columns=user,address"])
        for time in ask(world, "list", "--expiring", ""):
            same(world.run("list", "--expiring", time).code, 0, time)
        for words, wanted in ((("invite", "--csv", ""), [":files"]), (("list", "--config=x"), [":files"]), (("try", "--confdir", ""), [":directories"]),
                              (("init", "--owner", ""), [":users"]), (("enroll", ""), [":users"]), (("invite", "a", "b", ""), [":users"]),
                              (("contact", "a", ""), []), (("list", "--csv", "x"), []), (("frobnicate", ""), []), (("list", "--json="), []),
                              (("help", "show", ""), [])):
            same(ask(world, *words), wanted, words)
        same(set(ask(world, "list", "")), told(world, "list"), "where no word may follow, options do")
        expect("--rebuild" in ask(world, "unlock", "--all", ""), "--all names everybody")
        expect(os.path.isdir("/etc/pam.d") and set(ask(world, "try", "")) <= set(os.listdir("/etc/pam.d")), "not services")
        expect(set(ask(world, "protect", "")) - {":files"} <= set(os.listdir("/etc/pam.d")) and "sshd" not in ask(world, "protect", "su"),
               "services, of protect")


def names():
    """Accounts for who may administer them, without a trace; Unix users for all the others."""
    with World() as world:
        world.run("invite", "ann", "anouk", "zoé", "bob@example.org")
        os.remove(os.path.join(world.state, "locks"))
        before = snapshot(world.home)
        line = ("--config", world.config)
        same(sorted(ask(world, "show", *line, "")), ["ann", "anouk", "bob@example.org", "zoé"])
        same(sorted(ask(world, "unlock", *line, "bob", "an")), ["ann", "anouk"])
        same(ask(world, "show", *line, "ann", ""), ["--json", "--help"], "a second name is offered")
        same(ask(world, "passwd", *line, "zo"), ["zoé"])
        same(snapshot(world.home), before, "completion left something behind")
        if ROOT:
            same(ask(world, "show", *line, "", uid=STRANGER), [":users"])
    if ROOT:
        with root_world() as world:
            world.run("invite", "ann")
            line = ("--config", world.config)
            same(ask(world, "show", *line, ""), ["ann"])
            # For another person, what root may read is not what they may.
            os.chmod(world.home, 0o700)
            same(ask(world, "show", *line, "", SUDO_UID=str(STRANGER)), [":users"])


def key_ids():
    """Those that a step may name, for who may read the key file, and nothing else of it."""
    with World() as world:
        ids = [world.run("rekey", "--add", "--json").json()[0]["key"] for _ in range(2)]
        line = ("rekey", "--config", world.config)
        same(sorted(ask(world, *line, "--activate", "")), sorted(ids))
        same(ask(world, *line, "--retire=" + ids[0][:7]), ["--retire=" + ids[0]])
        same(ask(world, *line, "--activate", "x"), [])
        same(world.run("rekey", "--activate", ids[1]).code, 0)
        expect(ids[0] in ask(world, *line, "--retire", "") and ids[1] not in ask(world, *line, "--retire", ""), "the key in force")
        same(ask(world, "rekey", "--config", world.key, "--activate", ""), [])
        if ROOT:
            same(ask(world, *line, "--activate", "", uid=STRANGER), [])
    if ROOT:
        with root_world() as world:
            (new,) = [world.run("rekey", "--add", "--json").json()[0]["key"]]
            line = ("rekey", "--config", world.config, "--activate", "")
            same(ask(world, *line), [new])
            same(ask(world, *line, SUDO_UID=str(STRANGER)), [], "the ids are root's alone")


def snapshot(top):
    found = []
    for at, _, files in os.walk(top):
        found.append((at, os.stat(at).st_mtime_ns))
        found += [(os.path.join(at, name), os.stat(os.path.join(at, name)).st_mtime_ns) for name in files]
    return sorted(found)


def anything_typed():
    """Never a word of what was typed, never an error."""
    with World() as world:
        world.enroll("alice")
        for words in (("verify", "--config", world.config, "alice", "654321"), ("check-password", "x", "654321"), ("654321",), ("654321", "654321"),
                      ("passwd", "--654321"), ("list", "--state", "654321,"), ("list", "--columns=user,654321,"), ("list", "--config", "/654321", "--json", ""), ("show", "--config", "/proc/self/mem", ""),
                      ("show", "--config", world.directory, ""), ("\x1b[2J", ""), ("x" * 100000, "")):
            expect("654321" not in complete(world, *words).out, words)
        for bytes_typed in ("", "\0", "\0" * 20000, "show", "show\0" + "a\0" * 3000):
            answer = world.run("complete", stdin=bytes_typed, config=False)
            same((answer.code, answer.err), (0, ""), repr(bytes_typed[:20]))
        same(world.run("complete", "x", config=False).code, 2)


def shell(world, words, lines):
    """What a shell answers to each line."""
    need(words[0])
    path = world.directory + ":/usr/bin:/bin"
    done = subprocess.run(words, input="".join(line + "\n" for line in lines), capture_output=True, text=True, check=False, timeout=600,
                          env=world.environment(PATH=path, HOME=world.directory, SCRIPTS=SCRIPTS, LC_ALL="C.UTF-8"), cwd="/")
    same(done.stderr, "", words[0])
    answers = [part.splitlines() for part in done.stdout.split("\n.\n" if done.stdout[:1] != "." else ".\n")]
    same(len(answers), len(lines) + 1, done.stdout[:300])
    return [{line.split("\t")[0] for line in answer if line not in ("", ".")} for answer in answers[:-1]]


def in_bash(world, lines):
    return shell(world, ["bash", "--norc", "-c", BASH, "bash", SCRIPTS], lines)


def in_fish(world, lines):
    return shell(world, ["fish", "--no-config", "-c", FISH], lines)


def programs_in_bash(world, lines):
    """Each program's own script has a function of its own."""
    name = lines[0].split()[0]
    script = BASH.replace("liberations.bash", f"{name}.bash").replace("\t_liberations\n", f"\t_{name.replace('-', '_')}\n")
    return shell(world, ["bash", "--norc", "-c", script, "bash", SCRIPTS], lines)


def programs_in_fish(world, lines):
    return shell(world, ["fish", "--no-config", "-c", FISH.replace("liberations.fish", lines[0].split()[0] + ".fish")], lines)


def other_programs(complete_lines):
    """The portal's options are those of its own help; the agent's are those of its listener, the form that people type."""
    with World(founded=False) as world:
        for name in ("liberations-portal", "liberations-agent"):
            done = subprocess.run([os.path.join(BUILD, name), "--help"], capture_output=True, text=True, check=False)
            usage = (done.stdout + done.stderr).split("\n       liberations-agent")[0]
            wanted = {option for option in re.findall(r"--[a-z-]+", usage) if not option.endswith("-")} | {"--help"}
            answers = complete_lines(world, [f"{name} --", f"{name} --config /etc/passw", f"{name} --con"])
            same(answers[0], wanted, name)
            expect(any(re.search(r"(^|/)passwd$", one) for one in answers[1]), answers)
            same(answers[2], {"--config"}, name)


def in_zsh(world, lines):
    need("zsh")
    try:
        import pexpect  # pylint: disable=import-outside-toplevel
    except ImportError as absent:
        raise harness.Skip("python3-pexpect is not installed") from absent
    child = pexpect.spawn("zsh", ["-f"], encoding="utf-8", timeout=600, dimensions=(100, 200), cwd="/", echo=False, env=world.environment(
        PATH=world.directory + ":/usr/bin:/bin", HOME=world.directory, TERM="dumb", SHELL="/bin/zsh"))
    answers = []
    child.sendline((ZSH % SCRIPTS).replace("\n", "; "))
    child.expect("\nready")
    child.expect("> ")
    for line in lines:
        child.send(line + "\t")
        child.send("\x15echo e''nd\n")
        child.expect("\nend")
        shown = re.sub(r"\x1b\[[?\d;]*[a-zA-Z]", "", child.before).replace("\r", "").split("\n")
        answers.append({word for row in shown[1:] if not row.startswith("> ")
                        for word in (re.findall(r"^(\S+) +-- ", row) or row.split())})
        child.expect("> ")
    child.close(force=True)
    return answers


def of_a_shell(complete_lines):
    """Verbs, each verb's options, and each kind of value."""
    with World(founded=False) as world:
        wanted = {"": set(verbs(world)) | {"help"}, "help se": {"sessions"}, "list --sort ": {"user", "last-sign-in", "expires", "none"}}
        wanted.update({f"{verb} --": told(world, verb) for verb in verbs(world)})
        files = ("invite --csv /etc/passw", "list --config /etc/passw", "try --confdir /etc/pam", "show roo", "list --sort=l")
        answers = complete_lines(world, ["liberations " + line for line in [*wanted, *files]])
        for line, answer in zip(wanted, answers):
            same(answer, wanted[line], line)
        for line, answer, word in zip(files, answers[len(wanted):], ("passwd", "passwd", "pam.d", "root", "last-sign-in")):
            expect(any(re.search(rf"(^|[/=]){word}/?$", one) for one in answer), line, answer)


def names_in_a_shell(complete_lines):
    with World() as world:
        world.run("invite", "ann", "anouk", "bob@example.org")
        new = world.run("rekey", "--add", "--json").json()[0]["key"]
        if ROOT:
            os.chown(world.home, 0, 0)
            for path in (world.config, world.key):
                os.chown(path, 0, OWNER)
                os.chmod(path, 0o640)
        lines = [f"liberations {verb} --config {world.config} {word}"
                 for verb, word in (("unlock", "a"), ("unlock", "bob@ex"), ("rekey", "--activate "))]
        answers = complete_lines(world, lines)
        same(answers[0], {"ann", "anouk"})
        expect(len(answers[1]) == 1 and list(answers[1])[0].endswith("example.org"), answers)
        same(answers[2], {new})


def add_cases():
    add_case("completion_knows_every_verb_and_option", every_verb_and_option)
    add_case("completion_offers_what_a_value_may_be", values)
    add_case("completion_names_accounts_for_their_administrator_alone", names)
    add_case("completion_names_seal_keys_for_root_alone", key_ids)
    add_case("completion_repeats_nothing_and_says_no_error", anything_typed)
    for name, function in (("bash", programs_in_bash), ("zsh", in_zsh), ("fish", programs_in_fish)):
        add_case(f"completion_in_{name}_of_portal_and_agent", other_programs, function)
    for name, function in (("bash", in_bash), ("zsh", in_zsh), ("fish", in_fish)):
        add_case(f"completion_in_{name}", of_a_shell, function)
        add_case(f"completion_in_{name}_names_accounts", names_in_a_shell, function)
