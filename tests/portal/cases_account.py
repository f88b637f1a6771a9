"""People who are signed in: their account, its changes, and the ways out; with real agents."""
import html
import re
import time
import urllib.parse

from cases_sign_in import says
from harness import case, expect, same
from world import PASSWORD, Browser, World, code_of, wrong_code

NEW = "mon lac est gelé en juin"


def signed_in(world, name, **terms):
    browser = Browser(world, **terms)
    answer = browser.sign_in(name)
    same(answer.status, 303, answer.head)
    same(world.gate(browser), (200, name))
    world.fresh_code(name)
    return browser


def says(page, *words):
    text = re.sub(r"\s+", " ", page.text().replace("\u00a0", " ").replace("\u202f", " "))
    for word in words:
        expect(word in text, f"{word!r} is missing in {text}")


def within(seconds, world, browser, wanted):
    """The gate says so in that time, and for ever."""
    until = time.monotonic() + seconds
    while world.gate(browser)[0] != wanted and time.monotonic() < until:
        time.sleep(0.05)
    same(world.gate(browser)[0], wanted)


@case()
def my_account_knows_where_else_its_person_is():
    with World() as world:
        alice = world.person()
        first, second = signed_in(world, alice, address="192.0.2.1"), signed_in(world, alice, address="2001:db8::2", language="fr")
        page = first.get("account")
        same(page.status, 200)
        says(page, f"Signed in as {alice}", "Password valid until ", "can be changed from ", "Other sessions", "2001:db8::2",
             time.strftime("%Y-%m-%d"), "Recovery codes left: ")
        expect("192.0.2.1" not in page.text(), page.text())
        says(second.get("account"), f"Compte : {alice}", "192.0.2.1", "Autres sessions")
        # Another person's stay out of it.
        bob = signed_in(world, world.person())
        says(bob.get("account"), "There are no other sessions.")
        first.get("account")
        same(first.post("sign-out-others").path, "/liberations/account")
        same((world.gate(first)[0], world.gate(second)[0], world.gate(bob)[0]), (200, 401, 200))
        says(first.get("account"), "There are no other sessions.")


@case()
def pages_of_an_account_want_a_session():
    with World() as world:
        stranger = Browser(world)
        stranger.get("sign-in")
        for leaf in ("account", "change-password", "new-phone", "notice"):
            same(stranger.get(leaf).path, "/liberations/sign-in", leaf)
        alice = world.person()
        browser = signed_in(world, alice)
        pages = {leaf: browser.get(leaf) for leaf in ("account", "change-password", "new-phone")}
        browser.cookies.pop("__Host-liberations")
        same(browser.post("change-password", pages["change-password"], old=PASSWORD, token=code_of(), new=NEW, again=NEW).path,
             "/liberations/sign-in")
        same(browser.post("new-phone", pages["new-phone"], password=PASSWORD, token=code_of()).path, "/liberations/sign-in")
        same(browser.post("sign-out-others", pages["account"]).path, "/liberations/sign-in")
        same(world.show(alice)["password"], "own")
        same(world.show(alice)["last_step"], "0")


@case()
def portal_p32_a_sign_out_ends_the_session_in_the_table_first():
    with World() as world:
        alice = world.person()
        browser = signed_in(world, alice)
        stolen = Browser(world, cookies=browser.cookies)
        browser.get("sign-out")
        answer = browser.post("sign-out")
        same(answer.path, "/liberations/signed-out")
        same(answer.set_cookies["__Host-liberations"], "")
        expect("__Host-liberations=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0" in answer.head, answer.head)
        same(world.gate(stolen)[0], 401)
        world.keeper.kill()
        world.keeper.wait()
        world.start()
        same(world.gate(stolen)[0], 401)
        says(browser.follow(answer), "You are signed out", "Sign in again")
        # Who is not signed in gets the same answer.
        browser.get("sign-out")
        again = browser.post("sign-out")
        same((again.status, again.path, again.set_cookies), (answer.status, answer.path, answer.set_cookies))


@case()
def a_sign_out_needs_no_agent():
    with World("recheck = 0 s\n") as world:
        browser = signed_in(world, world.person())
        browser.get("sign-out")
        world.stop_agent()
        same(browser.post("sign-out").path, "/liberations/signed-out")
        world.start_agent()
        same(world.gate(Browser(world, cookies=browser.cookies))[0], 401)


