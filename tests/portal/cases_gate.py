"""What a proxy hears from the gate: yes for a live id alone, and 2xx in no other case."""
import random
import time

import gate
from gate import NO, TROUBLE, UNREADABLE, YES, Gate
from harness import case, expect, same

ID = "0123456789012345678901234567890123456789abc"
OTHER = "0123456789012345678901234567890123456789xyz"
COOKIE = ("Cookie", "a=b; __Host-liberations=" + ID)
PLACE = ("https://app.example.org", "/liberations")


def judge(site, session):
    if site not in ("", "app.example.org"):
        return UNREADABLE, ""
    return (YES, "zoé") if session == ID else (NO, "", *PLACE)


def field(answer, name):
    return [value for one, value in answer[1] if one.lower() == name.lower()]


@case()
def portal_p09_a_live_id_passes_and_nothing_else():
    with Gate(judge) as one:
        answer = one.ask(fields=[COOKIE])
        same((answer[0], field(answer, "Remote-User"), field(answer, "Cache-Control")), (200, ["zo%C3%A9"], ["no-store"]))
        for fields in ([], [("Cookie", "a=b")], [("Cookie", "__Host-liberations=" + OTHER)], [("Cookie", "__Host-liberations=%00")],
                       [("Cookie", "__Host-liberations-form=" + ID)], [("Authorization", "Basic YTpi")]):
            answer = one.ask(fields=fields)
            same((answer[0], field(answer, "Remote-User")), (401, []), fields)
        for target in ("/", "/authz/", "/authz?x=1", "/authz/other.example.org", "/authz/redirect/", "/AUTHZ", "/authz%2f"):
            same(one.ask(target, [COOKIE])[0], 400, target)
        for fields in ([COOKIE, COOKIE], [("Cookie", f"__Host-liberations={ID}; __Host-liberations={ID}")],
                       [COOKIE, ("Transfer-Encoding", "chunked")], [COOKIE, ("Content-Length", "5")]):
            same(one.ask(fields=fields)[0], 400, fields)
        same(one.ask("/authz/app.example.org", [COOKIE])[0], 200)


@case()
def portal_p09_trouble_is_never_a_yes():
    for verdict in ((TROUBLE, ""), (YES, ""), (NO, "alice"), (3, "")):
        with Gate(lambda *_, said=verdict: said) as one:
            same(one.ask(fields=[COOKIE])[0], 503, verdict)
    with Gate(lambda *_: None) as one:
        before = time.monotonic()
        clients = [one.connect(), one.connect()]
        for number, client in enumerate(clients, 1):
            client.sendall(f"GET /authz HTTP/1.1\r\nHost: gate\r\n{COOKIE[0]}: {COOKIE[1]}\r\n\r\n".encode())
            until = time.monotonic() + 10
            while len(one.asked) < number:
                expect(time.monotonic() < until, "the keeper is not asked")
                time.sleep(0.01)
        time.sleep(4)  # an agent that is very busy; the keeper gives it five seconds
        one.keeper.send(gate.tell(2, YES, "alice"))
        same(gate.read_answer(clients[1])[0], 200, "a yes that is late:")
        same(gate.read_answer(clients[0])[0], 503, "a keeper that does not answer:")
        expect(time.monotonic() - before < 15, "it waited too long")
        for client in clients:
            client.close()
    with Gate(judge) as one:
        client = one.connect()
        same(one.ask(fields=[COOKIE], client=client)[0], 200)
        one.keeper.shutdown(gate.socket.SHUT_RDWR)
        same(one.process.wait(15), 0, "without a keeper it ends:")


