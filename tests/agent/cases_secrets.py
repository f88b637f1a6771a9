"""Where a token's key could leak: files, memory, the command, the log."""
import base64
import os
import subprocess
import time

import dialogue
from harness import case, expect
from dialogue import ALLOW
from stage import KEY, OWNER, PASSWORD, code_of

STRANGER = 64236
RAW = bytes.fromhex(KEY)
BASE32 = base64.b32encode(RAW)
SPELLINGS = (RAW, BASE32, BASE32.lower(), b" ".join(BASE32[at:at + 4] for at in range(0, 32, 4)), KEY.encode(), KEY.upper().encode(),
             base64.b64encode(RAW))


def shows_key(data):
    return any(spelling in data for spelling in SPELLINGS)


def can_read(path):
    try:
        os.close(os.open(path, os.O_RDONLY))
        return True
    except OSError:
        return False


def readable_of(paths):
    return [path for path in paths if can_read(path)]


@case(root=True, log=True)
def sec_1_34_files_hold_no_key_and_open_to_nobody(stage):
    name = stage.person("uid=%d" % STRANGER)
    stored = [os.path.join(room, word) for room, _, words in os.walk(stage.state) for word in words]
    for path in stored:
        with open(path, "rb") as file:
            expect(not shows_key(file.read()), path, "shows the key")
    paths = stored + [stage.path("seal.key")]
    expect(len(stage.files_of(name)) >= 2, "the account's files were not looked at")
    for uid, groups in ((STRANGER, []), (STRANGER, [STRANGER, 0])):  # the person, and one of root's group
        found = stage.as_user(uid, lambda: readable_of(paths), groups)
        expect(not found, "uid", uid, "reads", found)


def ranges(pid):
    """Address, end and whether it is locked, of each piece of the process's memory that may be read."""
    at = None
    with open("/proc/%d/smaps" % pid) as file:
        for words in map(str.split, file):
            if not words[0].endswith(":"):
                at = [int(word, 16) for word in words[0].split("-")] if words[1].startswith("r") else None
            elif at and words[0] == "Locked:":
                yield at[0], at[1], int(words[1]) > 0


def places_of(pid, secret):
    """How often it stands in locked memory, and in other."""
    found = {True: 0, False: 0}
    with open("/proc/%d/mem" % pid, "rb", buffering=0) as memory:
        for first, end, locked in ranges(pid):
            try:
                memory.seek(first)
                found[locked] += memory.read(end - first).count(secret)
            except (OSError, ValueError, OverflowError):
                continue  # the kernel's own pages
    return found


@case(root=True)
def audit_f14_a_verified_password_stays_in_locked_memory_alone(stage):
    stage.skip_if_instrumented()
    name, (link, process) = stage.person(), stage.start_agent()
    try:
        expect(dialogue.Talk(link).sign_in(name, PASSWORD, code_of()) == ALLOW, "a right sign-in is refused")
        end = time.monotonic() + 600
        while True:  # what came with the request is wiped once the reply is sent
            found = places_of(process.pid, PASSWORD.encode())
            if found == {True: 1, False: 0} or time.monotonic() > end:
                break
            time.sleep(0.05)
        expect(found == {True: 1, False: 0}, "the password in locked memory and in other:", found)
    finally:
        link.close()
        process.wait(timeout=600)


@case(root=True, log=True)
def sec_1_34_memory_of_an_agent_opens_to_nobody(stage):
    name, mark = stage.person("uid=%d" % STRANGER), stage.log.mark()
    stage.listener.wait_agents(0)
    talk = dialogue.connect(stage.listener.agent)
    expect(talk.sign_in(name, PASSWORD, code_of()) == ALLOW, "sign-in")
    agent = stage.listener.only_agent()
    rooms = ["/proc/%d/%s" % (agent, word) for word in ("mem", "maps", "environ", "auxv", "stack", "syscall")]
    for uid in (STRANGER, OWNER):  # the agent's own uid too: it is not dumpable
        found = stage.as_user(uid, lambda: readable_of(rooms))
        expect(not found, "uid", uid, "reads", found)
    talk.close()
    stage.listener.wait_agents(0)
    expect(not any(shows_key(line.encode()) for line in stage.log.lines[mark:]), "the log shows the key")


@case(root=True)
def sec_1_34_no_word_of_the_command_shows_a_key(stage):
    name, command = stage.person("uid=%d" % STRANGER), os.path.join(stage.build, "liberations")

    def run(*words):
        done = subprocess.run([command, *words, "--config", stage.config], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        return done.returncode, done.stdout
    for words in (("show", name), ("show", name, "--json"), ("list",), ("list", "--json"), ("history", name, "--json"),
                  ("verify", name)):
        status, out = run(*words)
        expect(not shows_key(out), words, "shows the key")
        expect(words[0] in ("verify", "list") or status == 0, words, out)  # other cases leave damaged accounts to be listed
        status, out = stage.as_user(STRANGER, lambda: run(*words))
        expect(status != 0 and not shows_key(out), words, "answers somebody who is not root:", out)