@case()
def portal_p37_the_applications_cookies_end_with_the_session():
    with World() as world:
        world.stop()
        world.write("portal.conf", world.text("portal.conf") + "forget-cookies = PHPSESSID app\n", 0o644)
        world.start()
        alice, browser = world.person(), Browser(world)
        gone = ("Set-Cookie: PHPSESSID=; Path=/; Max-Age=0; Secure", "Set-Cookie: app=; Path=/; Max-Age=0; Secure")
        answer = browser.sign_in(alice)
        expect(all(line in answer.head for line in gone), answer.head)
        browser.get("sign-out")
        answer = browser.post("sign-out")
        expect(all(line in answer.head for line in gone), answer.head)


@case()
def portal_p20_whoever_signs_in_as_another_is_not_the_first_one_any_more():
    with World() as world:
        alice, bob = world.person(), world.person()
        browser = signed_in(world, alice)
        of_alice = Browser(world, cookies=browser.cookies)
        page = browser.get("sign-in?rd=/wiki")
        says(page, f"You are signed in as {alice}.", "Continue", "Sign in as somebody else")
        same(browser.ask("/liberations/continue", browser.form(page) + "&rd=/wiki").path, "/wiki")
        answer = browser.ask("/liberations/sign-out", browser.form(page, then="sign-in") + "&rd=/wiki")
        same(answer.path, "/liberations/sign-in?rd=/wiki")
        same(world.gate(of_alice)[0], 401)
        same(browser.sign_in(bob, back="/wiki").path, "/wiki")
        same((world.gate(browser), world.gate(of_alice)[0]), ((200, bob), 401))


@case()
def portal_p20_a_form_that_stood_open_ends_the_session_that_began_meanwhile():
    with World() as world:
        alice, bob = world.person(), world.person()
        browser = Browser(world)
        page = browser.get("sign-in")
        same(browser.post("sign-in", page, user=alice, password=PASSWORD, token=code_of()).status, 303)
        of_alice = Browser(world, cookies=browser.cookies)
        same(world.gate(of_alice), (200, alice))
        # Another form of the same browser, which it got before: refused first, and nothing ends.
        other = Browser(world, cookies={"__Host-liberations-form": browser.cookies["__Host-liberations-form"]})
        page = other.get("sign-in")
        same(browser.post("sign-in", page, user=bob, password="wrong", token=wrong_code()).status, 303)
        same((world.gate(browser), world.gate(of_alice)), ((200, alice),) * 2)
        page = other.get("sign-in")
        same(browser.post("sign-in", page, user=bob, password=PASSWORD, token=code_of()).status, 303)
        same((world.gate(browser), world.gate(of_alice)[0]), ((200, bob), 401))


@case()
def a_person_changes_the_own_password_and_every_other_session_ends():
    with World() as world:
        alice = world.person("age_days=10")
        browser, elsewhere = signed_in(world, alice), signed_in(world, alice)
        before = Browser(world, cookies=browser.cookies)
        page = browser.get("change-password")
        says(page, "Change your password", "Current password")
        # A refusal: nothing is changed, and the page says so.
        answer = browser.post("change-password", old="no", token=wrong_code(), new=NEW, again=NEW)
        same(answer.path, "/liberations/change-password?said=no")
        says(browser.follow(answer), "The answer is no")
        same(world.gate(browser), (200, alice))
        world.fresh_code(alice)
        answer = browser.post("change-password", old=PASSWORD, token=code_of(), new=NEW, again=NEW)
        expect("__Host-liberations" in answer.set_cookies, answer.head)
        page = browser.follow(answer)
        says(page, "Your password has been changed.")
        expect("change-password" not in page.body, "what was just done is offered once more")
        same(browser.post("notice").path, "/liberations/account")
        same(world.gate(browser), (200, alice))
        same((world.gate(before)[0], world.gate(elsewhere)[0]), (401, 401))
        world.fresh_code(alice)
        same(Browser(world).sign_in(alice, NEW).status, 303)
        # What was told is told once.
        same(browser.get("notice").status, 303)


