"""What every program of a host does in a day, at the places where it is installed, under strace(1): scene.py BUILD DIRECTORY

Started by `trace` in a mount namespace of its own, whose /usr, /etc, /run, /var/lib and /dev nobody else sees. Each program leaves one
file for each of its processes in DIRECTORY: NAME.PID.
"""
import base64
import json
import os
import pwd
import signal
import socket
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True  # the checkout stays as it is
TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[1:1] = [os.path.join(TESTS, room) for room in ("support", "agent", "portal", "consumers")]

# pylint: disable=wrong-import-position
import dialogue
import keeper
import pam
import shared_accounts
import stage
import world

BUILD, OUT = (os.path.abspath(word) for word in (sys.argv[1:] + ["."])[:2])
STRACE = ["strace", "-ff", "-qq", "-y", "-s", "256", "-e", "signal=none", "-e", "trace=!clock_nanosleep,futex,poll,ppoll,select,pselect6", "-o"]
MODULE = "/usr/lib/security/pam_liberations.so"
PASSWORD, OWN = "une phrase qui va bien", "une autre phrase, bien plus longue"
KEY = "3132333435363738393031323334353637383930"
STEPS = {}  # by user: the last one whose code was typed


def run(*words, stdin="", wanted=(0,), prefix=()):
    done = subprocess.run([*prefix, *words], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          timeout=600)
    if done.returncode not in wanted:
        sys.exit(f"{' '.join(words)}: exit {done.returncode}: {done.stdout}")
    return done.stdout


def traced(name, *words, **terms):
    return run(*words, prefix=[*STRACE, os.path.join(OUT, name)], **terms)


def start(name, *words):
    return subprocess.Popen([*STRACE, os.path.join(OUT, name), *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)


def stop(process):
    """The traced program, not strace, which would leave it alone."""
    with open(f"/proc/{process.pid}/task/{process.pid}/children", encoding="ascii") as file:
        os.kill(int(file.read().split()[0]), signal.SIGTERM)
    process.wait(60)


def until(said, true):
    end = time.monotonic() + 600
    while not true():
        if time.monotonic() > end:
            sys.exit("it does not come: " + said)
        time.sleep(0.02)


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)


