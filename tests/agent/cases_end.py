"""The listener's end: connections that have come in are served."""
import concurrent.futures
import contextlib
import os
import resource
import signal
import socket
import threading
import time

import dialogue
from cases_listener import hand_over
from dialogue import ALLOW
from harness import case, expect
from stage import PASSWORD, Listener, code_of

TIMES, CLIENTS = (20 if os.environ.get("LBR_SOAK") == "1" else 3), 16
WAITING = 8
AT_A_TIME = 64  # of agent/listen.c
DESCRIPTORS = 68  # fewer than the callers whom it lets wait


def link_to(path):
    link = socket.socket(socket.AF_UNIX)
    link.settimeout(60)
    link.connect(path)
    return link


def come(stage, path, links):
    """Connections that say nothing yet, each with an account of its own. The listener waits five seconds for each to speak."""
    names = [stage.person() for _ in range(WAITING)]
    return [(links.enter_context(link_to(path)), name) for name in names]


def sign_in(one):
    link, name = one
    return dialogue.Talk(link).sign_in(name, PASSWORD, code_of())


def all_sign_in(came):
    with concurrent.futures.ThreadPoolExecutor(len(came)) as crowd:
        expect(set(crowd.map(sign_in, came)) == {ALLOW}, "not all come in")


def wait_for(found):
    until = time.monotonic() + 600
    while not found():
        expect(time.monotonic() < until, "it does not come to that")
        time.sleep(0.01)


def accepted(stage, listener, links):
    """As root: connections that the listener has, and that have not said who called them. It takes one after the other."""
    came = come(stage, listener.agent, links)
    dialogue.connect(listener.agent).close()
    return came


def stop_in_its_tracks(process, path):
    """It may be about to take as many connections as it takes in one turn. Those are callers who have left; it looks for signals
    before it comes to the next one."""
    process.send_signal(signal.SIGSTOP)
    os.waitpid(process.pid, os.WUNTRACED)
    for _ in range(AT_A_TIME):
        link_to(path).close()


def stays(link):
    link.setblocking(False)
    try:
        return link.recv(1) != b""
    except ConnectionResetError:
        return False
    except BlockingIOError:
        return True


def is_refused(path):
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as late:
        return late.connect_ex(path) != 0


@case(root=True)
def who_was_accepted_and_has_not_spoken_is_served(stage):
    listener = Listener(stage, "end-accepted").wait_ready()
    with contextlib.ExitStack() as links:
        came = accepted(stage, listener, links)
        listener.process.terminate()
        wait_for(lambda: is_refused(listener.agent))
        all_sign_in(came)
    expect(listener.process.wait(60) == 0, "exit status", listener.process.returncode)


@case()
def the_queue_of_its_own_socket_is_served(stage):
    listener = Listener(stage, "end-queue").wait_ready()
    with contextlib.ExitStack() as links:
        stop_in_its_tracks(listener.process, listener.agent)
        came = come(stage, listener.agent, links)
        listener.process.terminate()
        listener.process.send_signal(signal.SIGCONT)
        all_sign_in(came)
    expect(listener.process.wait(60) == 0, "exit status", listener.process.returncode)


@case()
def who_comes_while_it_starts_is_served_although_it_is_told_to_end(stage):
    for _ in range(10):
        name = stage.person()
        listener = Listener(stage, "end-start")
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(60)
            until = time.monotonic() + 600
            while link.connect_ex(listener.agent) != 0:
                expect(time.monotonic() < until, "it does not listen")
            listener.process.terminate()
            expect(sign_in((link, name)) == ALLOW, "the answer is no")
        expect(listener.process.wait(60) == 0, "exit status", listener.process.returncode)


