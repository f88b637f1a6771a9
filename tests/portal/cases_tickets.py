"""The portal at a host of its own: one sign-in, several applications, and what no ticket does."""
import base64
import re
import threading
import urllib.parse

from harness import case, expect, same
from hosts import ALONE, ONE, PORTAL, TWO, Hosts, Visitor
from world import PASSWORD, code_of

PAGE = "/page?a=1&b=2"


def ticket_of(visitor, host=ONE):
    """The address with a fresh ticket, which the visitor, who is signed in, has not opened yet."""
    answer = visitor.ask(f"https://{host}{'/door' if host == TWO else '/liberations'}/go?rd={PAGE}")
    answer = visitor.ask(answer.location)
    expect(f"https://{host}/" in answer.location and "/enter?ticket=" in answer.location, answer.location)
    return answer.location


def begins(answer):
    """Whether an answer signs its browser in."""
    return "__Host-liberations" in answer.set_cookies and answer.set_cookies["__Host-liberations"] != ""


@case()
def portal_p38_one_sign_in_opens_each_application_by_a_cookie_of_its_own():
    with Hosts() as world:
        alice, visitor = world.person(), Visitor(world)
        status, _, place = world.gate(visitor)
        same((status, place), (401, f"https://{ONE}/liberations/go?rd={PAGE}"))
        page = visitor.open(place)
        same(urllib.parse.urlsplit(visitor.url).netloc, PORTAL)
        expect("Wiki" in page.body and "Connexion" not in re.search(r'class="site">.*', page.body)[0], page.body)
        answer = visitor.post("sign-in", user=alice, password=PASSWORD, token=code_of())
        visitor.follow(answer)
        same(visitor.url, f"https://{ONE}{PAGE}")
        same([urllib.parse.urlsplit(step).netloc for step in visitor.trail], [PORTAL, ONE, ONE])
        same(world.gate(visitor)[:2], (200, alice))
        # The other application: no box at all.
        visitor.want(TWO)
        same(visitor.url, f"https://{TWO}{PAGE}")
        same(world.gate(visitor, TWO)[:2], (200, alice))
        ids = [visitor.jar[host]["__Host-liberations"] for host in (PORTAL, ONE, TWO)]
        same(len(set(ids)), 3)
        # People who sign in without an application stay at the portal.
        other = Visitor(world)
        other.open(f"https://{PORTAL}/liberations/sign-in")
        world.fresh_code(alice)
        other.follow(other.post("sign-in", user=alice, password=PASSWORD, token=code_of()))
        same(other.url, f"https://{PORTAL}/liberations/account")
        expect(alice in other.page.body, other.page.body)


@case()
def portal_p15_a_cookie_of_one_host_is_none_at_another():
    with Hosts() as world:
        alice, visitor = world.person(), Visitor(world)
        visitor.sign_in(alice)
        visitor.want(TWO)
        for given in (PORTAL, ONE, TWO):
            for asked in (ONE, TWO, ALONE, PORTAL):
                thief = Visitor(world)
                thief.jar = {asked: {"__Host-liberations": visitor.jar[given]["__Host-liberations"]}}
                same(world.gate(thief, asked)[0], 200 if given == asked else 401, (given, asked))


@case()
def portal_p22_a_ticket_signs_no_other_browser_in():
    with Hosts() as world:
        mallory, alice, attacker, victim = world.person(), world.person(), Visitor(world), Visitor(world)
        attacker.sign_in(mallory)
        # Without a nonce, with one of its own, with one that nobody gave: the same no.
        for jar in ({}, None, {"__Host-liberations-go": "A" * 64}):
            victim.jar = {}
            if jar is None:
                victim.ask(f"https://{ONE}/liberations/go?rd=/")
                expect("__Host-liberations-go" in victim.jar[ONE], victim.jar)
            else:
                victim.jar[ONE] = jar
            place = ticket_of(attacker)
            answer = victim.ask(place)
            same((answer.status, answer.location, begins(answer)),
                 (303, f"https://{ONE}/liberations/go?again=1&rd={PAGE}", False), jar)
            # And it has served: it is none for its own browser either.
            answer = attacker.ask(place)
            same((answer.status, begins(answer)), (303, False), answer.location)
        # Who is signed in already stays who it is.
        victim = Visitor(world)
        victim.sign_in(alice)
        victim.follow(victim.ask(ticket_of(attacker)))
        same(world.gate(victim)[:2], (200, alice))


