"""Real browsers at a whole site: agent, portal, nginx and a PHP page. None of them runs a script."""
import os
import re
import signal
import socket
import subprocess
import tempfile
import threading

import walk
from chromium import Chromium
from firefox import Firefox
from harness import case, expect, same
from page import BUILD
from w3m import W3m
from website import PROGRAMS, Site

ALL = (*PROGRAMS, "oathtool", "zbarimg")
PEXPECT = "/usr/lib/python3/dist-packages/pexpect/__init__.py"
CHROMIUM, FIREFOX = ("chromium", *ALL), ("firefox-esr", *ALL)
OWN = ("state=own", "password=" + walk.FIRST)


def site(**terms):
    return Site(BUILD, hash_cost=1, min_age="0 s", help_line="Desk 1234", **terms)


def walk_all(browser, language):
    """The guide, by two people, so that nobody waits for a phone: one invited, one whose password has expired."""
    with site() as one, browser as shown:
        first = walk.Walk(one, shown, language)
        first.first_sign_in()
        first.leave_and_come_back()
        first.sign_out()
        key = one.account("dominique", "state=expired", "password=" + walk.FIRST)
        second = walk.Walk(one, shown, language, user="dominique", key=key)
        second.renew()
        second.change()


@case(*CHROMIUM)
def portal_p43_chromium_walks_the_guide_in_english():
    walk_all(Chromium("en"), "en")


@case(*CHROMIUM)
def portal_p43_chromium_walks_the_guide_in_french():
    walk_all(Chromium("fr"), "fr")


@case(*FIREFOX)
def portal_p43_firefox_walks_the_guide_in_french():
    walk_all(Firefox("fr"), "fr")


def numberless(browser):
    """The page without what changes each time: its form's number."""
    return re.sub(r'name="number" value="[^"]*"', "", browser.evaluate("document.documentElement.outerHTML"))


@case(*CHROMIUM)
def portal_p41_ten_reloads_change_nothing():
    with site() as one, Chromium() as browser:
        person = walk.Walk(one, browser)

        def reload(picture):
            del picture
            before = numberless(browser)
            for _ in range(10):
                browser.reload()
                same(numberless(browser), before, "after a reload:")

        person.take = reload
        see = person.see
        person.see = lambda page, picture="": see(page, picture or page)
        # What was typed is gone after a reload: each page is reloaded before anything is typed.
        person.put = lambda **boxes: [browser.type("#" + box, text) for box, text in boxes.items()]
        browser.go(one.url)
        person.see("sign-in")
        person.put(user=person.user, password=person.temporary)
        person.press()
        person.set_up()
        person.see("password")
        person.put(new=walk.FIRST, again=walk.FIRST)
        person.press()
        person.see("codes")
        browser.click("#noted")
        person.press()
        person.see("application")
        person.follow("account")
        person.see("account")


@case(*CHROMIUM)
def portal_p23_a_real_double_click_is_one_attempt():
    with site() as one, Chromium() as browser:
        for user in ("dominique", "odile"):
            person = walk.Walk(one, browser, user=user, key=one.account(user, *OWN))
            browser.go(one.url)
            person.put(user=user, password=walk.FIRST, token=person.phone.code())
            browser.loads(lambda: browser.click("#form button", times=2))
            settle(browser)
            person.see("application")
            person.sign_out()


def settle(browser):
    """A second click may have begun another page."""
    for _ in range(40):
        if browser.evaluate("document.readyState") == "complete" and "/sign-in" not in browser.url():
            return
        threading.Event().wait(0.1)


@case(*CHROMIUM)
def portal_p41_the_back_button_shows_what_is_open_now():
    with site() as one, Chromium() as browser:
        person = walk.Walk(one, browser)
        browser.go(one.url)
        person.put(user=person.user, password=person.temporary)
        person.press()
        person.set_up()
        person.see("password")
        browser.back()
        person.see("password")
        person.choose(walk.FIRST, "")
        person.see("codes")
        codes = re.findall(r"\w{5}-\w{5}", browser.text())
        same(len(codes), 10)
        browser.click("#noted")
        person.press()
        person.see("application")
        browser.back()
        for code in codes:
            expect(code not in browser.text(), "the codes are shown again")


