"""Signing in at the pages, with real agents: what becomes of three boxes."""
import os
import re
import socket
import subprocess
import threading

from harness import case, expect, same
from world import PASSWORD, Browser, World, code_of, wrong_code

WORDS = {
    "en": {"no": "The answer is no.", "used": "This code was already used. Wait for the next one.", "wait": "Too many failures. Wait ",
           "set-up": "Set-up: add the token generator", "wrong": "That is not the current code. Try again.",
           "first": "First sign-in: choose your own password.", "short": "Too short: at least", "codes": "Your recovery codes",
           "mismatch": "The passwords do not match.", "expired": "Your password has expired: choose a new one.",
           "over": "That did not work, and nothing was changed.", "late": "This took too long. Start again",
           "rules": "At least", "left": "Tries left: 2", "ready": "Your account is set up, but you are not signed in yet.",
           "changed": "Your password has been changed. Sign in with the new one."},
    "fr": {"no": "La réponse est non.", "used": "Ce code a déjà été utilisé. Attendez le suivant.", "wait": "Trop d'erreurs. Attendez ",
           "set-up": "Page de configuration", "wrong": "Ce n'est pas le code du moment. Essayez encore.",
           "first": "Bienvenue", "short": "Trop court", "codes": "Vos codes de secours",
           "mismatch": "Les deux ne sont pas identiques.", "expired": "Votre mot de passe n'est plus valide",
           "over": "Cela n'a pas marché, et rien n'a changé.", "late": "Cela a pris trop de temps. Recommencez",
           "rules": "Longueur minimale", "left": "Essais restants : 2", "ready": "Votre compte est prêt, mais vous n'êtes pas encore",
           "changed": "Votre mot de passe a été changé. Connectez-vous avec le nouveau."},
}
OWN_PASSWORD = "mon lac est gelé en juin"


def says(page, *words):
    text = re.sub(r"\s+", " ", page.text().replace("\u00a0", " ").replace("\u202f", " "))
    for word in words:
        expect(word in text, f"{word!r} is missing in {text}")


def code_by_oathtool(key):
    return subprocess.run(["oathtool", "--totp", key], capture_output=True, text=True, check=True).stdout.strip()


@case()
def three_right_boxes_are_one_request_and_a_session():
    with World() as world:
        alice = world.person()
        browser = Browser(world)
        answer = browser.sign_in(alice, back="/wiki?page=1&x=%C3%A9")
        same(answer.status, 303)
        same(answer.path, "/wiki?page=1&x=%C3%A9")
        same(world.gate(browser), (200, alice))
        # Without a return path: the site's home. And another browser has no part in it.
        world.fresh_code(alice)
        other = Browser(world)
        same(other.sign_in(alice).path, "/")
        same(world.gate(other), (200, alice))
        same(world.gate(Browser(world))[0], 401)


@case()
def a_refusal_keeps_the_name_and_nothing_else():
    for language in ("en", "fr"):
        with World() as world:
            browser = Browser(world, language)
            alice = world.person()
            answer = browser.sign_in(alice, "no word of hers", wrong_code(), back="/wiki")
            same(answer.path, "/liberations/sign-in?said=no&rd=/wiki")
            page = browser.follow(answer)
            says(page, WORDS[language]["no"])
            expect('name="user" type="text"' in page.body and f'value="{alice}"' in page.body, page.body)
            expect("no word of hers" not in page.body and 'name="rd" value="/wiki"' in page.body, page.body)
            same(world.gate(browser)[0], 401)
            # What is asked again without a word begins anew; and another browser never sees the name.
            expect(alice not in Browser(world).get("sign-in?said=no").body, "another browser")
            expect(alice not in browser.get("sign-in").body, "nothing was said")


