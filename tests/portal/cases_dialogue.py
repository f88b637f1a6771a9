"""One dialogue over many requests: what people, browsers and proxies do to it, and what breaks off in the middle."""
import concurrent.futures
import os
import re
import signal
import time

from cases_sign_in import OWN_PASSWORD, WORDS, says
import sizes
from harness import case, expect, same
from keeper import SPARES
from world import OWN, PASSWORD, Browser, World, code_of, wrong_code

LATE = "/liberations/sign-in?said=late"
FORM, SESSION = "__Host-liberations-form", "__Host-liberations"


def without_date(answer):
    return answer.status, re.sub(r"Date: [^\r\n]*", "", answer.head), answer.body


def failures_of(world, name):
    """In all lanes: where a person has signed in from, the place is known."""
    shown = world.show(name)
    return sum(int(shown[lane + "_password_failures"]) for lane in ("console", "known", "stranger"))


def begin_set_up(world, browser, name=None, back=None):
    """A person at the page of the QR code; the name and the key."""
    name = name or world.person("state=pending")
    browser.follow(browser.sign_in(name, token="", back=back))
    return name, browser.key()


def finish(browser, key):
    """From the QR code to the last answer."""
    browser.follow(browser.post("set-up", token=code_of(key)))
    browser.follow(browser.post("password", new=OWN_PASSWORD, again=OWN_PASSWORD))
    return browser.post("recovery-codes", noted="yes")


def all_at_once(browser, form, count, leaf="sign-in"):
    """The same form, sent by `count` connections that have the same cookies."""
    def send(_):
        twin = Browser(browser.world, cookies=browser.cookies)
        return twin.ask("/liberations/" + leaf, form)
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return list(pool.map(send, range(count)))


# --- double click, stale forms, tabs --------------------------------------------------------------------------------------


@case()
def portal_p23_twenty_equal_posts_are_one_attempt_with_one_answer():
    with World() as world:
        alice, browser = world.person(), Browser(world)
        browser.get()
        answers = all_at_once(browser, browser.form(user=alice, password=PASSWORD, token=code_of()), 20)
        same(len({without_date(answer) for answer in answers}), 1, [answer.status for answer in answers])
        same(answers[0].path, "/")
        browser.cookies.update(answers[0].set_cookies)
        same(world.gate(browser), (200, alice))
        # The agents are not asked twice: they stand still, and one connection waits for them.
        os.kill(world.listener.pid, signal.SIGSTOP)
        try:
            browser = Browser(world)
            browser.get()
            before, form = world.questions(), browser.form(user=alice, password="wrong", token=wrong_code())
            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                crowd = [pool.submit(Browser(world, cookies=browser.cookies).ask, "/liberations/sign-in", form) for _ in range(8)]
                world.wait(lambda: world.questions() > before and len(world.pages()) == 8 + SPARES)
                same(world.questions(), before + 1)
                os.kill(world.listener.pid, signal.SIGCONT)
                same(len({without_date(one.result()) for one in crowd}), 1)
        finally:
            os.kill(world.listener.pid, signal.SIGCONT)
        same(failures_of(world, alice), 1)
        # Refused: one failure, however often it is sent.
        browser = Browser(world)
        browser.get()
        form = browser.form(user=alice, password="no word of hers", token=wrong_code())
        before = failures_of(world, alice)
        answers = all_at_once(browser, form, 20) + [browser.ask("/liberations/sign-in", form)]
        same(len({without_date(answer) for answer in answers}), 1)
        same(failures_of(world, alice), before + 1)


@case()
def portal_p23_a_double_click_on_each_page_of_the_first_sign_in():
    with World() as world:
        browser = Browser(world)
        alice, key = begin_set_up(world, browser)
        steps = [("set-up", {"token": wrong_code(key)}, "/liberations/set-up"),
                 ("set-up", {"token": code_of(key)}, "/liberations/password"),
                 ("password", {"new": "kurz", "again": "kurz"}, "/liberations/password"),
                 ("password", {"new": OWN_PASSWORD, "again": OWN_PASSWORD}, "/liberations/recovery-codes"),
                 ("recovery-codes", {"noted": "yes"}, "/")]
        for leaf, boxes, wanted in steps:
            answers = all_at_once(browser, browser.form(**boxes), 3, leaf)
            same(len({without_date(answer) for answer in answers}), 1, leaf)
            same(answers[0].path, wanted)
            browser.cookies.update(answers[0].set_cookies)
            if wanted != "/":
                browser.get(wanted)
        same(world.gate(browser), (200, alice))