@case(*CHROMIUM)
def portal_p20_two_tabs_are_one_browser_and_never_two_people():
    with site() as one, Chromium() as browser:
        first = walk.Walk(one, browser, user="dominique", key=one.account("dominique", *OWN))
        first.sign_in(walk.FIRST)
        first.see("application")
        tab = browser.new_tab()
        browser.go(one.url + "liberations/sign-in")
        expect("dominique" in browser.text(), "the second tab does not say who is signed in:", browser.text())
        browser.submit("#other button")
        second = walk.Walk(one, browser, user="odile", key=one.account("odile", *OWN))
        second.sign_in(walk.FIRST)
        second.see("application")
        browser.attach(tab, False, (1100, 900))
        browser.reload()
        second.see("application")
        expect("dominique" not in browser.text(), "the first tab shows who has left")


W3M_WORDS = {
    "en": {"user": "User name", "password": "Password", "token": "Security token", "before-button": "not about to expire",
           "key": "Type this key", "last-code": "10. "},
    "fr": {"user": "Nom d'util", "password": "Mot de passe", "token": "Jeton de s", "before-button": "sur le point",
           "key": "Tapez cette clé", "last-code": "10. "},
}


def walk_w3m(language):
    """The first sign-in at a text browser, which shows no QR code: the key is written below it."""
    words, titles = W3M_WORDS[language], walk.HEADINGS[language]
    with site() as one:
        temporary, key = one.invite("camille")
        with W3m(one.url, language) as shown:
            shown.see(titles["sign-in"])
            shown.put(words["user"], "camille")
            shown.put(words["password"], temporary)
            shown.press(words["before-button"])
            page = shown.see(titles["set-up"][:40])
            typed = re.search(re.escape(words["key"]) + r"\s+((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})", page)
            same(typed and typed[1].replace(" ", ""), key, "the key on the screen:")
            shown.put(words["token"], walk.Phone(key).code())
            shown.child.send("\t\r")
            shown.see(titles["password"])
            shown.put(words["user"], walk.FIRST, tabs=2)
            shown.put(words["user"], walk.FIRST, tabs=3)
            shown.child.send("\t\r")
            page = shown.see(titles["codes"])
            same(len(re.findall(r"\w{5}-\w{5}", page)), 10)
            shown.press(words["last-code"])
            shown.child.send("\t\r")
            shown.wait_for(titles["application"].format(user="camille"))


@case("w3m", PEXPECT, *ALL)
def portal_p43_w3m_signs_in_for_the_first_time_in_english():
    walk_w3m("en")


@case("w3m", PEXPECT, *ALL)
def portal_p43_w3m_signs_in_for_the_first_time_in_french():
    walk_w3m("fr")


@case(*PROGRAMS)
def the_demo_tells_what_to_type_and_leaves_nothing():
    """Until Ctrl-C; AUTO=1 is the walk of the cases above, by one person who waits for each code."""
    with tempfile.TemporaryDirectory(prefix="lbr-demo.") as directory:
        os.chmod(directory, 0o755)
        program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "demo", "portal")
        with subprocess.Popen([program], stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL,
                              env={**os.environ, "LBR_BUILD": BUILD, "TMPDIR": directory, "PORT": "0", "AUTO": ""}) as demo:
            said = ""
            for line in demo.stdout:
                said += line
                if "Ctrl-C" in line:
                    break
            told = re.search(r"Address +(https://localhost:(\d+)/)\n +User name +camille\n +Temporary password +(\w{5}(?:-\w{5}){3})\n", said)
            demo.send_signal(signal.SIGINT)
            rest = demo.stdout.read()
            same(demo.wait(60), 0)
        expect(told, said)
        expect("Nothing is left behind" in rest, rest)
        same(os.listdir(directory), [])
        with socket.socket() as probe:
            expect(probe.connect_ex(("127.0.0.1", int(told[2]))) != 0, "nginx is still there")
