"""Operation: who starts the portal and what it becomes, handed sockets, limits, maintenance, and what the log says."""
import contextlib
import functools
import os
import re
import signal
import socket
import subprocess
import threading
import time

import sizes
from handing import start_with
from gate import busy
from harness import Skip, case, expect, same
from keeper import OWNER, PROGRAM, SPARES, Portal

VERSION_LINE = re.compile(r"liberations-portal \d+\.\d+\.\d+\n")


def as_root(function):
    @functools.wraps(function)
    def only():
        if os.geteuid() != 0:
            raise Skip("needs root")
        function()
    return only


def children(pid):
    found = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError, IndexError):
            with open(f"/proc/{name}/stat", encoding="ascii", errors="replace") as file:
                words = file.read().rpartition(") ")[2].split()
            with open(f"/proc/{name}/comm", encoding="ascii", errors="replace") as file:
                comm = file.read().strip()
            if int(words[1]) == pid and words[0] != "Z":
                found[int(name)] = comm
    return found


def readers(portal):
    """The pids of the processes that read HTTP: pages first, gates last. Both names begin alike in /proc."""
    gates, pages = [], []
    for pid in children(portal.keeper.pid):
        with contextlib.suppress(OSError):
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                (gates if b"-gate" in file.read() else pages).append(pid)
    return pages, gates


def connect(portal, name="pages"):
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(20)
    client.connect(f"{portal.directory}/{name}.sock")
    return client


def read_all(client):
    found = b""
    while piece := client.recv(65536):
        found += piece
    return found


@case()
def help_and_version_are_for_people_and_anything_else_is_refused():
    def run(*words):
        return subprocess.run([PROGRAM, *words], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False, timeout=600)
    expect(VERSION_LINE.fullmatch(run("--version").stdout), run("--version"))
    said = run("--help")
    same((said.returncode, said.stderr), (0, ""))
    for word in ("--check", "--config", "--readers", "portal.conf(5)", "liberations-portal(8)"):
        expect(word in said.stdout, word, said.stdout)
    for words in (["--no-such"], ["--config"], ["--config", ""], ["--check", "--check"], ["x"]):
        said = run(*words)
        same((said.returncode, said.stdout), (2, ""), words)
        expect(said.stderr.startswith("usage: liberations-portal "), said.stderr)


@case()
@as_root
def root_becomes_the_user_of_the_configuration_for_good():
    with Portal() as portal:
        same(portal.ask("/authz", socket_name="gate")[0], 401)
        for pid in [portal.keeper.pid, *readers(portal)[1]]:
            with open(f"/proc/{pid}/status", encoding="ascii") as file:
                status = file.read()
            for word in ("Uid", "Gid"):
                same(re.search(rf"(?m)^{word}:\s+(.*)$", status)[1].split(), [str(OWNER)] * 4, word)
            same(re.search(r"(?m)^CapEff:\s+(\w+)$", status)[1].strip("0"), "")
            expect(re.search(r"(?m)^NoNewPrivs:\s+1$", status), status)
        for name, kind in (("pages", "660"), ("gate", "660")):
            same(oct(os.stat(f"{portal.directory}/{name}.sock").st_mode & 0o777)[2:], kind, name)
        portal.stop()
        text = portal.text("portal.conf")
        for user, word in (("root", "root"), ("0", "root"), ("no_such_user_here", "no_such_user_here")):
            portal.write("portal.conf", text.replace(f"user = {OWNER}", f"user = {user}"), 0o644)
            said = subprocess.run([PROGRAM, "--config", portal.directory + "/portal.conf"], capture_output=True, text=True, check=False,
                                  timeout=600)
            same(said.returncode, 1, user)
            expect(word in said.stderr, user, said.stderr)
        portal.write("portal.conf", text, 0o644)
        portal.start()


@case()
def its_own_user_cannot_read_its_memory():
    with Portal() as portal:
        same(portal.ask("/authz", socket_name="gate")[0], 401)  # it is in its cage
        for pid in [portal.keeper.pid, *readers(portal)[1]]:
            same(os.stat(f"/proc/{pid}/mem").st_uid, 0, pid)


