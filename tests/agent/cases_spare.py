"""The agent that the listener keeps ready."""
import os
import shutil
import signal
import time

import dialogue
from harness import Failure, case, expect
from cases_listener import hand_over
from dialogue import ALLOW
from stage import AT_WORK, PASSWORD, Listener, code_of


def wait_spare(listener, other_than=0, timeout_s=600):
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        spares = [number for number in listener.spares() if number != other_than]
        if spares:
            return spares[0]
        time.sleep(0.01)
    raise Failure("the listener keeps no agent ready")


def sign_in(stage, listener, person):
    """Signs in; the number of the agent that judged."""
    talk = dialogue.connect(listener.agent)
    try:
        # Not those that are about to end: they have no words any more.
        judge = [number for number, _, name, words in listener.children()
                 if name == AT_WORK or b"--fd" in words and b"--spare" not in words]
        expect(talk.sign_in(person, PASSWORD, code_of()) == ALLOW, "no sign-in")
        expect(len(judge) == 1, "agents:", judge)
        return judge[0]
    finally:
        talk.close()
        listener.wait_agents(0)
        stage.fresh_code(person)


def with_listener(directory):
    def wrap(function):
        def run(stage):
            listener = Listener(stage, directory).wait_ready()
            try:
                function(stage, listener, stage.person())
            finally:
                listener.stop()
        run.__name__ = function.__name__
        return run
    return wrap


@case()
@with_listener("spare-serves")
def a_spare_serves_the_next_connection_and_one_only(stage, listener, name):
    sign_in(stage, listener, name)
    spare = wait_spare(listener)
    expect(sign_in(stage, listener, name) == spare, "another agent than the spare served")
    expect(wait_spare(listener, other_than=spare) != spare, "it is kept for a second connection")


@case()
@with_listener("spare-killed")
def a_spare_that_was_killed_is_missed_by_nobody(stage, listener, name):
    sign_in(stage, listener, name)
    for number in (signal.SIGKILL, signal.SIGSEGV):
        spare = wait_spare(listener)
        os.kill(spare, number)
        while spare in listener.spares():
            time.sleep(0.01)
        expect(sign_in(stage, listener, name) != spare, "a dead agent served")


@case()
@with_listener("spare-ends")
def a_spare_ends_with_the_listener(stage, listener, name):
    sign_in(stage, listener, name)
    spare = wait_spare(listener)
    listener.process.kill()
    listener.process.wait()
    wait_for_end(spare)


@case()
@with_listener("spare-stopped")
def a_spare_that_is_stopped_ends_with_the_listener(stage, listener, name):
    """With one that was asked to end; where it was killed, once it goes on."""
    for asked in (True, False):
        sign_in(stage, listener, name)
        spare = wait_spare(listener)
        os.kill(spare, signal.SIGSTOP)
        if asked:
            listener.process.terminate()
        else:
            listener.process.kill()
        listener.process.wait(60)
        if not asked:
            os.kill(spare, signal.SIGCONT)
        wait_for_end(spare)
        if asked:
            listener = Listener(stage, "spare-stopped").wait_ready()


def wait_for_end(spare):
    end = time.monotonic() + 600
    while time.monotonic() < end:
        try:
            with open("/proc/%d/stat" % spare) as file:
                if file.read().rpartition(")")[2].split()[0] == "Z":
                    return
        except OSError:
            return
        time.sleep(0.01)
    raise Failure("the spare stays without its listener")


@case()
def a_spare_of_an_older_program_serves_nobody(stage):
    """The file is replaced as an upgrade does it; the next sign-in is the new program's."""
    program = stage.path("spare-agent")
    shutil.copy(stage.agent, program)
    old, stage.agent = stage.agent, program
    try:
        listener = Listener(stage, "spare-older").wait_ready()
    finally:
        stage.agent = old
    name = stage.person()
    try:
        sign_in(stage, listener, name)
        spare = wait_spare(listener)
        shutil.copy(old, program + ".new")
        os.rename(program + ".new", program)
        expect(sign_in(stage, listener, name) != spare, "an agent of the old program served")
        expect(wait_spare(listener, other_than=spare) != spare, "the old one is kept")
    finally:
        listener.stop()


@case()
def idleness_ends_a_listener_whose_spare_was_never_used(stage):
    """The program is replaced, so the next sign-in starts another agent; then both are gone, and nothing keeps the listener."""
    program, path, name = stage.path("idle-agent"), stage.path("idle-spare.sock"), stage.person()
    shutil.copy(stage.agent, program)
    old, stage.agent = stage.agent, program
    try:
        server, process = hand_over(stage, path, "agent", ("--idle", "2"))
    finally:
        stage.agent = old
    try:
        for _ in range(2):
            talk = dialogue.connect(path)
            expect(talk.sign_in(name, PASSWORD, code_of()) == ALLOW, "no sign-in")
            talk.close()
            stage.fresh_code(name)
            shutil.copy(old, program + ".new")
            os.rename(program + ".new", program)
        expect(process.wait(timeout=600) == 0, "idle, it ended with", process.returncode)
    finally:
        process.kill()
        process.wait()
        server.close()


@case()
@with_listener("spare-fresh")
def a_spare_reads_configuration_and_key_when_it_is_asked(stage, listener, name):
    """Both may change while it waits: it has opened neither, so the next sign-in meets what is there then."""
    sign_in(stage, listener, name)
    wait_spare(listener)
    with open(stage.config) as file:
        text = file.read()
    os.rename(stage.config, stage.config + ".away")
    try:
        talk = dialogue.connect(listener.agent)
        result = talk.sign_in(name, PASSWORD, code_of())
        talk.close()
        expect(result != ALLOW, "signed in without a configuration")
    except dialogue.Gone:
        pass
    finally:
        os.rename(stage.config + ".away", stage.config)
    with open(stage.config) as file:
        expect(file.read() == text, "the configuration changed")
    listener.wait_agents(0)
    wait_spare(listener)
    sign_in(stage, listener, name)
