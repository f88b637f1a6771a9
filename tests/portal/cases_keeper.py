"""The keeper with real pages and a real gate: what it shows, and what it does not believe."""
import contextlib
import os
import signal
import socket
import subprocess

import keeper
from harness import case, expect, same
from keeper import Portal

ID = "0123456789012345678901234567890123456789abc"
OWN = [("Sec-Fetch-Site", "same-origin")]


def gate_status(portal, cookie=ID):
    return portal.ask("/authz", fields=[("Cookie", f"__Host-liberations={cookie}")], socket_name="gate")[0]


@case()
def a_stranger_sees_the_sign_in_page_and_no_session():
    with Portal() as portal:
        status, head, body = portal.ask("/liberations/sign-in?rd=/wiki?x=1", fields=[("Accept-Language", "fr-CA")])
        same(status, 200)
        for wanted in ('<html lang="fr">', "Intranet", "Desk 1234", 'name="rd" value="/wiki?x=1"', 'autocomplete="one-time-code"'):
            expect(wanted in body, wanted)
        expect("__Host-liberations-form=" in head and "__Host-liberations=" not in head, head)
        same(portal.ask("/liberations/style.css")[0], 200)
        same(portal.ask("/liberations/account")[0], 303)
        status, head, _ = portal.ask("/liberations/language?to=fr&rd=/wiki")
        same(status, 303)
        expect("Location: https://app.example.org/liberations/sign-in?rd=/wiki\r\n" in head + "\r\n", head)
        expect("__Host-liberations-language=fr;" in head, head)
        same(gate_status(portal), 401)
        same(gate_status(portal, "x"), 401)


@case()
def portal_p41_a_reload_shows_the_same_page_but_for_its_number():
    with Portal() as portal:
        cookie, _ = portal.form()
        pages = {portal.ask("/liberations/sign-in", fields=[("Cookie", f"__Host-liberations-form={cookie}")]) for _ in range(10)}
        bodies = {body.split('name="number"')[0] + body.split('name="number"')[1].split("/>", 1)[1] for _, _, body in pages}
        same(len(bodies), 1)
        expect(all("Set-Cookie" not in head for _, head, _ in pages), "a known browser keeps its cookie")


@case()
def portal_p22_only_a_form_of_our_own_page_is_judged():
    with Portal() as portal:
        cookie, number = portal.form()
        body, kept = f"number={number}&user=alice&password=x&token=1", ("Cookie", f"__Host-liberations-form={cookie}")
        # There is no agent: a form that counts is told to wait, and no other one is.
        same(portal.ask("/liberations/sign-in", body, [kept, *OWN])[0], 503)
        same(portal.ask("/liberations/sign-in", body, [kept, ("Origin", "https://app.example.org")])[0], 503)
        same(portal.ask("/liberations/sign-in", body, [kept])[0], 503)
        for fields in ([("Sec-Fetch-Site", "cross-site")], [("Sec-Fetch-Site", "same-site")], [("Origin", "null")],
                       [("Origin", "https://evil.example")]):
            same(portal.ask("/liberations/sign-in", body, [kept, *fields])[0], 403, fields)
        status, _, page = portal.ask("/liberations/sign-in", body, OWN)
        same(status, 200)
        expect("This page needs cookies" in page, page)
        same(portal.ask("/liberations/password", body, [kept, *OWN])[0], 403)
        same(portal.ask("/liberations/sign-in", body.replace(number, ("B" if number[0] == "A" else "A") + number[1:]), [kept, *OWN])[0], 403)
        other, _ = portal.form()
        same(portal.ask("/liberations/sign-in", body, [("Cookie", f"__Host-liberations-form={other}"), *OWN])[0], 403)


@case()
def portal_p40_another_host_is_421_whatever_it_asks():
    with Portal() as portal:
        for host in ("evil.example", "APP.example.org", "app.example.org:8443", "app.example.org.evil.example"):
            status, head, body = portal.ask("/liberations/sign-in", host=host, fields=[("X-Forwarded-Host", "app.example.org")])
            same(status, 421, host)
            expect(host not in body and "Location" not in head, head)
            expect("This address does not belong to this site" in body, body)
        body = portal.ask("/liberations/sign-in", host="evil.example", fields=[("Accept-Language", "fr")])[2]
        expect("Cette adresse n&#39;appartient pas à ce site" in body, body)
        # Once a minute the log says what to do about it.
        lines = [line for line in portal.text("log").splitlines() if "evil.example" in line]
        same(lines, ["liberations-portal: a request for the host evil.example, which portal.conf does not name: add "
                     "`site = https://evil.example` there, or make the web server pass on the host as the browser sent it"])