@case()
def portal_p23_a_page_that_dies_after_the_read_leaves_its_answer_to_the_next():
    with World() as world:
        alice, browser = world.person(), Browser(world)
        browser.get()
        form = browser.form(user=alice, password=PASSWORD, token=code_of())
        os.kill(world.listener.pid, signal.SIGSTOP)
        try:
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                lost = pool.submit(Browser(world, cookies=browser.cookies).ask, "/liberations/sign-in", form)
                world.wait(lambda: world.questions() > 0)
                killed = world.pages()
                for number in killed:
                    os.kill(number, signal.SIGKILL)
                # One that waits, and is still dying, would be handed the next connection and take it with it.
                world.wait(lambda: not any(os.path.exists(f"/proc/{number}") for number in killed))
                expect(isinstance(lost.exception(30), (IndexError, ConnectionError)), lost.exception(0))
        finally:
            os.kill(world.listener.pid, signal.SIGCONT)
        same(browser.ask("/liberations/sign-in", form).path, "/")
        same(world.gate(browser), (200, alice))


@case()
def a_stale_form_is_not_passed_on():
    with World() as world:
        browser = Browser(world)
        alice, key = begin_set_up(world, browser)
        old, older = browser.get("set-up"), browser.get("set-up")
        browser.follow(browser.post("set-up", old, token=wrong_code(key)))
        # The right token on the form of the question before: judged would be another try, and it is none.
        for _ in range(4):
            same(browser.post("set-up", older, token=code_of(key)).path, "/liberations/set-up")
        same(browser.post("set-up", token=code_of(key)).path, "/liberations/password")
        browser.get("password")
        same(browser.post("set-up", old, token=code_of(key)).status, 303)
        same(browser.get("set-up").path, "/liberations/password")
        same(browser.get("recovery-codes").path, "/liberations/password")
        # A page's form does not serve another page.
        same(browser.ask("/liberations/recovery-codes", browser.form(noted="yes")).status, 403)
        same(world.show(alice)["token"], "pending")


@case()
def the_later_tab_ends_the_earlier_one():
    with World() as world:
        browser = Browser(world)
        browser.get()
        second_tab = browser.page
        _, first = begin_set_up(world, browser)
        first_page, first_cookies = browser.page, browser.cookies.copy()
        # The other tab was opened before, and its form still counts.
        bob = world.person("state=pending", "key=" + "41" * 20)
        page = browser.follow(browser.post("sign-in", second_tab, user=bob, password=PASSWORD, token=""))
        says(page, bob)
        expect(browser.key() != first, "two people have one key")
        same(Browser(world, cookies=first_cookies).get("set-up").path, LATE)
        same(browser.post("set-up", first_page, token=code_of(first)).path, "/liberations/set-up")
        says(browser.get("set-up"), bob)
        same(finish(browser, "41" * 20).path, "/")
        same(world.gate(browser), (200, bob))


@case()
def portal_p41_a_reload_shows_the_same_question():
    with World() as world:
        browser = Browser(world)
        _, key = begin_set_up(world, browser)

        def same_pages(leaf):
            pages = {re.sub(r'name="number" value="[\w-]+"', "", browser.get(leaf).body) for _ in range(10)}
            same(len(pages), 1, leaf)
        same_pages("set-up")
        browser.follow(browser.post("set-up", token=wrong_code(key)))
        same_pages("set-up")
        browser.follow(browser.post("set-up", token=code_of(key)))
        same_pages("password")
        browser.follow(browser.post("password", new=OWN_PASSWORD, again=OWN_PASSWORD))
        same_pages("recovery-codes")
        same(len(set(browser.codes())), 10)
        # "I have written them down" must be said.
        same(browser.post("recovery-codes").path, "/liberations/recovery-codes")
        browser.get("recovery-codes")
        same(browser.post("recovery-codes", noted="yes").path, "/")
        same(browser.get("recovery-codes").path, LATE)


# --- whose dialogue it is ---------------------------------------------------------------------------------------------------


@case()
def portal_p19_a_planted_form_cookie_opens_nothing_of_its_victim():
    with World() as world:
        attacker = Browser(world)
        planted_page = attacker.get()
        planted = attacker.cookies[FORM]
        victim = Browser(world, cookies={FORM: planted})
        alice, key = begin_set_up(world, victim)
        expect(victim.cookies[FORM] != planted, "the form cookie was not renewed")
        same(attacker.get("set-up").path, LATE)
        same(attacker.post("set-up", planted_page, token=code_of(key)).status, 403)
        expect(alice not in attacker.get("sign-in?said=no").body, "a name")
        # The attacker's number in the victim's browser is the attacker's own dialogue, or none.
        stranger = Browser(world)
        stranger.get()
        same(stranger.ask("/liberations/sign-in", attacker.form(planted_page, user=alice, password=PASSWORD, token="")).status, 403)
        same(finish(victim, key).path, "/")
        same(world.gate(victim), (200, alice))
        same(world.gate(attacker)[0], 401)


