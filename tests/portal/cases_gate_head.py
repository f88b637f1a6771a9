"""The head of a request to the gate: what two programs may read in two ways is refused, and every answer bears the same fields."""
import contextlib
import re
import socket
import time

import gate
from cases_gate import COOKIE, ID, OTHER, field, judge
from gate import NO, TROUBLE, YES, Gate
from harness import case, expect, same

OWN = f"Cookie: __Host-liberations={ID}".encode()
WHOLE = b"GET /authz HTTP/1.1\r\nHost: gate\r\n" + OWN + b"\r\n\r\n"
ENDED_BY_LF = (WHOLE.replace(b"\r\n", b"\n"), WHOLE.replace(b"1.1\r\n", b"1.1\n"), WHOLE.replace(b"gate\r\n", b"gate\n"),
               WHOLE[:-2] + b"\n", WHOLE[:-4] + b"\n\r\n", WHOLE[:-4] + b"\n\n")
READ_IN_TWO_WAYS = (
    *ENDED_BY_LF,
    WHOLE.replace(b"Host: gate", b"Host: gate\r\n more"), WHOLE.replace(b"Host: gate", b"Host: gate\r\n\tmore"),  # folded
    WHOLE.replace(b"gate\r\n" + OWN, b"gate\r\n " + OWN), WHOLE.replace(b"Host: gate", b" Host: gate"),
    WHOLE.replace(b"gate", b"ga\rte"), WHOLE.replace(b"gate", b"gate\r"), WHOLE.replace(OWN, b"A: b\r" + OWN), b"\r" + WHOLE,  # CR alone
    WHOLE.replace(b"gate", b"ga\0te"), WHOLE.replace(ID.encode(), ID.encode() + b"\0"), WHOLE.replace(b"/authz", b"/authz\0"),
    WHOLE.replace(b"gate", b"ga\x01te"), WHOLE.replace(b"gate", b"ga\x7fte"), WHOLE.replace(b"gate", b"ga\x0bte"),
    WHOLE.replace(b"Cookie:", b"Cookie :"), WHOLE.replace(b"Cookie:", b"Coo kie:"), WHOLE.replace(b"Cookie:", b": b\r\nCookie:"),
    WHOLE.replace(b"Cookie:", b"nonsense\r\nCookie:"), b"\r\n" + WHOLE, b"\n" + WHOLE, b" " + WHOLE,
    WHOLE.replace(b"Host: gate", b"Host: gate\r\nHost: gate"), WHOLE.replace(b"Host: gate", b"Host: gate\r\nhost: other"),
    WHOLE.replace(OWN, OWN + b"\r\n" + OWN), WHOLE.replace(OWN, OWN + b"\r\ncookie: a=b"), WHOLE.replace(OWN, b"Cookie:\r\n" + OWN),
    WHOLE.replace(OWN, OWN + b"\r\nContent-Length: 0\r\nContent-Length: 0"), WHOLE.replace(OWN, OWN + b"\r\nContent-Length: 00"),
    WHOLE.replace(OWN, OWN + b"\r\nContent-Length: +0"), WHOLE.replace(OWN, OWN + b"\r\nContent-Length: 5") + b"hello",
    WHOLE.replace(OWN, OWN + b"\r\nContent-Length: 0\r\nTransfer-Encoding: chunked") + b"0\r\n\r\n",
    WHOLE.replace(OWN, OWN + b"\r\nTransfer-Encoding: chunked") + b"0\r\n\r\n",
    WHOLE.replace(OWN, OWN + b"\r\nTransfer-Encoding: identity"), WHOLE.replace(OWN, OWN + b"\r\nTransfer-Encoding:"),
    WHOLE.replace(b"HTTP/1.1", b"HTTP/2.0"), WHOLE.replace(b"HTTP/1.1", b"HTTP/1.2"), WHOLE.replace(b"HTTP/1.1", b"http/1.1"),
    WHOLE.replace(b" HTTP/1.1", b""), WHOLE.replace(b" HTTP/1.1", b" x HTTP/1.1"), WHOLE.replace(b"/authz HTTP", b"/authz  HTTP"),
    WHOLE.replace(b"GET /", b"GET  /"), WHOLE.replace(b"GET /", b"GET\t/"), WHOLE.replace(b"HTTP/1.1", b"HTTP/1.1 "),
    WHOLE.replace(b"Host: gate\r\n", b""), WHOLE.replace(b"/authz", b"http://gate/authz"), WHOLE.replace(b"/authz", b"/authz#"),
)
LONG = ((400, WHOLE.replace(b"/authz", b"/authz/" + b"a" * 20000)), (431, WHOLE.replace(b"gate", b"g" * 32768)),
        (431, WHOLE.replace(b"Host:", b"A: b\r\n" * 100 + b"Host:")), (431, WHOLE.replace(b"a=b", b"").replace(OWN, OWN + b"; a=b" * 5000)),
        (431, b"G" * 40000), (431, WHOLE.replace(b"Host:", b"a" * 40000)))


