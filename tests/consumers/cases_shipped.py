"""The shipped pam.d files: every line is understood, and serves the application that it is for."""
import os

import applications
import pam
from applications import Application, Terminal
from cases_states import expected, play
from harness import add_case, expect
from world import Person


def our_lines(text):
    return [line.split() for line in text.splitlines() if "pam_liberations.so" in line and not line.startswith("#")]


def line_of(world, words):
    """A shipped line with the world's module, agent and configuration, and no socket of the machine."""
    at = words.index("pam_liberations.so")
    ours = world.module().split()
    if any(word.startswith("socket=") for word in words):
        ours = [word for word in ours if not word.startswith("socket=")]
    return " ".join(words[:at] + ours + words[at + 1:]).replace("=/run/liberations", "=" + world.path("run")) + "\n"


def serve(world, name, lines):
    with open(os.path.join(world.services, name), "w") as file:
        file.writelines(line_of(world, words) for words in lines)
    return name


class Quiet(Application):
    """Answers nothing: only what was asked counts."""
    def ask(self, _style, _text):
        raise pam.Broken()


def is_understood(world, name, kind, words):
    """Arguments that are wrong refuse before anything is asked, or, in account management, no matter for whom."""
    service = serve(world, name, [[kind, "required", "pam_liberations.so"] + words])
    application = Quiet(Person("nobody-here"))
    handle = pam.Handle(world.services, service, "nobody-here", application.converse)
    try:
        if kind == "account":
            return handle.call("acct_mgmt") == (pam.USER_UNKNOWN if "unknown=ignore" in words else pam.PERM_DENIED)
        code = handle.call("authenticate" if kind == "auth" else "chauthtok")
        ignored = kind == "password" and "unknown=ignore" in words
        return bool(application.asked) or ignored and code == pam.USER_UNKNOWN
    finally:
        handle.end()


def shipped_file(world, path):
    """Every line of the module's has a type, a control and arguments that the module understands."""
    name = os.path.basename(path)
    with open(path) as file:
        lines = our_lines(file.read())
    for number, words in enumerate(lines):
        kind, at = words[0], words.index("pam_liberations.so")
        expect(kind in ("auth", "account", "password", "session") and at >= 2, name, words)
        arguments = words[at + 1:]
        expect(not any(word.startswith(("config=", "agent=")) for word in arguments), name, "names our own files")
        expect(is_understood(world, "shipped-%s-%d" % (name, number), kind, arguments), name, "refused:", words)
        expect(not is_understood(world, "wrong-%s-%d" % (name, number), kind, arguments + ["factors=tokn"])
               or kind == "account" and "unknown=ignore" not in arguments, name, "a wrong argument is taken")
    return []


# The shipped files, and the application that each is for.
PLAYED = {"sshd": Terminal, "login": Terminal, "su": Terminal, "liberations": Terminal, "cockpit": applications.Cockpit,
          "nginx": applications.Nginx, "apache": applications.Apache, "vsftpd": applications.OneField,
          "openvpn": applications.OpenVpn, "postgresql": applications.OneField, "dovecot": applications.Combined,
          "xrdp-sesman": applications.OneField, "swaylock": applications.Locker, "screen": applications.Locker}


def played_file(world, path):
    """Only our own lines: the other modules are the system's."""
    name = os.path.basename(path)
    kind = PLAYED[name]
    with open(path) as file:
        text = file.read()
    lines = our_lines(text)
    service = serve(world, "played-" + name, lines)
    people = []
    for state in ("own", "expired", "pending", "disabled", "unknown"):
        person = world.person("played-%s-%s" % (name, state), "state=" + state)
        ignored = state == "unknown" and any(words[0] == "auth" and "user_unknown=ignore" in words for words in lines)
        wanted = [pam.PERM_DENIED] if ignored else expected(kind, state)  # with nothing behind it libpam denies
        play(world, kind, person.types(True, None if state == "pending" and kind.dialogue else True), wanted,
             service)
        people.append(person)
    return people


def listing(world, directory):
    """The list of what is shipped names every file, and no other."""
    with open(os.path.join(directory, "README")) as file:
        lines = file.read().split("for /etc/pam.d  ")[1].splitlines()[1:]
    named = {word.rstrip(",;:/") for line in lines for word in line[:51].split()}
    shipped = set(os.listdir(directory)) - {"README"}
    expect(shipped <= named, "not named:", shipped - named)
    return []


def told_alike(_world, directory):
    """What the manual tells to put into sshd's file is what the shipped file holds."""
    with open(os.path.join(directory, "sshd")) as file:
        lines = [line for line in file if line.startswith(("auth ", "account ", "password ")) and "pam_nologin" not in line]
    expect(len(lines) == 5, "lines for three kinds:", lines)
    for name in ("man/liberations-services.7", "man/pam_liberations.8"):
        with open(os.path.join(directory, "..", "..", name)) as file:
            told = [line.strip() for line in file]
        for line in lines:
            expect(line.strip() in told, name, "does not tell", line)
    return []


def add_cases(directory):
    for name in sorted(os.listdir(directory)):
        path = os.path.join(directory, name)
        if os.path.isdir(path):  # web/: files of web servers, which are tried with the portal
            continue
        with open(path) as file:
            ours = our_lines(file.read())
        if ours:
            add_case("shipped_files_are_understood." + name, shipped_file, path)
        if name in PLAYED:
            add_case("shipped_files_are_played." + name, played_file, path)
    add_case("shipped_files_are_listed", listing, directory)
    add_case("shipped_files_are_told_alike", told_alike, directory)