@case()
def portal_p20_signing_in_as_another_ends_the_session_before():
    with World() as world:
        alice, bob, browser = world.person(), world.person(), Browser(world)
        browser.get()
        other_tab = browser.page
        same(browser.sign_in(alice).path, "/")
        old = Browser(world, cookies=browser.cookies)
        says(browser.get(), "You are signed in as " + alice, "Continue", "Sign in as somebody else")
        same(browser.post("continue").path, "/")
        same(browser.post("sign-in", other_tab, user=bob, password=PASSWORD, token=code_of()).path, "/")
        same(world.gate(browser), (200, bob))
        same(world.gate(old)[0], 401)
        expect(browser.cookies[SESSION] != old.cookies[SESSION], "an id was used twice")
        expect(alice not in browser.get().body, "the other name")
        # Cookies half deleted.
        same(world.gate(Browser(world, cookies={FORM: browser.cookies[FORM]}))[0], 401)
        same(world.gate(Browser(world, cookies={SESSION: old.cookies[SESSION]}))[0], 401)


@case()
def portal_p21_the_name_is_fixed_when_a_dialogue_begins():
    with World() as world:
        browser, bob = Browser(world), world.person()
        alice, key = begin_set_up(world, browser)
        browser.follow(browser.post("set-up", token=code_of(key), user=bob))
        browser.follow(browser.post("password", new=OWN_PASSWORD, again=OWN_PASSWORD, user=bob))
        same(browser.post("recovery-codes", noted="yes", user=bob).path, "/")
        same(world.gate(browser), (200, alice))
        same(world.show(bob)["generation"], "1")


@case()
def portal_p24_a_captured_form_is_no_second_sign_in():
    with World() as world:
        alice, browser = world.person(), Browser(world)
        browser.get()
        form = browser.form(user=alice, password=PASSWORD, token=code_of())
        same(browser.ask("/liberations/sign-in", form).path, "/")
        stranger = Browser(world)
        stranger.get()
        same(stranger.ask("/liberations/sign-in", form).status, 403)
        # With a form of its own: the code was used, and without the cookie nobody gets the first answer.
        same(stranger.post("sign-in", user=alice, password=PASSWORD, token=re.search("token=([0-9]+)", form)[1]).path,
             "/liberations/sign-in?said=used")
        says(Browser(world).ask("/liberations/sign-in", form), "This page needs cookies")
        if sizes.SOAK:  # the answer is forgotten
            time.sleep(61)
            expect(browser.ask("/liberations/sign-in", form).path in ("/liberations/sign-in?said=used", "/liberations/sign-in?said=no"), "61 s")


@case()
def portal_p26_a_name_goes_to_the_agent_byte_for_byte():
    with World() as world:
        world.person(name="alice")
        world.person(name="no\u00ebl")
        for name in ("ALICE", "alice ", " alice", "%61lice", "alic\u00e9", "\uff41lice", "alice\t", "alice\n", "noe\u0308l", "alice'", "<b>alice",
                     "a" * 64, "a" * 65, "\u202ealice"):
            browser = Browser(world)
            answer = browser.sign_in(name)
            same(answer.path, "/liberations/sign-in?said=no", name)
            page = browser.follow(answer)
            same(page.status, 200, name)
            expect("<b>alice" not in page.body, page.body)
            same(world.gate(browser)[0], 401, name)
        browser = Browser(world)
        browser.get()
        answer = browser.ask("/liberations/sign-in", browser.form(password=PASSWORD, token=code_of()) + "&user=%ff%fealice")
        same(browser.follow(answer).status, 200)
        for name in ("alice", "no\u00ebl"):
            browser = Browser(world)
            same(browser.sign_in(name).path, "/", name)
            status, user = world.gate(browser)
            same((status, user), (200, {"alice": "alice"}.get(name, "no%C3%ABl")))


@case()
def portal_p30_the_claimed_address_decides_nothing():
    with World() as world:
        for address in (None, "a", "fe80::1%eth0", "2001:db8::7", "192.0.2.1, 203.0.113.9", ",", "x" * 8000, "127.0.0.1\x01", "x" * 1000000):
            alice, browser = world.person(), Browser(world, address=address)
            if address and ("\x01" in address or len(address) > 32768):  # no request; a web server never sends one
                expect(browser.get().status in (400, 431), address[:40])
                continue
            same(browser.sign_in(alice, token=wrong_code()).path, "/liberations/sign-in?said=no", address)
            same(browser.sign_in(alice).path, "/", address)
            same(world.gate(browser), (200, alice), address)