def answers(one, request, pieces=1, leaves=False):
    """The heads of all answers to these bytes, sent in so many pieces: until the connection ends, or stays for a next request."""
    found, step = b"", max(1, -(-len(request) // pieces))
    with one.connect() as client:
        with contextlib.suppress(BrokenPipeError):  # it has heard enough
            for at in range(0, len(request), step):
                client.sendall(request[at:at + step])
                if pieces > 1:
                    time.sleep(0.002)
            if leaves:
                client.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):
            while not (found.endswith(b"\r\n\r\n") and b"Connection: close" not in found) and (piece := client.recv(65536)):
                found += piece
    return [head.decode("latin-1") for head in found.split(b"\r\n\r\n")[:-1]], found


def judge_fields(status, head, where):
    """P-5 at the gate: an empty answer, which no cache keeps, with a cookie never, and a name or a place where they belong alone."""
    lines = head.split("\r\n")
    expect(re.fullmatch(rf"HTTP/1\.1 {status} [ -~]+", lines[0]), where, lines[0])
    names = [line.partition(":")[0].lower() for line in lines[1:]]
    same(lines.count("Cache-Control: no-store"), 1, f"{where}: no-store:")
    same(lines.count("Content-Length: 0"), 1, f"{where}: empty:")
    same(names.count("remote-user"), int(status == 200), f"{where}: a name:")
    expect("location" not in names or status in (401, 303), where, "a place to go")
    same(lines.count("Connection: close"), int(status in (400, 431, 503)), f"{where}: the connection:")
    allowed = {"cache-control", "content-length", "remote-user", "location", "connection", "date"} | ({"retry-after"} if status == 503 else set())
    same(sorted(set(names) - allowed), [], f"{where}: other fields:")
    same(len(names), len(set(names)), f"{where}: a field twice:")
    expect(len(head) < 1024, where, "a head of", len(head))


@case()
def portal_p02_the_gate_refuses_what_two_programs_read_in_two_ways():
    with Gate(judge) as one:
        for request in READ_IN_TWO_WAYS:
            heads, found = answers(one, request)
            same([head.split(" ")[1] for head in heads], ["400"], request)
            judge_fields(400, heads[0], request)
            expect(found.endswith(b"\r\n\r\n"), request, found)
        same(one.asked, [], "the keeper was asked:")
        for status, request in LONG:
            heads, _ = answers(one, request)
            same([head.split(" ")[1] for head in heads], [str(status)], request[:60])
            judge_fields(status, heads[0], request[:60])
        same(one.asked, [], "the keeper was asked:")
        same(one.ask(fields=[COOKIE])[0], 200)


@case()
def portal_p02_a_head_is_the_same_however_it_is_cut():
    with Gate(judge) as one:
        for request, status in ((WHOLE, "200"), (WHOLE.replace(ID.encode(), OTHER.encode()), "401"), (ENDED_BY_LF[2], "400"), (ENDED_BY_LF[3], "400"),
                                (WHOLE.replace(b"Host:", b"A: " + b"b" * 30000 + b"\r\nHost:"), "200")):
            for pieces in (2, 3, 9):
                same([head.split(" ")[1] for head in answers(one, request, pieces)[0]], [status], (request[:60], pieces))
        for at in range(1, len(WHOLE)):  # a client that leaves in the middle
            same(answers(one, WHOLE[:at], leaves=True)[1], b"", WHOLE[:at])
        with one.connect() as slow, one.connect() as client:
            slow.sendall(WHOLE[:50])
            same(one.ask(fields=[COOKIE], client=client)[0], 200, "beside one that is slow:")
            slow.sendall(WHOLE[50:])
            same(gate.read_answer(slow)[0], 200)


@case()
def portal_p16_requests_behind_the_first_are_not_read():
    """No web server sends a question before it has the answer to the last one: the first is answered, and the connection ends."""
    other = WHOLE.replace(ID.encode(), OTHER.encode())
    with Gate(judge) as one:
        for request in (WHOLE + WHOLE, WHOLE + other, WHOLE + b"GET", WHOLE + ENDED_BY_LF[0], WHOLE + b"\0"):
            heads, _ = answers(one, request)
            same([head.split(" ")[1] for head in heads], ["200"], request)
            expect("Connection: close" in heads[0].split("\r\n"), heads[0])
        asked = len(one.asked)
        same([head.split(" ")[1] for head in answers(one, other + WHOLE)[0]], ["401"])
        same(len(one.asked), asked + 1)
        with one.connect() as client:  # one after the other
            for turn in range(50):
                same(one.ask(fields=[COOKIE] if turn % 2 else [], client=client)[0], 200 if turn % 2 else 401)


@case()
def portal_p05_every_answer_of_the_gate_bears_the_same_fields():
    """Each target by each method and verdict; what is refused has its table above."""
    verdicts = {"yes": (YES, "zoé"), "no": (NO, "", "https://app.example.org", "/liberations"), "trouble": (TROUBLE, ""), "unreadable": (gate.UNREADABLE, "")}
    wanted, seen = {"yes": 200, "trouble": 503, "unreadable": 400}, set()
    person = ("Sec-Fetch-Mode", "navigate")
    for said, verdict in verdicts.items():
        with Gate(lambda *_, told=verdict: told) as one:
            for method in ("GET", "HEAD", "POST", "PUT", "OPTIONS", "DELETE", "TRACE", "PROPFIND"):
                for target in ("/authz", "/authz/app.example.org", "/authz/redirect", "/authz/redirect/app.example.org", "/", "/authz?x"):
                    for fields in ([COOKIE], [COOKIE, person, ("X-Original-URI", "/" + "a" * 600)]):
                        head = "".join(f"{name}: {value}\r\n" for name, value in fields)
                        heads, _ = answers(one, f"{method} {target} HTTP/1.1\r\nHost: gate\r\n{head}\r\n".encode())
                        status = 400 if target in ("/", "/authz?x") else wanted.get(said, 303 if "redirect" in target and person in fields else 401)
                        same([one.split(" ")[1] for one in heads], [str(status)], (said, method, target))
                        judge_fields(status, heads[0], (said, method, target))
                        same("\r\nLocation: " in heads[0], status in (401, 303) and person in fields, (said, method, target))
                        seen.add(status)
    same(seen, {200, 303, 400, 401, 503})
