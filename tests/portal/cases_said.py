"""What the pages say of a last request: it was this browser's own, whatever an address claims."""
import re

from cases_sign_in import OWN_PASSWORD, WORDS, says
from harness import case, expect, same
from world import OWN, PASSWORD, Browser, World, code_of, wrong_code

SAID = ("no", "late", "over", "wait", "used", "used-recovery", "perhaps", "ended", "disabled", "busy", "cookies", "set-up", "changed",
        "replaced")
BOX = re.compile(r'<div[^>]* role="(?:alert|status)"')


def tells_nothing(browser, leaf, *fields):
    """A link from somebody else, which this browser opens."""
    page = browser.ask("/liberations/" + leaf, fields=fields, on_get=True)
    same(page.status, 200, leaf)
    expect(not BOX.search(page.body), leaf, page.text())


@case()
def a_link_says_nothing_in_the_name_of_the_portal():
    with World() as world:
        alice, signed_in, known = world.person(), Browser(world), Browser(world)
        same(signed_in.sign_in(alice).path, "/")
        known.get()
        for said in SAID:
            for fields in ((), [("Sec-Fetch-Site", "cross-site")], [("Sec-Fetch-Site", "same-site")], [("Sec-Fetch-Site", "none")]):
                tells_nothing(Browser(world), "sign-in?said=" + said, *fields)
                tells_nothing(known, "sign-in?said=" + said, *fields)
                for leaf in ("sign-in", "account", "change-password", "new-phone", "sign-out", "signed-out"):
                    tells_nothing(signed_in, f"{leaf}?said={said}", *fields)


@case()
def a_refusal_is_told_at_its_own_page_until_the_next_one_counts():
    with World() as world:
        alice, browser = world.person(), Browser(world)
        answer = browser.sign_in(alice, "wrong one")
        same(answer.path, "/liberations/sign-in?said=no")
        says(browser.follow(answer), WORDS["en"]["no"])
        says(browser.follow(answer), WORDS["en"]["no"])
        for said in SAID[1:]:
            tells_nothing(browser, "sign-in?said=" + said)
        # Who is in hears no more of it: neither at the pages of a change, nor once signed out.
        same(browser.sign_in(alice).path, "/")
        for leaf in ("change-password", "new-phone"):
            tells_nothing(browser, leaf + "?said=no")
        browser.get("account")
        browser.follow(browser.post("sign-out"))
        tells_nothing(browser, "sign-in?said=no")


@case()
def what_a_lost_form_was_is_told_to_its_own_browser():
    with World() as world:
        browser = Browser(world)
        browser.follow(browser.sign_in(world.person("state=pending"), token=""))
        page, key = browser.page, browser.key()
        world.stop()
        world.start()
        answer = browser.post("set-up", page, token=code_of(key))
        same(answer.path, "/liberations/sign-in?said=late")
        says(browser.follow(answer), WORDS["en"]["late"])
        # A page that is only looked at tells nothing of a set-up that this browser never began.
        tells_nothing(Browser(world), Browser(world).get("set-up").path.removeprefix("/liberations/"))


@case()
def a_form_without_cookies_is_answered_with_the_reason_itself():
    for language, words in (("en", "This page needs cookies"), ("fr", "Cette page a besoin de témoins")):
        with World() as world:
            browser = Browser(world, language)
            browser.get("sign-in?rd=/wiki")
            form = browser.form(user="alice", password=PASSWORD, token=wrong_code())
            page = Browser(world, language).ask("/liberations/sign-in", form)
            same(page.status, 200, page.head)
            says(page, words)


@case()
def a_session_that_ended_is_told_where_a_page_of_this_site_sent_the_form():
    with World() as world:
        page = Browser(world).ask("/liberations/sign-in?said=ended&rd=/", fields=(OWN,), on_get=True)
        says(page, "Your session had ended: what you sent last was not received.")