@case(root=True, log=True)
def at_its_limit_the_listener_ends_although_callers_are_silent(stage):
    """There are more of them than it may open descriptors. Each could take five seconds, one after the other; who speaks is served."""
    listener = Listener(stage, "end-limit", before=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS)))
    listener.wait_ready()
    mark = stage.log.mark()
    with contextlib.ExitStack() as links:
        stop_in_its_tracks(listener.process, listener.agent)
        came = come(stage, listener.agent, links)
        silent = [links.enter_context(link_to(listener.agent)) for _ in range(2 * DESCRIPTORS)]
        listener.process.terminate()
        listener.process.send_signal(signal.SIGCONT)
        all_sign_in(came)
        yield
        expect(listener.process.wait(60) == 0, "exit status", listener.process.returncode)
        stage.log.wait_for(mark, "before all connections are served")
        expect(not any(map(stays, silent)), "somebody else has them")


@case()
def the_queue_of_a_supervisors_socket_waits_for_the_next_listener(stage):
    path = stage.path("end-held.sock")
    server, process = hand_over(stage, path, "agent", words=("--idle", "60"))
    try:
        with contextlib.ExitStack() as links:
            all_sign_in(come(stage, path, links))
            stop_in_its_tracks(process, path)
            came = come(stage, path, links)
            process.terminate()
            process.send_signal(signal.SIGCONT)
            expect(process.wait(60) == 0, "exit status", process.returncode)
            with hand_back(stage, server):
                all_sign_in(came)
    finally:
        process.kill()
        process.wait()
        server.close()


@contextlib.contextmanager
def hand_back(stage, server):
    """Another listener, for a socket that there is already."""
    _, process = hand_over(stage, None, "agent", words=("--idle", "60"), server=server)
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


@case(root=True, log=True)
def a_second_signal_ends_the_listener_before_its_callers_have_spoken(stage):
    listener, mark = Listener(stage, "end-twice").wait_ready(), stage.log.mark()
    with contextlib.ExitStack() as links:
        accepted(stage, listener, links)
        while listener.process.poll() is None:  # one that follows at once is the same one
            listener.process.terminate()
            time.sleep(0.05)
        stage.log.wait_for(mark, "before all connections are served")
    expect(listener.process.returncode == 0, "exit status", listener.process.returncode)


class Crowd:
    """People who sign in again and again; every other one is slow to speak."""

    def __init__(self, stage, path):
        self.stage, self.path = stage, path
        self.count, self.wrong, self.over = 0, [], threading.Event()
        names = [stage.person() for _ in range(CLIENTS)]
        self.threads = [threading.Thread(target=self.run, args=one) for one in enumerate(names)]
        for thread in self.threads:
            thread.start()

    def run(self, at, name):
        while not self.over.is_set():
            self.stage.fresh_code(name)
            try:
                link = link_to(self.path)
            except (ConnectionRefusedError, FileNotFoundError):
                time.sleep(0.005)
                continue
            try:
                time.sleep(at % 2 * 0.02)
                with link:
                    result = dialogue.Talk(link).sign_in(name, PASSWORD, code_of())
                self.wrong += [result] if result != ALLOW else []
                self.count += 1
            except Exception as error:  # it came in, and was not served
                self.wrong.append(repr(error))

    def more(self, count):
        wanted = self.count + count
        wait_for(lambda: self.count >= wanted or self.wrong)

    def end(self):
        self.over.set()
        for thread in self.threads:
            thread.join(60)
        expect(not self.wrong, len(self.wrong), "failed beside", self.count, "sign-ins:", self.wrong[:8])


@case()
def no_sign_in_fails_while_the_listener_is_restarted(stage):
    listener = Listener(stage, "end-restarts").wait_ready()
    crowd = Crowd(stage, listener.agent)
    try:
        for _ in range(TIMES):
            crowd.more(CLIENTS)
            expect(listener.stop() == 0, "exit status", listener.process.returncode)
            listener = Listener(stage, "end-restarts").wait_ready()
        crowd.more(CLIENTS)
    finally:
        crowd.end()
        listener.stop()