@case("oathtool")
def the_guides_first_sign_in_in_both_languages():
    for language in ("en", "fr"):
        with World() as world:
            words, browser = WORDS[language], Browser(world, language)
            alice = world.person("state=pending")
            page = browser.follow(browser.sign_in(alice, token="", back="/wiki"))
            says(page, words["set-up"], alice)
            expect("<svg" in page.body and 'href="otpauth://totp/' in page.body, page.body)
            key = browser.key()
            same(world.gate(browser)[0], 401)
            # A wrong token: the same page, and the same key.
            page = browser.follow(browser.post("set-up", token=wrong_code(key)))
            says(page, words["wrong"], words["left"])
            same(browser.key(), key)
            page = browser.follow(browser.post("set-up", token=code_by_oathtool(key)))
            says(page, words["first"], words["rules"])
            expect(f'value="{alice}"' in page.body and 'autocomplete="new-password"' in page.body, page.body)
            page = browser.follow(browser.post("password", new="kurz", again="kurz"))
            says(page, words["short"], words["left"])
            page = browser.follow(browser.post("password", new=OWN_PASSWORD, again=OWN_PASSWORD + "."))
            says(page, words["mismatch"])
            page = browser.follow(browser.post("password", new=OWN_PASSWORD, again=OWN_PASSWORD))
            says(page, words["codes"])
            same(len(set(browser.codes())), 10)
            same(world.gate(browser)[0], 401)
            answer = browser.post("recovery-codes", noted="yes")
            same(answer.path, "/wiki")
            same(world.gate(browser), (200, alice))
            account = world.show(alice)
            same((account["password"], account["token"]), ("own", "confirmed"))
            # The second sign-in: three boxes, and one recovery code in place of the phone.
            code = browser.codes()[0]
            again = Browser(world, language)
            same(again.sign_in(alice, OWN_PASSWORD, code).path, "/")
            same(world.gate(again), (200, alice))


@case()
def a_token_that_was_confirmed_in_person_is_asked_alone():
    with World() as world:
        alice, browser = world.person("state=temporary"), Browser(world)
        page = browser.follow(browser.sign_in(alice, token=""))
        same(page.body.count("<svg"), 0)
        expect('action="/liberations/token"' in page.body, page.body)
        page = browser.follow(browser.post("token", token=""))
        page = browser.follow(browser.post("token", token=code_of()))
        says(page, WORDS["en"]["first"])
        expect('action="/liberations/password"' in page.body, page.body)
        # A wrong one counts as a failure, as at any sign-in, and ends the dialogue.
        carol, browser = world.person("state=temporary"), Browser(world)
        browser.follow(browser.sign_in(carol, token=""))
        same(browser.post("token", token=wrong_code()).path, "/liberations/sign-in?said=over")
        same(world.show(carol)["stranger_code_failures"], "1")
        # The code with the temporary password at once: no phone page at all.
        bob, browser = world.person("state=temporary"), Browser(world)
        page = browser.follow(browser.sign_in(bob))
        expect('action="/liberations/password"' in page.body, page.body)


@case()
def an_expired_password_is_replaced_on_the_way_in():
    for language in ("en", "fr"):
        with World() as world:
            alice, browser = world.person("state=expired"), Browser(world, language)
            page = browser.follow(browser.sign_in(alice, back="/wiki"))
            says(page, WORDS[language]["expired"], WORDS[language]["rules"])
            same(world.gate(browser)[0], 401)
            answer = browser.post("password", new=OWN_PASSWORD, again=OWN_PASSWORD)
            same(answer.status, 303)
            expect(answer.path in ("/wiki", "/liberations/notice"), answer.path)
            same(world.gate(browser), (200, alice))
            same(world.show(alice)["must_change"], "0")


@case()
def a_disabled_account_hears_the_same_no():
    with World() as world:
        alice, browser = world.person("state=disabled"), Browser(world)
        same(browser.sign_in(alice).path, "/liberations/sign-in?said=no")
        same(browser.sign_in(alice, "wrong one").path, "/liberations/sign-in?said=no")
        same(world.gate(browser)[0], 401)