@case()
def portal_p10_no_other_field_decides():
    drawn = random.Random(1)
    names = ("User-Agent", "X-Forwarded-For", "X-Forwarded-Uri", "X-Original-URI", "X-Original-Method", "X-Forwarded-Method", "Accept",
             "Sec-Fetch-Mode", "Sec-Fetch-Site", "X-Forwarded-Host", "Remote-User", "X-Remote-User", "Origin", "Referer", "Authorization",
             "X-Auth-Request-Redirect", "X-Forwarded-Proto", "Via")
    values = ("", "/static/x", "/.well-known/x", "GET", "OPTIONS", "CONNECT", "kube-probe/1.0", "GoogleHC/1.0", "127.0.0.1", "navigate",
              "text/html", "alice", "app.example.org", "../../authz", "a" * 500)
    with Gate(judge) as one, one.connect() as yes, one.connect() as no:
        for turn in range(1000):
            fields = [(drawn.choice(names), drawn.choice(values)) for _ in range(drawn.randrange(6))]
            answer = one.ask(fields=fields + [COOKIE], client=yes)
            same((answer[0], field(answer, "Remote-User")), (200, ["zo%C3%A9"]), (turn, fields))
            same(one.ask(fields=fields, client=no)[0], 401, (turn, fields))


@case()
def portal_p11_every_method_and_no_user_agent_are_the_same():
    with Gate(judge) as one:
        for method in ("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PROPFIND"):
            same(one.ask(method=method)[0], 401, method)
            same(one.ask(method=method, fields=[COOKIE])[0], 200, method)


@case()
def portal_p17_people_are_sent_on_and_scripts_are_not():
    person, script = ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Mode", "cors")
    sign_in = "https://app.example.org/liberations/sign-in?"
    with Gate(judge) as one:
        answer = one.ask("/authz", [person, ("X-Original-URI", "/wiki?x=1")])
        same((answer[0], field(answer, "Location")), (401, [sign_in + "rd=/wiki?x=1"]))
        answer = one.ask("/authz/redirect", [person, ("X-Forwarded-Uri", "/wiki")])
        same((answer[0], field(answer, "Location")), (303, [sign_in + "rd=/wiki"]))
        answer = one.ask("/authz/redirect", [person, ("X-Forwarded-Uri", "/save"), ("X-Forwarded-Method", "POST")])
        same((answer[0], field(answer, "Location")), (303, [sign_in + "said=ended&rd=/"]))
        for target in ("/authz", "/authz/redirect"):
            answer = one.ask(target, [script, ("Accept", "text/html")])
            same((answer[0], field(answer, "Location")), (401, []))
        answer = one.ask("/authz", [person, ("X-Original-URI", "//evil.example")])
        same(field(answer, "Location"), [sign_in + "rd=/"])


@case()
def portal_p16_kept_connections_never_mix_people():
    people = {f"{number:043d}": f"user{number}" for number in range(8)}
    with Gate(lambda _, session: (YES, people[session]) if session in people else (NO, "", *PLACE)) as one:
        drawn, clients = random.Random(2), [one.connect() for _ in range(8)]
        for _ in range(100):
            order = drawn.sample(range(8), 8)
            ids = {which: drawn.choice(list(people)) for which in order}
            for which in order:
                clients[which].sendall(f"GET /authz HTTP/1.1\r\nHost: g\r\nCookie: __Host-liberations={ids[which]}\r\n\r\n".encode())
            for which in drawn.sample(order, 8):
                answer = gate.read_answer(clients[which])
                same((answer[0], field(answer, "Remote-User")), (200, [people[ids[which]]]))
        for client in clients:
            client.close()


@case()
def portal_p01_garbage_harms_nobody_else():
    drawn = random.Random(3)
    with Gate(judge) as one:
        good = one.connect()
        for _ in range(200):
            with one.connect() as client:
                client.sendall(drawn.choice((b"", b"GET /authz HTTP/1.1\r\n", b"POST ")) + drawn.randbytes(drawn.randrange(200)))
                client.shutdown(gate.socket.SHUT_WR)
                answer = client.recv(4096)
                expect(not answer.startswith(b"HTTP/1.1 2"), answer)
        same(one.ask(fields=[COOKIE], client=good)[0], 200)
        same(one.process.poll(), None)