# --- what breaks off ----------------------------------------------------------------------------------------------------------


@case()
def an_agent_that_is_killed_in_the_middle_loses_nothing():
    for language in ("en", "fr"):
        with World() as world:
            browser = Browser(world, language)
            alice, key = begin_set_up(world, browser)
            browser.follow(browser.post("set-up", token=code_of(key)))
            world.kill_agents()
            answer = browser.post("password", new=OWN_PASSWORD, again=OWN_PASSWORD)
            same(answer.path, LATE)
            says(browser.follow(answer), WORDS[language]["late"])
            _, again = begin_set_up(world, browser, alice)
            same(again, key)
            same(finish(browser, key).path, "/")
            same(world.gate(browser), (200, alice))


READY = "/liberations/sign-in?said=set-up"


def at_the_codes(world, browser):
    """A person whose account is set up, and who reads the recovery codes."""
    name, key = begin_set_up(world, browser)
    browser.follow(browser.post("set-up", token=code_of(key)))
    browser.follow(browser.post("password", new=OWN_PASSWORD, again=OWN_PASSWORD))
    same((world.show(name)["password"], len(browser.codes())), ("own", 10))
    return name


@case()
def an_agent_that_is_killed_after_the_codes_were_shown_leaves_an_account_that_is_set_up():
    for language in ("en", "fr"):
        with World() as world:
            browser = Browser(world, language)
            name = at_the_codes(world, browser)
            form = browser.form(noted="yes")
            world.kill_agents()
            same(browser.get("recovery-codes").path, READY)
            answer = browser.ask("/liberations/recovery-codes", form)
            same(answer.path, READY)
            says(browser.follow(answer), WORDS[language]["ready"])
            world.fresh_code(name)


@case()
def a_restart_after_the_codes_were_shown_says_that_the_account_is_set_up():
    with World() as world:
        browser = Browser(world)
        at_the_codes(world, browser)
        form = browser.form(noted="yes")
        same(world.stop(), 0)
        world.start()
        same(browser.ask("/liberations/recovery-codes", form).path, READY)


@case()
def a_restart_in_the_middle_loses_nothing_but_the_dialogue():
    with World() as world:
        browser, waiting = Browser(world), Browser(world)
        waiting.get()
        alice, key = begin_set_up(world, browser, back="/wiki")
        old_page = browser.page
        same(world.stop(), 0)
        world.start()
        same(browser.get("set-up").path, LATE)
        same(browser.post("set-up", old_page, token=code_of(key)).path, LATE)
        says(browser.get(LATE), "nothing is lost")
        _, again = begin_set_up(world, browser, alice)
        same(again, key)
        same(finish(browser, key).path, "/")
        # A form that stood open meanwhile still counts.
        bob = world.person()
        same(waiting.post("sign-in", user=bob, password=PASSWORD, token=code_of()).path, "/")
        same(world.gate(waiting), (200, bob))


@case()
def more_time_shows_the_same_question_and_ends_some_day():
    with World() as world:
        browser = Browser(world)
        _, key = begin_set_up(world, browser)
        for _ in range(8):
            page = browser.follow(browser.post("more-time"))
            same(browser.key(), key)
        expect('action="/liberations/more-time"' in page.body, page.body)
        browser.follow(browser.post("set-up", token=code_of(key)))
        browser.follow(browser.post("more-time"))
        browser.follow(browser.post("password", new=OWN_PASSWORD, again=OWN_PASSWORD))
        same(browser.post("recovery-codes", noted="yes").path, "/")


# --- limits -------------------------------------------------------------------------------------------------------------------


@case()
def portal_p27_the_third_set_up_of_a_person_ends_the_first():
    with World() as world:
        alice = world.person("state=pending")
        browsers = [Browser(world) for _ in range(3)]
        for browser in browsers:
            begin_set_up(world, browser, alice)
        same(browsers[0].get("set-up").path, LATE)
        same([browser.get("set-up").status for browser in browsers[1:]], [200, 200])
        # Other people's are untouched.
        bob, _ = begin_set_up(world, Browser(world))
        same(browsers[1].get("set-up").status, 200)