@case()
@as_root
def another_user_may_not_start_it():
    with Portal() as portal:
        portal.stop()
        said = subprocess.run([PROGRAM, "--config", portal.directory + "/portal.conf"], capture_output=True, text=True, check=False,
                              timeout=600, user=OWNER + 1, group=OWNER + 1, extra_groups=[])
        same(said.returncode, 1)
        expect(f"{OWNER}: not the user who starts this" in said.stderr and f"user {OWNER + 1}" in said.stderr, said.stderr)
        portal.start()


@case()
def a_gate_that_is_slow_to_go_keeps_no_new_keeper_out():
    with Portal() as portal:
        old = portal.gates()
        same(len(old), 1)
        os.kill(old[0], signal.SIGSTOP)
        timer = threading.Timer(0.5, os.kill, (old[0], signal.SIGCONT))
        timer.start()
        portal.stop()
        portal.start()
        timer.join()
        same(portal.passes("x" * 43)[0], 401)


def hand_over(portal, sockets, names):
    """Starts the keeper with these sockets from descriptor 3 on. It is ready, or it has ended."""
    with open(portal.directory + "/log", "a", encoding="utf-8") as log:
        portal.keeper = start_with(
            ["sh", "-c", 'export LISTEN_PID=$$; exec "$@"', "sh", PROGRAM, "--config", portal.directory + "/portal.conf", "--readers",
             os.path.dirname(PROGRAM)], [one.fileno() for one in sockets], stderr=log,
            env={**os.environ, "LISTEN_FDS": str(len(sockets)), "LISTEN_FDNAMES": names})


def listening(family, address):
    one = socket.socket(family)
    one.bind(address)
    one.listen(16)
    return one


@case()
def handed_sockets_are_known_by_their_names():
    for names in ("pages:gate", "gate:pages"):
        with Portal() as portal:
            portal.stop()
            for name in ("pages", "gate"):
                os.unlink(f"{portal.directory}/{name}.sock")
            with listening(socket.AF_UNIX, portal.directory + "/pages.sock") as pages, \
                    listening(socket.AF_UNIX, portal.directory + "/gate.sock") as gate:
                for name in ("pages", "gate"):
                    os.chmod(f"{portal.directory}/{name}.sock", 0o666)
                hand_over(portal, [pages, gate] if names == "pages:gate" else [gate, pages], names)
                portal.wait(lambda: portal.ask("/liberations/up")[0] == 204)
                same(portal.ask("/authz", socket_name="gate")[0], 401, names)


@case()
def handed_sockets_that_are_wrong_are_refused_in_one_line():
    with Portal() as portal, listening(socket.AF_INET, ("127.0.0.1", 0)) as near, listening(socket.AF_INET, ("127.0.0.1", 0)) as too, \
            listening(socket.AF_INET, ("0.0.0.0", 0)) as far, socket.socket(socket.AF_UNIX) as deaf:
        portal.stop()
        for sockets, names, word in (((near,), "pages", "FileDescriptorName"), ((near, too), "pages:pages", "FileDescriptorName"),
                                     ((near, too), "", "FileDescriptorName"), ((near, far), "pages:gate", "descriptor 4"),
                                     ((deaf, near), "pages:gate", "descriptor 3")):
            mark = len(portal.text("log"))
            hand_over(portal, sockets, names)
            same(portal.keeper.wait(30), 1, names)
            lines = portal.text("log")[mark:].splitlines()
            same(len(lines), 1, lines)
            expect(word in lines[0], names, lines)
        hand_over(portal, (near, too), "pages:gate")
        address = near.getsockname()

        def up():
            with socket.create_connection(address, timeout=15) as client:
                client.sendall(b"GET /liberations/up HTTP/1.1\r\nHost: app.example.org\r\n\r\n")
                return client.recv(4096).startswith(b"HTTP/1.1 204 ")
        portal.wait(up)
        with socket.create_connection(too.getsockname(), timeout=15) as client:
            client.sendall(b"GET /authz HTTP/1.1\r\nHost: x\r\n\r\n")
            expect(client.recv(4096).startswith(b"HTTP/1.1 401 "), "the gate over TCP")


