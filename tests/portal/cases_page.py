"""What a page process makes of a request, and what a request cannot make of it."""
import os
import re
import subprocess
import tempfile

import page
from harness import case, expect, same
from page import FAULT, GO, PAGE, STYLE, UP, ask, fields_of, tell

ID = "0123456789012345678901234567890123456789abc"
HEAD = b"GET /liberations/sign-in?said=no&rd=/wiki?x=1 HTTP/1.1\r\nHost: app.example.org\r\n\r\n"
BODY = b"user=alice&password=a+b&token=123456&number=n1"
FORM = (b"POST /liberations/sign-in HTTP/1.1\r\nHost: app.example.org\r\nOrigin: https://app.example.org\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % len(BODY)) + BODY
FIELDS = ("Content-Security-Policy: default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
          "frame-ancestors 'none'", "X-Frame-Options: DENY", "X-Content-Type-Options: nosniff", "Referrer-Policy: same-origin",
          "Cross-Origin-Opener-Policy: same-origin", "Cross-Origin-Resource-Policy: same-origin", "Cache-Control: no-store",
          "Connection: close")
# Where each field of struct lbr_page_ask stands in its frame.
METHOD, PATH, STATUS, HOST, FETCH_SITE, HAS_ORIGIN, ORIGIN, SESSION, FORM_COOKIE, GO_COOKIE, LANGUAGE, ADDRESS = range(1, 13)
DESTINATION, TICKET, AGAIN, BACK, SEEN, USER, PASSWORD, TOKEN = 17, 18, 19, 20, 21, 23, 24, 25
SIGN_IN = tell(PAGE, page=1, form="f" * 64)


def number(field):
    return int.from_bytes(field, "big")


def status_told(question):
    return number(fields_of(question)[STATUS])


@case()
def a_page_is_served():
    status, head, body, question, code = ask(HEAD, SIGN_IN)
    same((status, code), (200, 0))
    expect(body.startswith(b"<!DOCTYPE html>") and b'action="/liberations/sign-in"' in body, body)
    expect(f"Set-Cookie: __Host-liberations-form={'f' * 64}; Path=/; Secure; HttpOnly; SameSite=Lax" in head, head)
    told = fields_of(question)
    same((number(told[METHOD]), told[PATH], told[STATUS], told[HOST], told[BACK]),
         (1, b"/liberations/sign-in", bytes(8), b"app.example.org", b"/wiki?x=1"))


@case()
def a_form_reaches_the_keeper():
    status, head, body, question, code = ask(FORM, tell(GO, origin="https://app.example.org", go="/wiki", session=ID, forget="A B"))
    same((status, body, code), (303, b"", 0))
    expect("Location: https://app.example.org/wiki\r\n" in head + "\r\n", head)
    expect(f"Set-Cookie: __Host-liberations={ID}; Path=/; Secure; HttpOnly; SameSite=Lax" in head, head)
    expect("Set-Cookie: A=; " in head and "Set-Cookie: B=; " in head, head)
    told = fields_of(question)
    same((number(told[METHOD]), told[ORIGIN], told[USER], told[PASSWORD], told[TOKEN]),
         (3, b"https://app.example.org", b"alice", b"a b", b"123456"))


@case()
def portal_p28_after_a_form_the_same_cookie_comes_anew():
    """Chromium then forgets the page behind its back button, which it keeps otherwise, whatever Cache-Control says."""
    cookie = b"Cookie: __Host-liberations-form=" + b"f" * 64 + b"\r\n"
    anew, go = f"Set-Cookie: __Host-liberations-form={'f' * 64}; Path=/; Secure; HttpOnly; SameSite=Lax", tell(GO, go="/a")
    posted, asked = (request.replace(b"Host: app.example.org\r\n", b"Host: app.example.org\r\n" + cookie) for request in (FORM, HEAD))
    expect(anew in ask(posted, go)[1], "the cookie does not come")
    expect("Set-Cookie" not in ask(FORM, go)[1], "a cookie comes of nothing")
    expect("Set-Cookie" not in ask(asked, go)[1], "a cookie comes without a form")
    expect("Set-Cookie" not in ask(posted, tell(FAULT, status=403))[1], "a cookie comes with a refusal")


@case()
def portal_p22_the_way_to_an_application_reaches_the_keeper_whole_or_not_at_all():
    go, ticket, whom = "g" * 64, "t" * 43, "d" * 64
    raw = f"GET /liberations/enter?again=1&for={whom}&ticket={ticket}&rd=/a?ticket=x HTTP/1.1\r\nHost: app.example.org\r\n"
    told = fields_of(ask(f"{raw}Cookie: __Host-liberations-go={go}\r\n\r\n".encode(), SIGN_IN)[3])
    same((told[GO_COOKIE], told[TICKET], number(told[AGAIN]), told[DESTINATION], told[BACK]),
         (go.encode(), ticket.encode(), 1, whom.encode(), b"/a?ticket=x"))
    told = fields_of(ask(raw.replace(ticket, ticket[1:]).replace(whom, whom[1:] + "*").replace("again=1", "again=2").encode() +
                         b"Cookie: __Host-liberations-go=short\r\n\r\n", SIGN_IN)[3])
    same((told[GO_COOKIE], told[TICKET], number(told[AGAIN]), told[DESTINATION], told[BACK]), (b"", b"", 0, b"", b"/a?ticket=x"))
    same(status_told(ask(f"{raw}Cookie: __Host-liberations-go={go}; __Host-liberations-go={go}\r\n\r\n".encode(), SIGN_IN)[3]), 400)


@case()
def a_page_may_let_its_form_lead_to_one_other_site():
    other = "https://app1.example.org:8443"
    _, head, _, _, _ = ask(HEAD, tell(PAGE, page=1, allowed=other, go_cookie="g" * 64))
    same([line for line in head.split("\r\n") if line.startswith("Content-Security-Policy")],
         [FIELDS[0].replace("form-action 'self'", f"form-action 'self' {other}")])
    expect(f"Set-Cookie: __Host-liberations-go={'g' * 64}; Path=/; Secure; HttpOnly; SameSite=Lax" in head, head)
    for hostile in ("https://a; script-src *", "javascript:x", "https://a\r\nX: y"):
        same([line for line in ask(HEAD, tell(PAGE, page=1, allowed=hostile))[1].split("\r\n")
              if line.startswith("Content-Security-Policy")], [FIELDS[0]], hostile)


@case()
def portal_p05_every_answer_bears_the_same_fields():
    answers = [SIGN_IN, tell(GO, origin="https://a", go="/"), tell(STYLE), tell(UP)]
    answers += [tell(FAULT, status=status, wait=2) for status in (400, 403, 404, 405, 413, 421, 431, 503)]
    for answer, wanted in zip(answers, (200, 303, 200, 204, 400, 403, 404, 405, 413, 421, 431, 503)):
        status, head, _, _, code = ask(HEAD, answer)
        same((status, code), (wanted, 0))
        lines = head.split("\r\n")
        for field in FIELDS:
            same(lines.count(field), 1, f"{wanted}: {field}:")
        same([line for line in lines if line.startswith("Server:")], [])
    expect("Retry-After: 2" in head, head)


@case()
def a_head_request_has_no_body():
    status, head, body, _, _ = ask(HEAD.replace(b"GET", b"HEAD"), SIGN_IN)
    same((status, body), (200, b""))
    expect(re.search(r"Content-Length: [1-9]", head), head)


@case()
def without_a_keeper_people_are_told_to_wait():
    status, head, _, question, code = ask(HEAD, None, gone=True)
    same((status, question, code), (503, None, 0))
    expect("Retry-After: 2" in head, head)
    status, _, _, _, code = ask(HEAD, b"nonsense")
    same((status, code), (503, 0))
    # In the language that the browser wants, with links of the place that it asked for.
    for language, words in (("fr-CA,en;q=0.5", "La connexion est impossible"), ("en", "Signing in is not possible"),
                            ("de", "Signing in is not possible")):
        body = ask(HEAD.replace(b"\r\n\r\n", f"\r\nAccept-Language: {language}\r\n\r\n".encode()), None, gone=True)[2]
        expect(words in body.decode() and 'href="/liberations/style.css"' in body.decode(), body)


# What is refused before the keeper hears of more than a status; libmicrohttpd itself refuses some of it.
REFUSED = (
    (b"GET /liberations/sign-in HTTP/1.1\nHost: a\n\n", 400), (b"GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400), (b"GET / HTTP/1.1\r\nHost: a\0\r\n\r\n", 400), (b"\r\n" + HEAD, 400),
    (b"\x16\x03\x01\x02\x00", 400), (b"GET / HTTP/1.1\r\nCookie: " + b"a" * 1000000 + b"\r\n\r\n", 431),
    (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n", 431),
)
NARROWED = (
    (b"GET /static/%00 HTTP/1.1\r\nHost: a\r\n\r\n", 404), (b"GET //liberations/sign-in HTTP/1.1\r\nHost: a\r\n\r\n", 404),
    (b"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400), (b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: a\r\nCookie: a=b\r\nCookie: a=b\r\n\r\n", 400),
    (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n", 413),
    (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Type: text/plain\r\n\r\nabc", 400),
    (FORM.replace(b"user=alice", b"nope=alice"), 400), (FORM.replace(b"token=123456", b"token=%00345"), 400),
)


@case()
def portal_p01_what_is_no_request_is_refused_before_anybody_hears_of_it():
    for request, wanted in REFUSED:
        status, head, body, question, code = ask(request)
        same((status, body, question, code), (wanted, b"", None, 0), request[:60])
        for field in FIELDS:
            same(head.split("\r\n").count(field), 1, f"{request[:60]}: {field}:")


@case()
def portal_p02_what_is_narrowed_is_a_status_and_no_form():
    for request, wanted in NARROWED:
        status, _, _, question, code = ask(request, tell(FAULT, status=wanted))
        same((status, code), (wanted, 0), request[:60])
        same(status_told(question), wanted, request[:60])
        same(fields_of(question)[PASSWORD], b"", request[:60])


@case()
def portal_p01_a_request_cut_at_any_byte_reaches_nobody():
    for cut in range(0, len(FORM), 3):
        with page.Page() as one:
            one.client.sendall(FORM[:cut])
            one.client.shutdown(page.socket.SHUT_WR)
            one.read()
            same(one.process.wait(15), 0, f"cut at {cut}:")
            same(one.keeper.recv(20000), b"", f"cut at {cut}:")


@case()
def portal_p01_bytes_come_one_by_one():
    with page.Page(SIGN_IN) as one:
        for byte in HEAD:
            one.client.sendall(bytes([byte]))
        one.serve_keeper()
        expect(one.read().startswith(b"HTTP/1.1 200 "), "the page")


@case()
def one_connection_is_one_request():
    status, _, body, _, code = ask(HEAD + HEAD, SIGN_IN)
    same((status, code, body.count(b"<!DOCTYPE")), (200, 0, 1))


@case()
def portal_p07_a_slow_request_ends_with_its_process():
    with page.Page() as one:
        one.client.sendall(HEAD[:-2])
        same(one.process.wait(30), -14, "SIGALRM:")


@case("strace")
def portal_p03_in_its_cage_a_page_opens_nothing():
    with tempfile.TemporaryDirectory() as directory:
        trace, wrapper = os.path.join(directory, "trace"), os.path.join(directory, "run")
        with open(wrapper, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\nexec strace -f -o {trace} {os.path.abspath(page.PROGRAM)}\n")
        os.chmod(wrapper, 0o755)
        plain, page.PROGRAM = page.PROGRAM, wrapper
        try:
            same(ask(FORM, SIGN_IN)[0], 200)
        finally:
            page.PROGRAM = plain
        with open(trace, encoding="utf-8") as file:
            calls = file.read().split("PR_SET_SECCOMP", 1)
    same(len(calls), 2, "no filter was set:")
    made = re.findall(r"(?m)^\d+ +(\w+)\(", calls[1])
    same(made[:2], ["recvmsg", "setitimer"], "its life begins with its connection:")
    used = set(made)
    expect("recvfrom" in used, used)
    same(used & {"socket", "connect", "open", "openat", "execve", "clone", "clone3", "fork", "bind", "accept4"}, set())


def judge(*calls):
    """Makes these calls in a caged process; its end by SIGSYS is what is wanted."""
    return subprocess.run([os.path.join(page.BUILD, "tests/portal/caged"), *calls], check=False).returncode


@case()
def portal_p03_what_is_forbidden_ends_the_process():
    same(judge("nothing"), 0)
    for call in ("open", "socket", "fork", "exec", "executable-memory", "connect"):
        same(judge(call), -31, call)


@case()
def portal_p03_a_page_sets_its_alarm_and_no_other_timer():
    same(judge("alarm", "real"), 0)
    same(judge("alarm", "virtual"), -31)
    same(judge("real"), -31, "without the door:")


@case()
def portal_p07_a_page_that_was_taken_over_cannot_outlive_its_alarm():
    for call in ("again", "another-filter", "blocked"):
        same(judge("alarm", call), -31, call)


@case()
def portal_p03_apaches_helper_connects_to_this_machine_alone():
    same(judge("doors", "unix"), 0)
    for call in ("inet", "open", "fork", "exec"):
        same(judge("doors", call), -31, call)