@case()
def portal_p19_a_ticket_serves_once_at_its_site_for_its_path():
    with Hosts() as world:
        alice, visitor = world.person(), Visitor(world)
        visitor.sign_in(alice)
        place = ticket_of(visitor)
        same(begins(visitor.ask(place)), True)
        answer = visitor.ask(place)
        same((answer.status, begins(answer)), (303, False))
        # At another host, with the nonce of that one's: no.
        visitor.ask(f"https://{TWO}/door/go?rd=/")
        place = ticket_of(visitor)
        for other in (place.replace(f"{ONE}/liberations", f"{TWO}/door"), place):
            same(begins(visitor.ask(other)), False, other)
        for change in ((PAGE, "/other"), ("&rd=" + PAGE, ""), ("&rd=/", "&rd=//")):
            same(begins(visitor.ask(ticket_of(visitor).replace(*change))), False, change)
        # HEAD does not spend it.
        place = ticket_of(visitor)
        host, path = re.match(r"https://([^/]*)(.*)", place).groups()
        cookies = "".join(f"{name}: {value}\r\n" for name, value in visitor.cookie_field(host))
        same(world.send("pages", f"HEAD {path} HTTP/1.1\r\nHost: {host}\r\n{cookies}\r\n".encode())[0], 405)
        same(begins(visitor.ask(place)), True)