@case()
def portal_p01_bad_requests_leave_the_keeper_as_it_was():
    head, cookie = b"GET /liberations/sign-in HTTP/1.1\r\nHost: app.example.org\r\n", b"Cookie: __Host-liberations=" + b"i" * 43
    bad = (b"GET /static/%00 HTTP/1.1\r\nHost: a\r\n\r\n", b"GET / HTTP/1.1\nHost: a\n\n", b"\0" * 5000, head + cookie + b"\0\r\n\r\n",
           head + b"Cookie: " + b"a" * 1000000 + b"\r\n\r\n", head + b"Cookie: " + b"a=b; " * 10000 + b"\r\n\r\n",
           head + b"Cookie: " + b"a=b; " * 6000 + b"\r\n\r\n", head + (cookie + b"\r\n") * 2 + b"\r\n", head + b"A: b\r\n" * 10000 + b"\r\n",
           b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"GET /liberations/a b HTTP/1.1\r\nHost: app.example.org\r\n\r\n",
           b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", b"GET\r\nHost: a\r\n\r\n", b"GET /a\r\nHost: a\r\n\r\n",
           head + b"Content-Length: x\r\n\r\n", head + b"Content-Length: 99999999999999999999\r\n\r\n")
    with Portal(people=["alice", "bob"]) as portal:
        before = portal.keeper.pid, table_of(portal)
        for name in ("pages", "gate"):
            for raw in bad:
                status = status_of(portal, name, raw)
                expect(400 <= status < 500 or name == "gate" and status in (0, 505), name, status, raw[:80])
        whole = head + cookie + b"\r\n\r\n"
        for cut in range(0, len(whole)):
            for name in ("pages", "gate"):
                with portal.connect(name) as client:
                    client.sendall(whole[:cut])
        same((portal.keeper.poll(), portal.keeper.pid, table_of(portal)), (None, *before))
        same(portal.ask("/liberations/sign-in")[0], 200)
        same(gate_status(portal), 401)


def table_of(portal):
    with open(portal.directory + "/state/sessions", "rb") as file:
        return file.read()


def status_of(portal, name, raw):
    """Of the answer; 0: none came."""
    with portal.connect(name) as client:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            client.sendall(raw)
            client.shutdown(socket.SHUT_WR)
        found = b""
        with contextlib.suppress(ConnectionResetError):
            found = client.recv(4096)
    return int(found.split(b" ")[1]) if found else 0


@case()
def many_pages_at_once_are_served_one_after_the_other():
    with Portal("requests = 4\nwaiting = 64\n") as portal:
        same(portal.ask_at_once("/liberations/sign-in", 40), [200] * 40)


@case()
def a_gate_that_dies_is_replaced_and_opens_nothing():
    with Portal() as portal:
        portal.wait(lambda: gate_status(portal) == 401)
        gate, = portal.gates()
        os.kill(gate, signal.SIGKILL)
        portal.wait(lambda: portal.gates() not in ([], [gate]) and gate_status(portal) == 401)


@case()
def without_its_keeper_a_gate_ends():
    with Portal() as portal:
        portal.wait(lambda: gate_status(portal) == 401)
        gate, = portal.gates()
        same(portal.stop(), 0)
        portal.wait(lambda: not os.path.exists(f"/proc/{gate}"))
        portal.start()


@case()
def a_wrong_configuration_or_key_is_told_and_nothing_is_served():
    with Portal() as portal:
        portal.stop()
        for name, text, wanted in (("portal.key", "short\n", "portal.key: not one line of 64 hex digits"),
                                   ("portal.conf", "idle = 5\n", "portal.conf: line 1, column 8: idle: ")):
            with open(f"{portal.directory}/{name}", encoding="utf-8") as file:
                before = file.read()
            portal.write(name, text, 0o600)
            done = subprocess.run([keeper.PROGRAM, "--config", portal.directory + "/portal.conf"], capture_output=True, text=True,
                                  check=False, timeout=20)
            same(done.returncode, 1)
            expect(wanted in done.stderr, done.stderr)
            portal.write(name, before, 0o600)
        same(subprocess.run([keeper.PROGRAM, "--nonsense"], capture_output=True, check=False).returncode, 2)
        portal.start()