@case()
def a_new_password_that_is_refused_is_asked_again():
    with World() as world:
        alice = world.person("age_days=10")
        browser = signed_in(world, alice)
        browser.get("change-password")
        answer = browser.post("change-password", old=PASSWORD, token=code_of(), new="kurz", again="kurz")
        same(answer.path, "/liberations/password")
        says(browser.follow(answer), "Too short")
        # Only while its person is signed in.
        kept = dict(browser.cookies)
        browser.cookies.pop("__Host-liberations")
        same(browser.get("password").path, "/liberations/sign-in")
        browser.cookies = kept
        page = browser.get("password")
        same(page.status, 200)
        answer = browser.post("password", new=NEW, again=NEW)
        says(browser.follow(answer), "Your password has been changed.")
        same(world.gate(browser), (200, alice))


@case()
def a_change_that_comes_too_early_is_told_when():
    with World() as world:
        alice = world.person("password_set=-10s")
        browser = signed_in(world, alice)
        browser.get("change-password")
        answer = browser.post("change-password", old=PASSWORD, token=code_of(), new=NEW, again=NEW)
        says(browser.follow(answer), "changed too recently")


@case()
def a_person_gets_a_new_phone_and_every_other_session_ends():
    with World() as world:
        alice = world.person()
        browser, elsewhere = signed_in(world, alice), signed_in(world, alice)
        before = Browser(world, cookies=browser.cookies)
        says(browser.get("new-phone"), "The old token stays valid until the new one is confirmed.")
        answer = browser.post("new-phone", password=PASSWORD, token=wrong_code())
        same(answer.path, "/liberations/new-phone?said=no")
        world.fresh_code(alice)
        browser.follow(answer)
        answer = browser.post("new-phone", password=PASSWORD, token=code_of())
        same(answer.path, "/liberations/set-up")
        page = browser.follow(answer)
        expect("<svg" in page.body, page.body)
        key = browser.key()
        same(world.gate(elsewhere), (200, alice))
        answer = browser.post("set-up", token=code_of(key))
        page = browser.follow(answer)
        says(page, "The new token is now active")
        expect("change-password" not in page.body, "a change is offered to who has changed")
        same(browser.post("notice").path, "/liberations/account")
        same((world.gate(browser), world.gate(before)[0], world.gate(elsewhere)[0]), ((200, alice), 401, 401))
        world.fresh_code(alice)
        same(Browser(world).sign_in(alice, token=code_of(key, 1)).status, 303)


@case()
def a_change_whose_session_is_signed_out_meanwhile_begins_none():
    with World() as world:
        alice = world.person()
        browser = signed_in(world, alice)
        browser.get("new-phone")
        page = browser.follow(browser.post("new-phone", password=PASSWORD, token=code_of()))
        form = browser.form(page, token=code_of(browser.key()))
        tab = Browser(world, cookies=browser.cookies)
        tab.get("sign-out")
        same(tab.post("sign-out").path, "/liberations/signed-out")
        answer = browser.ask("/liberations/set-up", form)
        same(answer.path, "/liberations/sign-in")
        expect("__Host-liberations" not in answer.set_cookies, answer.head)
        same(world.gate(browser)[0], 401)
        # And nothing was changed.
        world.fresh_code(alice)
        same(Browser(world).sign_in(alice).path, "/")


@case()
def a_warning_appears_once_on_its_own_page_before_the_return_path():
    with World() as world:
        alice = world.person("password_set=-175d")
        browser = Browser(world)
        answer = browser.sign_in(alice, back="/wiki")
        same(answer.path, "/liberations/notice")
        for _ in range(2):  # a reload shows it again
            page = browser.get("notice")
            says(page, "Before you continue", "expires")
            expect('<a href="/liberations/change-password">' in page.body, page.body)
        form = browser.form()
        for _ in range(2):  # a second click goes the same way
            same(browser.ask("/liberations/notice", form).path, "/wiki")
        same(browser.get("notice").path, "/")
        same(world.gate(browser), (200, alice))