@case()
def a_used_code_and_a_wait_are_told_as_the_agent_tells_them():
    for language in ("en", "fr"):
        with World() as world:
            alice, browser = world.person(), Browser(world, language)
            same(browser.sign_in(alice).path, "/")
            again = Browser(world, language)
            answer = again.sign_in(alice)
            same(answer.path, "/liberations/sign-in?said=used")
            says(again.follow(answer), WORDS[language]["used"])
            bob, browser = world.person("state=throttled", "wait=90"), Browser(world, language)
            answer = browser.sign_in(bob)
            same(answer.path, "/liberations/sign-in?said=wait")
            page = browser.follow(answer)
            says(page, WORDS[language]["wait"])
            expect(re.search(r"\b(8\d|90)\b", page.text()), page.text())
            same(world.gate(browser)[0], 401)
            # A wrong password hears neither.
            same(Browser(world).sign_in(bob, "wrong one").path, "/liberations/sign-in?said=no")


@case()
def three_wrong_tries_end_the_dialogue_and_lose_nothing():
    for language in ("en", "fr"):
        with World() as world:
            words = WORDS[language]
            alice, browser = world.person("state=pending"), Browser(world, language)
            browser.follow(browser.sign_in(alice, token=""))
            key = browser.key()
            for _ in range(2):
                says(browser.follow(browser.post("set-up", token=wrong_code(key))), words["wrong"])
            answer = browser.post("set-up", token=wrong_code(key))
            same(answer.path, "/liberations/sign-in?said=over")
            says(browser.follow(answer), words["over"])
            same(browser.get("set-up").path, "/liberations/sign-in?said=late")
            browser.follow(browser.sign_in(alice, token=""))
            same(browser.key(), key)
            browser.follow(browser.post("set-up", token=code_of(key)))
            for _ in range(2):
                says(browser.follow(browser.post("password", new="kurz", again="kurz")), words["short"])
            answer = browser.post("password", new="kurz", again="kurz")
            same(answer.path, "/liberations/sign-in?said=over")
            same(world.gate(browser)[0], 401)
            same(world.show(alice)["token"], "pending")


@case()
def without_an_agent_nobody_signs_in_and_the_form_may_be_sent_again():
    with World() as world:
        alice, browser = world.person(), Browser(world)
        browser.get()
        form = browser.form(user=alice, password=PASSWORD, token=code_of())
        world.stop_agent()
        answer = browser.ask("/liberations/sign-in", form)
        same(answer.status, 503)
        expect("Retry-After: 2" in answer.head, answer.head)
        world.start_agent()
        same(browser.ask("/liberations/sign-in", form).path, "/")
        same(world.gate(browser), (200, alice))


@case()
def a_page_is_in_one_language_whatever_the_account_says():
    with World() as world:
        for language, other in (("en", "fr"), ("fr", "en")):
            alice, browser = world.person("state=pending", "language=" + other), Browser(world, language)
            browser.follow(browser.sign_in(alice, token=""))
            key = browser.key()
            says(browser.follow(browser.post("set-up", token=wrong_code(key))), WORDS[language]["wrong"])
            says(browser.follow(browser.post("set-up", token=code_of(key))), WORDS[language]["first"])
            bob, browser = world.person("state=throttled", "wait=90", "language=" + other), Browser(world, language)
            says(browser.follow(browser.sign_in(bob)), WORDS[language]["wait"])


@case()
def an_agent_of_another_release_is_a_503_and_one_line_in_the_log():
    with World() as world:
        alice, browser = world.person(), Browser(world)
        world.stop_agent()
        os.unlink(world.directory + "/verify.sock")
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(world.directory + "/verify.sock")
            os.chmod(world.directory + "/verify.sock", 0o666)
            listening.listen(16)

            def hang_up():
                for _ in range(2):
                    listening.accept()[0].close()
            thread = threading.Thread(target=hang_up)
            thread.start()
            for _ in range(2):
                same(browser.sign_in(alice).status, 503)
            thread.join()
        with open(world.directory + "/log", encoding="utf-8") as log:
            lines = [line for line in log if "install the agent and the portal of one release" in line]
        same(len(lines), 1)
        world.start_agent()
        same(browser.sign_in(alice).path, "/")