@case()
def portal_p23_twenty_of_one_ticket_are_one_session():
    with Hosts() as world:
        alice, visitor = world.person(), Visitor(world)
        visitor.sign_in(alice)
        place, found = ticket_of(visitor, TWO), []
        browsers = [Visitor(world) for _ in range(20)]
        for one in browsers:
            one.jar = {host: dict(kept) for host, kept in visitor.jar.items()}
        threads = [threading.Thread(target=lambda one=one: found.append(begins(one.ask(place)))) for one in browsers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        same((len(found), sum(found)), (20, 1))


@case()
def portal_p31_a_ticket_of_who_may_not_come_in_any_more_is_none():
    with Hosts("recheck = 0 s\n") as world:
        alice, visitor = world.person(), Visitor(world)
        visitor.sign_in(alice)
        place = ticket_of(visitor, TWO)
        world.command("disable", alice)
        answer = visitor.ask(place)
        same((answer.status, begins(answer)), (303, False))
        visitor.follow(answer)
        same(urllib.parse.urlsplit(visitor.url).netloc, PORTAL)
        expect('name="password"' in visitor.page.body, visitor.page.body)
        # Signed out in between, at either host.
        bob, visitor = world.person(), Visitor(world)
        for host in (PORTAL, ONE):
            world.fresh_code(bob)
            visitor.sign_in(bob)
            place = ticket_of(visitor, TWO)
            visitor.sign_out(host)
            same(begins(visitor.ask(place)), False, host)
            same(world.gate(visitor)[0], 401)


@case()
def portal_p32_one_sign_out_ends_all_of_a_sign_in_and_no_other():
    with Hosts() as world:
        alice, visitor, other = world.person(), Visitor(world), Visitor(world)
        other.sign_in(alice)
        for host in (TWO, PORTAL, ONE):
            world.fresh_code(alice)
            visitor.sign_in(alice)
            visitor.want(TWO)
            stolen = {site: dict(jar) for site, jar in visitor.jar.items()}
            answer = visitor.sign_out(host)
            expect("__Host-liberations" not in visitor.jar[host], visitor.jar)
            expect(("Set-Cookie: PHPSESSID=;" in answer.head) == (host == ONE), answer.head)
            visitor.jar = stolen
            same([world.gate(visitor, site)[0] for site in (ONE, TWO, PORTAL)], [401] * 3, host)
        same(world.gate(other)[:2], (200, alice))


@case()
def portal_p20_another_person_in_the_same_browser_ends_the_first():
    with Hosts() as world:
        alice, bob, visitor = world.person(), world.person(), Visitor(world)
        visitor.sign_in(alice)
        visitor.want(TWO)
        old = {site: dict(jar) for site, jar in visitor.jar.items()}
        # The cookie of the portal is lost, those of the applications are not; somebody else signs in.
        visitor.jar.pop(PORTAL)
        visitor.jar[ONE].pop("__Host-liberations")
        visitor.sign_in(bob)
        same(world.gate(visitor)[:2], (200, bob))
        same(world.gate(visitor, TWO)[:2], (200, alice))
        visitor.jar[TWO].pop("__Host-liberations")
        visitor.want(TWO)
        same(world.gate(visitor, TWO)[:2], (200, bob))
        # With all cookies, by way of the portal: "as somebody else".
        visitor.open(f"https://{PORTAL}/liberations/sign-in")
        visitor.follow(visitor.post("sign-out", then="sign-in"))
        world.fresh_code(alice)
        visitor.follow(visitor.post("sign-in", user=alice, password=PASSWORD, token=code_of()))
        same(world.gate(visitor)[0], 401)
        visitor.want()
        visitor.want(TWO)
        same([world.gate(visitor, site)[:2] for site in (ONE, TWO)], [(200, alice)] * 2)
        visitor.jar = old
        visitor.sign_out(PORTAL)
        same(world.gate(visitor)[0], 401)


@case()
def portal_p17_a_browser_without_cookies_is_told_so():
    with Hosts() as world:
        alice = world.person()
        # At an application alone: the way there and back once more, then a page.
        visitor = Visitor(world, blocked=(ONE,))
        visitor.sign_in(alice)
        same((urllib.parse.urlsplit(visitor.url).netloc, len(visitor.trail)), (ONE, 5), visitor.trail)
        expect("needs cookies" in visitor.page.body and 'href="/liberations/sign-in"' in visitor.page.body, visitor.page.body)
        expect(not begins(visitor.page), visitor.page.head)
        # Everywhere: the portal's own page says it.
        world.fresh_code(alice)
        visitor = Visitor(world, "fr", blocked=(ONE, PORTAL))
        visitor.want()
        visitor.follow(visitor.post("sign-in", user=alice, password=PASSWORD, token=code_of()))
        expect("témoins (cookies)" in visitor.page.body, visitor.page.body)


@case()
def portal_p38_no_box_and_no_account_at_an_applications_host():
    with Hosts() as world:
        alice, visitor = world.person(), Visitor(world)
        visitor.sign_in(alice)
        for leaf in ("account", "change-password", "new-phone"):
            visitor.open(f"https://{ONE}/liberations/{leaf}")
            same(visitor.url, f"https://{PORTAL}/liberations/{leaf}")
        for leaf in ("password", "set-up", "token", "recovery-codes", "notice"):
            same(visitor.ask(f"https://{ONE}/liberations/{leaf}").status, 404, leaf)
        for host, leaf in ((PORTAL, "go?rd=/"), (PORTAL, "enter?ticket=" + "A" * 43), (ALONE, "go?rd=/")):
            same(visitor.ask(f"https://{host}/liberations/{leaf}").status, 404, host)
        # A script of the application's page: what it sends to the portal is from another site.
        visitor.open(f"https://{PORTAL}/liberations/account")
        number = visitor.box("number")
        for leaf in ("sign-out", "sign-out-others", "sign-in", "change-password"):
            fields = visitor.cookie_field(PORTAL) + [("Sec-Fetch-Site", "same-site"), ("Origin", f"https://{ONE}")]
            same(world.ask("/liberations/" + leaf, f"number={number}", fields, host=PORTAL)[0], 403, leaf)
        same(world.gate(visitor)[0], 200)


@case()
def portal_p38_a_form_leads_to_the_one_application_that_it_is_for():
    policy = "form-action 'self'{}; base-uri 'none'"
    with Hosts() as world:
        alice, visitor = world.person("state=pending"), Visitor(world)
        page = visitor.want()
        expect(policy.format(f" https://{ONE}") in page.head, page.head)
        page = visitor.follow(visitor.post("sign-in", user=alice, password=PASSWORD, token=""))
        expect("/set-up" in visitor.url and policy.format(f" https://{ONE}") in page.head and "Wiki" in page.body, page.head)
        for query in ("", "?for=" + "A" * 64 + "&rd=/x", "?rd=/x"):
            page = Visitor(world).open(f"https://{PORTAL}/liberations/sign-in{query}")
            expect(policy.format("") in page.head and 'name="for"' not in page.body, query, page.head)
        # A destination that is no application of this host's takes its path with it.
        expect('value="/x"' not in Visitor(world).open(f"https://{PORTAL}/liberations/sign-in?for={'A' * 64}&rd=/x").body)
        place = Visitor(world).ask(f"https://{ONE}/liberations/go?rd=/x").location.replace(PORTAL, ALONE)
        page = Visitor(world).open(place)
        expect(policy.format("") in page.head and 'value="/x"' not in page.body, page.head)


@case()
def the_guides_first_sign_in_leads_to_the_application():
    with Hosts() as world:
        alice, visitor = world.person("state=pending"), Visitor(world, "fr")
        visitor.want(TWO)
        visitor.follow(visitor.post("sign-in", user=alice, password=PASSWORD, token=""))
        key = re.search(r'<code class="key">([A-Z2-7 ]+)</code>', visitor.page.body)[1].replace(" ", "")
        visitor.follow(visitor.post("set-up", token=code_of(base64.b32decode(key).hex())))
        visitor.follow(visitor.post("password", new="mon lac est gelé en juin", again="mon lac est gelé en juin"))
        visitor.follow(visitor.post("recovery-codes", noted="yes"))
        same(visitor.url, f"https://{TWO}{PAGE}")
        same(world.gate(visitor, TWO)[:2], (200, alice))


@case()
def a_refusal_and_the_language_keep_the_way_to_the_application():
    with Hosts() as world:
        alice, visitor = world.person(), Visitor(world)
        visitor.want()
        whom = visitor.box("for")
        visitor.follow(visitor.post("sign-in", user=alice, password="no", token="123456"))
        expect("The answer is no" in visitor.page.body and "Wiki" in visitor.page.body, visitor.page.body)
        same((visitor.box("for"), visitor.box("rd")), (whom, urllib.parse.quote(PAGE, safe="")))
        visitor.open(f"https://{PORTAL}/liberations/language?to=fr&for={whom}&rd={urllib.parse.quote(PAGE, safe='')}")
        expect('lang="fr"' in visitor.page.body, visitor.page.body)
        visitor.follow(visitor.post("sign-in", user=alice, password=PASSWORD, token=code_of()))
        same(visitor.url, f"https://{ONE}{PAGE}")


@case()
def what_a_form_lost_is_said_although_one_is_signed_in():
    with Hosts() as world:
        alice, visitor = world.person(), Visitor(world)
        visitor.sign_in(alice)
        visitor.jar[ONE].pop("__Host-liberations")
        page = visitor.open(f"https://{ONE}/liberations/go?said=ended&rd=/", "same-origin")
        expect("what you sent last was not received" in page.body and alice in page.body, page.body)
        visitor.follow(visitor.post("continue"))
        same(visitor.url, f"https://{ONE}/")
        # A link of somebody else's says nothing, here or there: it leads on.
        for stranger in ("cross-site", "same-site", "none", None):
            visitor.open(f"https://{ONE}/liberations/go?said=ended&rd=/", stranger)
            same(visitor.url, f"https://{ONE}/")
        same(world.gate(visitor)[:2], (200, alice))


@case()
def portal_p33_a_restart_loses_tickets_and_no_session():
    with Hosts() as world:
        alice, visitor = world.person(), Visitor(world)
        visitor.sign_in(alice)
        place = ticket_of(visitor, TWO)
        world.stop()
        world.start()
        visitor.open(place)
        same(visitor.url, f"https://{TWO}{PAGE}")
        same([world.gate(visitor, site)[:2] for site in (ONE, TWO)], [(200, alice)] * 2)


@case()
def portal_p08_no_ticket_stands_in_a_log():
    with Hosts() as world:
        alice, visitor = world.person(), Visitor(world)
        visitor.sign_in(alice)
        ticket = re.search(r"ticket=([\w-]{43})", ticket_of(visitor, TWO))[1]
        visitor.want(TWO)
        log = world.text("log")
        expect(ticket not in log and "ticket=" not in log, log)
        same(re.findall(r"session began for (\S+) \(site=https://(\S+) rhost=(\S+)\)", log),
             [(alice, host, "192.0.2.7") for host in (PORTAL, ONE, TWO)])


@case()
def several_pages_that_are_opened_at_once_all_arrive():
    with Hosts() as world:
        alice, visitor = world.person(), Visitor(world)
        visitor.want()
        pages = [visitor.ask(f"https://{ONE}/liberations/go?rd=/{tab}").location for tab in range(5)]
        visitor.follow(visitor.post("sign-in", user=alice, password=PASSWORD, token=code_of()))
        for tab, place in enumerate(pages):
            visitor.open(place)
            same(visitor.url, f"https://{ONE}/{tab}")
        same(world.gate(visitor)[:2], (200, alice))