BUSY = b"HTTP/1.1 503 Service Unavailable\r\n"
REQUEST = b"GET /liberations/up HTTP/1.1\r\nHost: app.example.org\r\n\r\n"
BIG = b"POST /liberations/sign-in HTTP/1.1\r\nHost: app.example.org\r\nContent-Length: 60000\r\n\r\n" + b"x" * 60000


def fill(portal, count):
    """So many connections that say nothing: each has a page, or waits for one."""
    return [connect(portal) for _ in range(count)]


@case()
def portal_p07_who_is_over_the_limits_is_told_to_wait_and_nobody_else_notices():
    with Portal("requests = 4\nwaiting = 2\n") as portal:
        idle = fill(portal, 4)
        portal.wait(lambda: len(readers(portal)[0]) == 4 + SPARES)
        queue = fill(portal, 2)
        for one in queue:
            one.sendall(REQUEST)
        for request in (b"", REQUEST, BIG, REQUEST * 100):
            with connect(portal) as client:
                with contextlib.suppress(BrokenPipeError):
                    client.sendall(request)
                answer = read_all(client)
            expect(answer.startswith(BUSY), request[:40], answer[:100])
            head, _, body = answer.decode().partition("\r\n\r\n")
            same(int(re.search(r"Content-Length: (\d+)\r\n", head)[1]), len(body.encode()))
            for field in ("Retry-After: 2", "Refresh: 5", "Connection: close", "Cache-Control: no-store", "X-Frame-Options: DENY"):
                same((head + "\r\n").count(field + "\r\n"), 1, field)
            expect("Content-Security-Policy: default-src 'none';" in head and "Set-Cookie" not in head, head)
            expect('<div lang="fr">' in body and "Too busy" in body, body)
        same(portal.ask("/authz", socket_name="gate")[0], 401, "the gate, meanwhile:")
        same(portal.keeper.poll(), None)
        lines = [line for line in portal.text("log").splitlines() if "told to come again" in line]
        same(lines, ["liberations-portal: more requests for pages than `requests` and `waiting` allow: 1 told to come again"])
        for one in idle:
            one.close()
        for one in queue:
            expect(read_all(one).startswith(b"HTTP/1.1 204 "), "who waited was served")
            one.close()
        portal.wait(lambda: portal.ask("/liberations/up")[0] == 204)


@case()
def a_crowd_at_the_door_is_answered_one_way_or_the_other():
    with Portal("requests = 4\nwaiting = 0\n") as portal:
        idle = fill(portal, 4)
        portal.wait(lambda: len(readers(portal)[0]) == 4 + SPARES)
        crowd = fill(portal, 200)
        for one in crowd:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                one.sendall(REQUEST)
        for one in crowd:
            answer = read_all(one)
            expect(answer.startswith((BUSY, b"HTTP/1.1 204 ")), answer[:100])
            one.close()
        for one in idle:
            one.close()
        portal.wait(lambda: portal.ask("/liberations/up")[0] == 204)
        limit = len(os.listdir(f"/proc/{portal.keeper.pid}/fd")) if os.geteuid() == 0 else 0
        expect(limit < 40, "descriptors stay open:", limit)


@case()
def without_descriptors_the_keeper_waits_and_goes_on_by_itself():
    with Portal("requests = 4\nwaiting = 64\n") as portal:
        portal.stop()
        portal.start(under=["sh", "-c", 'ulimit -n 24 && exec "$@"', "sh"])
        clients = fill(portal, 40)
        portal.wait(lambda: "no connection can be taken" in portal.text("log"))
        expect(busy(portal.keeper.pid) < 0.5, "it spins")
        for one in clients[:-1]:
            one.close()
        with clients[-1] as last:
            last.sendall(REQUEST)
            expect(read_all(last).startswith((BUSY, b"HTTP/1.1 204 ")), "who waited was answered")
        portal.wait(lambda: portal.ask("/liberations/up")[0] == 204)
        lines = [line for line in portal.text("log").splitlines() if "taken" in line]
        same(lines, ["liberations-portal: no connection can be taken: Too many open files; it is tried again every second"])