@case()
def portal_p31_whatever_ends_a_standing_ends_the_sessions_within_two_seconds():
    with World() as world:
        changes = {word: (word, "--yes") if word == "reset-token" else (word,) for word in ("disable", "expire", "passwd", "reset-token")}
        gone = (*changes, "remove", "rename")
        people = {word: signed_in(world, world.person()) for word in (*gone, "stays")}
        names = {word: world.gate(browser)[1] for word, browser in people.items()}
        for word, (verb, *options) in changes.items():
            world.command(verb, names[word], *options)
        world.command("remove", names["remove"], "--yes")
        world.person(name=names["remove"])
        world.command("rename", names["rename"], "renamed")
        for word in gone:
            within(2, world, people[word], 401)
        same(world.gate(people["stays"]), (200, names["stays"]))
        world.command("enable", names["disable"])
        for word in gone:
            expect(f"session ended by the state of the account for {names[word]} (" in world.text("log"), word, world.text("log"))
            same(world.gate(people[word])[0], 401, word)
        world.stop()
        world.start()
        for word in gone:
            same(world.gate(people[word])[0], 401, word)
        same(world.gate(people["stays"]), (200, names["stays"]))


@case()
def portal_p31_pages_of_an_account_that_was_disabled_are_closed():
    with World() as world:
        alice = world.person()
        browser = signed_in(world, alice)
        same(browser.get("account").status, 200)
        world.command("disable", alice)
        world.wait(lambda: browser.get("account").status == 303)
        same(browser.get("account").path, "/liberations/sign-in")
        expect("You are signed in as" not in browser.get("sign-in").text(), "the sign-in page")


@case()
def the_rules_of_a_new_password_are_what_the_configuration_says():
    wanted = (("45 days", "1", "It is renewed every 45 days. Your last password is kept"),
              ("12 months", "3", "It is renewed every year. Your last 3 passwords are kept"))
    for age, history, words in wanted:
        with World(conf=f"max-age = {age}\nhistory = {history}\n") as world:
            browser = Browser(world)
            browser.follow(browser.sign_in(world.person("state=pending"), token=""))
            says(browser.follow(browser.post("set-up", token=code_of(browser.key()))), words)
            alice = signed_in(world, world.person())
            says(alice.get("change-password"), words)
            # Another keeper asks its agent before it shows anything of an account.
            world.stop()
            world.start()
            says(alice.get("change-password"), words)


def switch_language(browser, page):
    """Sends the form of the language switch, as a browser does. The path that it leads to."""
    form = re.search(r'<form class="language" method="get" action="([^"]*)">(.*?)</form>', page.body, re.S)
    boxes = [(name, html.unescape(value)) for name, value in re.findall(r'name="([\w-]+)" value="([^"]*)"', form[2])]
    answer = browser.get(form[1] + "?" + urllib.parse.urlencode(boxes))
    same(answer.status, 303, answer.head)
    return answer.path


@case()
def the_language_switch_comes_back_to_its_page():
    with World() as world:
        alice = signed_in(world, world.person("age_days=10"))
        for leaf in ("account", "change-password", "new-phone", "sign-out", "signed-out", "sign-in"):
            page = alice.get(leaf)
            same(switch_language(alice, page), "/liberations/" + leaf)
            same(page.body.count("<h1>"), 1)
            other = alice.get(leaf)
            expect('lang="fr"' in other.body[:60], other.body)
            same(switch_language(alice, other), "/liberations/" + leaf)
        # Where the person wanted to go, by which form, and what was refused, come along.
        browser = Browser(world)
        page = browser.get("sign-in?with=recovery&rd=/wiki?a=1%26b=%C3%A9")
        path = switch_language(browser, page)
        same(path, "/liberations/sign-in?with=recovery&rd=/wiki?a=1%26b=%C3%A9")
        expect("Code de secours" in browser.get(path).body, "the form with a recovery code")
        browser = Browser(world)
        page = browser.follow(browser.sign_in("nobody", "wrong", "123456", back="/wiki"))
        path = switch_language(browser, page)
        same(path, "/liberations/sign-in?said=no&rd=/wiki")
        says(browser.get(path), "La réponse est non.")
        # In the middle of a first sign-in.
        browser = Browser(world)
        page = browser.follow(browser.sign_in(world.person("state=pending"), token=""))
        same(switch_language(browser, page), "/liberations/set-up")
        says(browser.get("set-up"), "Page de configuration")
        # A page that is in no list leads to the sign-in, whatever an address says.
        for made_up in ("", "logo", "up", "language", "continue", "enter", "go", "//evil.example", "https://evil.example/", "account/",
                        "../wiki", "%2e%2e", "notice%0d%0a", "no", "ACCOUNT"):
            same(Browser(world).get(f"language?to=fr&at={made_up}").path, "/liberations/sign-in?rd=/")