def code(user, key=KEY):
    """Six digits that this user's account has not seen: five can be used at once, the later ones wait for their time."""
    now = int(time.time()) // 30
    STEPS[user] = max(STEPS.get(user, 0) + 1, now - 2)
    until("a code", lambda: STEPS[user] <= int(time.time()) // 30 + 2)
    return stage.code_of(key, moment=STEPS[user] * 30)


def log():
    """Reads what is logged, so that no program waits for its log."""
    link = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    link.bind("/dev/log")
    os.chmod("/dev/log", 0o666)
    threading.Thread(target=lambda: [link.recv(65536) for _ in iter(int, 1)], daemon=True).start()


def install():
    run("make", "--no-print-directory", "-s", "BUILD=" + BUILD, "PAMDIR=" + os.path.dirname(MODULE), "install")
    run("groupadd", "-f", "-r", "liberations-web")
    run("/usr/sbin/liberations", "init")
    with open("/etc/liberations/liberations.conf", "a", encoding="utf-8") as file:
        file.write("hash-cost = 1\nsendmail = /usr/sbin/sendmail\nmin-age = 0 s\nbreached = /etc/liberations/breached\nwindow = 2\n")
    run("pwqfilter", "--create=16", "-o", "/etc/liberations/breached", stdin="azertyuiop123\n")
    os.chmod("/etc/liberations/breached", 0o644)
    run("/usr/sbin/liberations", "init", "--portal", "https://app.example.org")
    write("/usr/sbin/sendmail", "#!/bin/sh\ncat >/dev/null\n", 0o755)
    write("/etc/pam.d/desk", "".join(f"{kind} required {MODULE}\n" for kind in ("auth", "account", "password", "session")))


def people():
    for number, name in enumerate(("alice", "bob", "dave", "eve", "carol")):
        run("useradd", "-M", "-u", str(64300 + number), name)
        if name == "carol":
            continue
        run(BUILD + "/tests/lbr-world", "/etc/liberations/liberations.conf", "set", name, "key=" + KEY, f"uid={64300 + number}")
    run("/usr/sbin/liberations", "contact", "alice", "alice@example.org", wanted=(0, 1))


def host(service, user, calls, answers):
    """A service that signs somebody in, in a process of its own: answers in the order of the questions."""
    left = list(answers)

    def converse(style, _text):
        if style in (pam.ECHO_OFF, pam.ECHO_ON):
            return left.pop(0) if left else ""
        return None
    handle = pam.Handle("/etc/pam.d", service, user, converse)
    codes = [handle.call(call) for call in calls]
    handle.end()
    print(json.dumps(codes))


def sign_in(name, user, *answers, calls=("authenticate", "acct_mgmt", "setcred"), uid=0, real=0):
    """As root; as a person (`uid`); or as a setuid program that a person started (`real`)."""
    prefix = [] if not uid else ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups"]
    prefix = prefix if not real else ["sh", "-c", 'echo 500 >/proc/self/oom_score_adj; exec nice -n 5 "$@"', "sh", "setpriv", f"--ruid={real}"]
    out = traced(name, *prefix, sys.executable, "-B", __file__, "host", json.dumps(["desk", user, calls, answers]))
    return json.loads(out.split("\n")[0])


def services(name, user, uid=0):
    """Every kind of request, through the module: of root's, or of one's own."""
    ways = [((user, PASSWORD, code(user)), {}), ((user, "wrong", "000000"), {}), (("nobody", PASSWORD, "000000"), {}),
            ((user, PASSWORD, code(user), OWN, OWN), {"calls": ("chauthtok",)})]
    codes = [sign_in(name, *words, uid=uid, **terms) for words, terms in ways]
    if [one[0] for one in codes[:2]] + codes[3] != [pam.SUCCESS, pam.AUTH_ERR, pam.SUCCESS]:
        sys.exit(f"{name}: {codes}")


def first_sign_in():
    """Somebody who was enrolled at the desk chooses a password."""
    desk = subprocess.Popen(["/usr/sbin/liberations", "enroll", "carol", "--system", "--json"], text=True,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    told = json.loads(desk.stdout.readline())
    key = base64.b32decode(told["key"].replace(" ", "")).hex()
    desk.communicate(code("carol", key) + "\n")
    codes = sign_in("module", "carol", told["temporary_password"], code("carol", key), OWN, OWN)
    if codes[0] != pam.SUCCESS:
        sys.exit(f"the first sign-in: {codes}")


def web():
    """A visitor: signs in, comes through the gate, is refused, signs out."""
    class Proxy:
        @staticmethod
        def ask(path, body, fields):
            link = socket.socket(socket.AF_UNIX)
            link.connect("/run/liberations/pages.sock")
            head = "".join(f"{name}: {value}\r\n" for name, value in [("Host", "app.example.org"), ("X-Forwarded-Proto", "https"), *fields])
            if body is not None:
                head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\nOrigin: {world.ORIGIN}\r\n"
            link.sendall(f"{'GET' if body is None else 'POST'} {path} HTTP/1.1\r\n{head}Connection: close\r\n\r\n{body or ''}".encode())
            return keeper.hear(link, False)
    browser = world.Browser(Proxy)
    if browser.sign_in("dave", PASSWORD, code("dave")).status != 303:
        sys.exit("the web: " + browser.page.body)
    link = socket.socket(socket.AF_UNIX)
    link.connect("/run/liberations/gate.sock")
    cookie = "".join(f"{name}: {value}\r\n" for name, value in browser.cookie_field())
    link.sendall(f"GET /authz HTTP/1.1\r\nHost: app.example.org\r\n{cookie}\r\n".encode())
    said = link.recv(300)
    if b"Remote-User: dave" not in said:
        sys.exit(f"the gate says {said}")
    browser.sign_in("dave", "wrong", "000000")
    browser.get("account")
    time.sleep(1.5)  # the portal looks after its sessions every second


def shared():
    """The broker, with accounts in a database: as a service, and as root's own; an agent and the notices ask it."""
    server = shared_accounts.database()
    shared_accounts.user()
    shared_accounts.settings(server)
    broker = start("broker", "/usr/libexec/liberations-store")
    until("the broker", lambda: shared_accounts.has_greeted(server))
    with open("/etc/liberations/liberations.conf", "a", encoding="utf-8") as file:
        file.write("store = postgres\n")
    if sign_in("module", "alice", OWN, "000000")[0] != pam.AUTHINFO_UNAVAIL:
        sys.exit("somebody's accounts can be opened")
    traced("shared", "/usr/sbin/liberations", "notify", wanted=range(1, 8))
    traced("admin", "/usr/libexec/liberations-store", "--admin", "--config", "/etc/liberations/store-admin.conf")
    stop(broker)
    server.stop()


def main():
    log()
    install()
    people()
    services("module", "alice")
    first_sign_in()
    if sign_in("su", "alice", OWN, code("alice"), real=64301)[0] != pam.SUCCESS:
        sys.exit("su refuses")
    listener = start("listener", "/usr/libexec/liberations-agent", "--listen")
    until("the listener", lambda: os.path.exists("/run/liberations/verify.sock"))
    services("person", "bob", uid=64301)
    for _ in range(2):
        digits = code("eve")
        talk = dialogue.connect("/run/liberations/verify.sock")
        if talk.sign_in("eve", PASSWORD, digits) != dialogue.ALLOW:
            sys.exit("a verifier's question is refused")
        talk.close()
    portal = start("portal", "/usr/sbin/liberations-portal")
    until("the portal", lambda: os.path.exists("/run/liberations/gate.sock"))
    web()
    stop(portal)
    stop(listener)
    traced("notify", "/usr/sbin/liberations", "notify", wanted=(0, 1))
    traced("deliver", "/usr/sbin/liberations", "message", "--deliver", wanted=(0, 1))
    shared()


if sys.argv[1] == "host":
    host(*json.loads(sys.argv[2]))
else:
    main()