@case()
@as_root
def a_process_that_a_signal_ends_is_one_line_and_a_slow_one_is_none():
    with Portal() as portal, connect(portal) as client:
        portal.wait(lambda: len(readers(portal)[0]) == 1 + SPARES)
        pages, gates = readers(portal)
        for pid in pages:
            os.kill(pid, signal.SIGALRM)
        same(read_all(client), b"")
        os.kill(gates[0], signal.SIGSEGV)
        portal.wait(lambda: "was ended by signal 11" in portal.text("log"))
        portal.wait(lambda: portal.ask("/authz", socket_name="gate")[0] == 401)
        lines = [line for line in portal.text("log").splitlines() if "signal" in line]
        same(len(lines), 1, lines)
        expect(f"process {gates[0]}, " in lines[0], lines)


@case()
def its_start_and_its_end_are_lines_in_the_log():
    with Portal() as portal:
        portal.stop()
        lines = portal.text("log").splitlines()
        same(lines, ["liberations-portal: started: 1 sites, 0 sessions", "liberations-portal: ended"])
        portal.start()


ROOM = "mount --make-rprivate / && mount --bind \"$0\" /run && exec \"$@\""


@case("unshare", "mount")
@as_root
def a_machine_in_maintenance_lets_nobody_new_in():
    with Portal() as portal:
        portal.stop()
        os.mkdir(portal.directory + "/run", 0o755)
        portal.start(("unshare", "--mount", "sh", "-c", ROOM, portal.directory + "/run"))
        cookie, number = portal.form()
        form = f"number={number}&user=alice&password=x&token=1", [("Cookie", f"__Host-liberations-form={cookie}")]
        portal.write("run/nologin", "", 0o644)
        for language, words in (("en", "Signing in is closed for maintenance"), ("fr", "La connexion est fermée")):
            status, head, body = portal.ask("/liberations/sign-in", fields=[("Accept-Language", language)])
            same(status, 503)
            expect(words in body and "Retry-After: 60\r\n" in head + "\r\n", head, body)
        same(portal.ask("/liberations/sign-in", *form)[0], 503)
        expect("maintenance" in portal.ask("/liberations/sign-in", *form)[2], "a form")
        same(portal.ask("/liberations/signed-out")[0], 200)
        same(portal.ask("/authz", socket_name="gate")[0], 401)
        os.unlink(portal.directory + "/run/nologin")
        same(portal.ask("/liberations/sign-in")[0], 200)


def slowest(portal, count):
    """Of so many questions to the gate, in milliseconds: half of them within the first, 99 of 100 within the second."""
    took = []
    with portal.connect("gate") as client:
        for _ in range(count):
            begun = time.monotonic()
            client.sendall(b"GET /authz HTTP/1.1\r\nHost: app.example.org\r\nCookie: __Host-liberations=" + b"i" * 43 + b"\r\n\r\n")
            found = b""
            while b"\r\n\r\n" not in found:
                found += client.recv(4096)
            same(found.split(b" ")[1], b"401")
            took.append(1000 * (time.monotonic() - begun))
    took.sort()
    return took[count // 2], took[count * 99 // 100]


@case()
def portal_p07_thousands_of_slow_visitors_do_not_slow_the_gate():
    """Each sends the begin of a request and then a byte now and then, on as many connections as the socket takes."""
    with Portal() as portal:
        count = sizes.size(500, 20000)
        alone = slowest(portal, count)
        slow = []
        for _ in range(sizes.size(500, 10000)):
            slow.append(socket.socket(socket.AF_UNIX))
            slow[-1].setblocking(False)
            with contextlib.suppress(BlockingIOError):
                slow[-1].connect(portal.directory + "/pages.sock")
                slow[-1].send(REQUEST[:10])
        for at, one in enumerate(slow[:100]):
            with contextlib.suppress(OSError):
                one.send(REQUEST[10:11])
        beside = slowest(portal, count)
        same(portal.keeper.poll(), None)
        for one in slow:
            one.close()
        portal.wait(lambda: portal.ask("/liberations/up")[0] == 204)
    expect(beside[0] < 20 * alone[0] + 5 and beside[1] < 20 * alone[1] + 250, "ms alone and beside them:", alone, beside)
    sizes.note("P-7: %d questions to the gate: half within %.2f ms, 99 of 100 within %.2f ms; beside %d slow visitors %.2f ms and %.2f ms"
               % (count, *alone, len(slow), *beside))