@case()
def portal_p27_who_finds_no_place_is_told_to_wait_and_may_send_the_form_again():
    with World("attempts = 1\ndialogues = 2\n") as world:
        browsers = [Browser(world) for _ in range(3)]
        keys = [begin_set_up(world, browser)[1] for browser in browsers[:2]]
        carol = world.person("state=pending")
        browsers[2].get()
        form = browsers[2].form(user=carol, password=PASSWORD, token="")
        answer = browsers[2].ask("/liberations/sign-in", form)
        same(answer.status, 503)
        expect("Retry-After: 2" in answer.head, answer.head)
        same(finish(browsers[0], keys[0]).path, "/")
        same(browsers[2].ask("/liberations/sign-in", form).path, "/liberations/set-up")
        # One attempt is under way, and a second one finds no place.
        os.kill(world.listener.pid, signal.SIGSTOP)
        try:
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                alice = world.person()
                before = world.questions()
                first = pool.submit(Browser(world).sign_in, alice)
                world.wait(lambda: world.questions() > before)
                same(Browser(world).sign_in(alice, "wrong one").status, 503)
                os.kill(world.listener.pid, signal.SIGCONT)
                answer = first.result(30)
                same(answer.status, 303, answer.text())
                same(answer.path, "/")
        finally:
            os.kill(world.listener.pid, signal.SIGCONT)


@case()
def portal_p27_a_crowd_of_wrong_sign_ins_keeps_nobody_out():
    with World("attempts = 4\n") as world:
        alice, browser = world.person(), Browser(world)

        def be_wrong(turn):
            return Browser(world).sign_in(f"nobody-{turn}", "wrong one", wrong_code()).status
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            crowd = [pool.submit(be_wrong, turn) for turn in range(60)]
            until, answer = time.monotonic() + 600, None
            while time.monotonic() < until and (answer is None or answer.status == 503):
                answer = browser.sign_in(alice)
                time.sleep(0.05)
            same(answer.path, "/")
            same({one.result() for one in crowd} - {303, 503}, set())
        same(world.gate(browser), (200, alice))


@case()
def portal_p22_a_form_from_another_site_is_not_judged():
    with World() as world:
        alice, browser = world.person(), Browser(world)
        browser.get()
        form = browser.form(user=alice, password="wrong one", token=wrong_code())
        for fields in ([("Sec-Fetch-Site", "cross-site")], [("Sec-Fetch-Site", "same-site")], [("Origin", "null")],
                       [("Origin", "https://app.example.org.evil.example")]):
            same(browser.ask("/liberations/sign-in", form, fields).status, 403)
        bare = Browser(world)
        says(bare.ask("/liberations/sign-in", form, ()), "This page needs cookies")
        same(failures_of(world, alice), 0)
        same(browser.ask("/liberations/sign-in", form, [OWN]).path, "/liberations/sign-in?said=no")
        same(failures_of(world, alice), 1)


@case()
def on_the_day_of_the_invitations_all_come_in_and_nobody_inside_is_disturbed():
    """LBR_CROWD=200 is the whole day; the limits are narrow, so that most people are told to wait."""
    crowd, refused = int(os.environ.get("LBR_CROWD") or 20), []
    with World(f"sessions = 1024\nrecheck = 60 s\nattempts = 4\ndialogues = {crowd // 4 + 1}\n") as world:
        inside, names = Browser(world), [world.person("state=pending") for _ in range(crowd)]
        same(inside.sign_in(world.person()).path, "/")

        def patiently(send):
            until = time.monotonic() + 300
            while (answer := send()).status == 503:
                expect(time.monotonic() < until and "Retry-After" in answer.head, answer.head)
                refused.append(answer)
                time.sleep(0.2)
            return answer

        def enroll(name):
            browser = Browser(world)
            same(patiently(browser.get).status, 200)
            form = browser.form(user=name, password=PASSWORD, token="")
            same(patiently(lambda: browser.ask("/liberations/sign-in", form)).path, "/liberations/set-up")
            same(patiently(lambda: browser.get("set-up")).status, 200)
            same(world.gate(inside)[0], 200)
            key = browser.key()
            for leaf, boxes in (("set-up", {"token": code_of(key)}), ("password", {"new": OWN_PASSWORD, "again": OWN_PASSWORD}),
                                ("recovery-codes", {"noted": "yes"})):
                body = browser.form(**boxes)
                answer = patiently(lambda leaf=leaf, body=body: browser.ask("/liberations/" + leaf, body))
                if leaf != "recovery-codes":
                    same(patiently(lambda answer=answer: browser.get(answer.path)).status, 200)
            same(world.gate(browser), (200, name))
        with concurrent.futures.ThreadPoolExecutor(crowd) as pool:
            list(pool.map(enroll, names))
        expect(refused, "nobody was told to wait: the limits were not reached")
