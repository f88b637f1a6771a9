"""Every answer of a real portal: the fields that each must bear, and no byte of a visitor's that becomes markup."""
import re
import urllib.parse

import sizes
from cases_account import signed_in
from cases_page import FIELDS
from harness import case, expect, same
from world import Browser, World, wrong_code

LEAVES = ("sign-in", "set-up", "token", "password", "recovery-codes", "notice", "more-time", "account", "change-password", "new-phone", "sign-out",
          "sign-out-others", "signed-out", "continue", "language?to=fr", "style.css", "up", "go", "enter", "no-such-page", "", "%41", "a//b")
COOKIE = re.compile(r"Set-Cookie: __Host-liberations(-form|-language|-go)?=[\w-]*; Path=/; Secure; HttpOnly; SameSite=Lax(; Max-Age=(0|31536000))?")
OF_APPLICATION = re.compile(r"Set-Cookie: PHPSESSID=; Path=/; Max-Age=0; Secure")


def judge_head(status, head, where):
    """The fields of cases_page, each once; a page's policy may name one application more."""
    lines = head.split("\r\n")
    for field in FIELDS:
        same(lines.count(field), 1, f"{where}: {status}: {field}:")
    same([line for line in lines if re.match("(?i)(server|x-powered-by|etag|last-modified|expires):", line)], [], where)
    for line in lines:
        if line.startswith("Set-Cookie:"):
            expect(COOKIE.fullmatch(line) or OF_APPLICATION.fullmatch(line), where, line)
    same(sum(line.startswith("Location:") for line in lines), int(status == 303), where)
    for line in lines:
        expect(not line.startswith("Location:") or line.startswith("Location: https://app.example.org/"), where, line)


def ask(world, method, path, fields, body=None):
    lines = [f"{method} {path} HTTP/1.1", *fields]
    if body is not None:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return world.send("pages", ("\r\n".join([*lines, "", ""]) + (body or "")).encode("latin-1"))


@case()
def portal_p05_every_place_answers_every_request_with_the_same_fields():
    """Each place by each method, to a stranger and to somebody who is signed in, with and without a form that counts."""
    seen = set()
    with World() as world:
        world.stop()
        world.write("portal.conf", world.text("portal.conf") + "forget-cookies = PHPSESSID\n", 0o644)
        world.start()
        inside = signed_in(world, world.person())
        inside.get("account")
        own = [f"{name}: {value}" for name, value in inside.cookie_field()]
        host, same_origin = "Host: app.example.org", "Sec-Fetch-Site: same-origin"
        for leaf in LEAVES:
            path = "/liberations/" + leaf
            for method, fields, body in (("GET", [host], None), ("GET", [host, *own], None), ("HEAD", [host], None), ("PUT", [host, *own], None),
                                         ("POST", [host, same_origin, *own], "number=x"), ("POST", [host, "Origin: null", *own], "number=x"),
                                         ("POST", [host, same_origin], "number=x&user=a&password=b&token=1")):
                status, head, _ = ask(world, method, path, fields, body)
                judge_head(status, head, (method, path, fields))
                seen.add(status)
        for path, fields, body in (("/liberations/sign-in", ["Host: evil.example"], None), ("/", [host], None), ("/liberations/sign-in", [], None),
                                   ("/liberations/sign-in", [host, host], None), ("/liberations/sign-in", [host, *["A: b"] * 150], None),
                                   ("/liberations/sign-in", [host, same_origin], "a=" + "b" * 9000), ("/liberations/sign-in", [host, "A: \0"], None)):
            status, head, _ = ask(world, "GET" if body is None else "POST", path, fields, body)
            judge_head(status, head, (path, str(fields)[:80], (body or "")[:20]))
            seen.add(status)
        inside.get("sign-out")
        judge_head(303, inside.post("sign-out").head.rstrip("\r\n"), "sign-out")
        world.stop_agent()
        stranger = Browser(world)
        answer = stranger.sign_in("alice")
        judge_head(answer.status, answer.head, "without an agent")
        seen.add(answer.status)
        world.start_agent()
    same(seen, {200, 204, 303, 400, 403, 404, 405, 413, 421, 431, 503})


HOSTILE = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onfocus='alert(1)", "</title></head><body onload=alert(1)>",
           '" autofocus onfocus="alert(1)', "<svg/onload=alert(1)>", "javascript:alert(1)", "<!--", "-->", "]]>", "<![CDATA[", "&lt;script&gt;", "&#60;b&#62;",
           "<base href=//evil.example>", '"><meta http-equiv="refresh" content="0;url=//evil.example">', "<style>@import'//evil.example'</style>",
           "\u202e<b>", "\u2028<b>", "\uff1cscript\uff1e", "%3Cscript%3E", "%1%2", "{{7*7}}", "`<b>`", "<b\u0000>", "\ufeff<b>", "--!><b>", "</form><form action=//x>")


def shape(page):
    """The tags of a page with their attributes' names, and nothing of what stands in them."""
    return [(tag, re.findall(r'([\w:-]+)="', rest)) for tag, rest in re.findall(r"<(/?\w+)([^>]*)>", page.body)]


@case()
def portal_p04_what_a_visitor_sends_is_no_markup_on_any_page():
    """A name, a return path, the word of `said` and the address: on the sign-in page, after a refusal, and in the list of sessions."""
    with World() as world:
        alice = world.person()
        plain = Browser(world)
        first = [shape(plain.get("sign-in?said=no" + back)) for back in ("", "&rd=/wiki")]
        refused = shape(plain.follow(plain.sign_in("somebody", "wrong", wrong_code())))
        one, other = signed_in(world, alice), signed_in(world, alice, address="192.0.2.9")
        listed = shape(one.get("account"))
        other.get("sign-out")
        other.post("sign-out")
        for at, text in enumerate(HOSTILE):
            quoted = urllib.parse.quote(text)
            for path in (f"sign-in?said=no&rd=/{quoted}", f"sign-in?said=no&rd={quoted}", f"sign-in?said=no&rd=/{text.encode().decode('latin-1')}"):
                status, _, body = ask(world, "GET", "/liberations/" + path, ["Host: app.example.org"])
                page = type("Page", (), {"body": body})
                expect(status in (400, 404) or shape(page) in first, path, body)
            same(shape(Browser(world).get("sign-in?said=" + quoted)), shape(Browser(world).get("sign-in?said=nonsense")), text)
            browser = Browser(world)
            if at % sizes.size(5, 1) != 0 and "\0" not in text:  # each takes as long as any refusal
                continue
            answer = browser.sign_in(text, "wrong", wrong_code())
            if "\0" in text:
                same(answer.status, 400)
                continue
            page = browser.follow(answer)
            expect(shape(page) == refused, text, page.body)
            if not text.isascii():
                continue
            other = Browser(world, address=text)
            same(other.sign_in(alice).status, 303, text)
            world.fresh_code(alice)
            same(shape(one.get("account")), listed, text)
            other.get("sign-out")
            other.post("sign-out")
