"""A client that shows pages: what its questions, texts and replies bear, and that nobody else gets any of it."""
import threading
import time

import dialogue
from dialogue import (ACCOUNT, ALLOW, AUTHENTICATE, CHANGE, CONVERSATION, DENY, EXPIRED, LATER, NOT_CHANGED, REFUSED, REPLACE_TOKEN,
                      key_on_screen)
from harness import case, expect
from rows import WRONG, wrong_code
from stage import PASSWORD, Dialogue, code_of

NEW = "Une lamproie vire au quartz"
OTHER = "Douze wagons de foin vert"


def pages(stage, **terms):
    return Dialogue(stage, structured=1, **terms)


def code_of_page(talk):
    """The code that a phone shows after it has scanned the last page."""
    return code_of(key_on_screen(talk.pages[-1].key))


def first_sign_in(talk, name, *answers):
    return talk.sign_in(name, PASSWORD, "", answers=[*answers, lambda: code_of_page(talk), NEW, NEW, ""])


@case()
def a_first_sign_in_shows_uri_key_codes_and_tries_apart_from_the_question(stage):
    name = stage.person("state=pending")
    with pages(stage) as talk:
        expect(first_sign_in(talk, name, wrong_code()) == ALLOW, talk.said, talk.asked)
        one, two, new, again, codes = talk.pages
        for page, left in ((one, 3), (two, 2)):
            expect(page.uri.startswith("otpauth://totp/") and page.uri.replace(" ", "") == page.uri, page.uri)
            expect(page.key.replace(" ", "") in page.uri and len(page.key.split()) == 8, page.key, page.uri)
            expect(page.tries_left == left and page.text == one.text and "\n" not in page.text, page.text, page.tries_left)
        expect(one.uri == two.uri, "another key the second time")
        expect((new.uri, new.key, new.codes, new.tries_left) == ("", "", [], 3), vars(new))
        expect(again.tries_left == 3 and not again.codes, vars(again))
        expect(len(set(codes.codes)) == 10 and not any(code in codes.text for code in codes.codes), vars(codes))
        expect("\n" not in codes.text, codes.text)
        expect(talk.words == ["CODE_WRONG", "WELCOME_FIRST", "RULES", "CHANGED"], talk.words)
        code = codes.codes[3]
        stage.fresh_code(name)
        expect(talk.sign_in(name, NEW, code) == ALLOW, "a code of the page does not work")


@case()
def passwords_that_are_refused_count_down(stage):
    name = stage.person("state=temporary")
    with pages(stage) as talk:
        expect(talk.sign_in(name, PASSWORD, code_of(), answers=["short", NEW, OTHER, NEW, NEW, ""]) == ALLOW, talk.said)
        expect([page.tries_left for page in talk.pages] == [3, 2, 2, 1, 1, 0], [page.tries_left for page in talk.pages])
        expect(talk.words == ["WELCOME_FIRST", "RULES", "TOO_SHORT", "MISMATCH", "CHANGED"], talk.words)


@case()
def texts_of_a_page_keep_their_accents_and_bear_their_number(stage):
    name = stage.person("state=pending", "language=fr")
    with pages(stage) as talk:
        talk.send(dialogue.request(AUTHENTICATE, 1, name, PASSWORD.encode(), b""))
        talk.serial = 1
        kind, fields = talk.receive()
        expect(kind == "Q", kind)
        talk.send(dialogue.answer(wrong_code()))
        kind, fields = talk.receive()
        expect(fields[2:] == [b"CODE_WRONG", dialogue.number(0)], fields)
        talk.receive()
        talk.send(dialogue.answer(None))
        expect(talk.until_reply([]) == CONVERSATION, "an answer that nobody gave")
    name = stage.person()
    with pages(stage) as talk:
        for guess in range(4):
            talk.sign_in(name, WRONG + str(guess), code_of())
        talk.send(dialogue.request(AUTHENTICATE, talk.serial + 1, name, PASSWORD.encode(), code_of().encode()))
        kind, fields = talk.receive()
        expect(kind == "S" and fields[2] in (b"WAIT_ONE", b"WAIT_MANY"), kind, fields)
        expect(str(dialogue.whole(fields[3])).encode() in fields[1].split(), fields)


@case()
def account_facts_are_those_of_the_account_that_was_let_in(stage):
    name = stage.person("age_days=10", "language=fr")
    for before in (0, 1):
        stage.fresh_code(name)
        with pages(stage) as talk:
            began = int(time.time())
            expect(talk.sign_in(name, PASSWORD, code_of()) == ALLOW and talk.facts is None, talk.said)
            expect(talk.ask(ACCOUNT, name) == ALLOW and talk.facts is not None, "no facts")
            facts = talk.facts
        expect(len(facts.standing) == 16 and any(facts.standing), facts.standing)
        expect(150 * 86400 < facts.expires_s - began < 190 * 86400, facts.expires_s)
        expect(facts.changeable_s <= began, facts.changeable_s)
        expect((0 <= began - facts.last_sign_in_s < 600) if before else facts.last_sign_in_s == 0, facts.last_sign_in_s, before)
        expect(facts.language == 2, facts.language)


@case()
def a_change_and_a_new_phone_bear_the_new_standing(stage):
    name, standings = stage.person("age_days=10"), []
    with pages(stage) as talk:
        expect(talk.sign_in(name, PASSWORD, code_of()) == ALLOW and talk.ask(ACCOUNT, name) == ALLOW, talk.said)
        standings.append(talk.facts.standing)
    stage.fresh_code(name)
    with pages(stage) as talk:
        expect(talk.request(CHANGE, name, PASSWORD, code_of(), [NEW, NEW], answered=1) == ALLOW, talk.said)
        standings.append(talk.facts.standing)
        expect(talk.facts.changeable_s > time.time(), talk.facts.changeable_s)
        expect(talk.request(ACCOUNT, name, "", "", []) == ALLOW and talk.facts.standing == standings[-1], "which one is it?")
    stage.fresh_code(name)
    with pages(stage) as talk:
        new = [lambda: code_of_page(talk)]
        expect(talk.request(REPLACE_TOKEN, name, NEW, code_of(), new, answered=1) == ALLOW, talk.said, talk.asked)
        standings.append(talk.facts.standing)
    expect(len(set(standings)) == 3, standings)


@case()
def an_expired_password_that_was_renewed_bears_facts(stage):
    name = stage.person("state=expired")
    with pages(stage) as talk:
        expect(talk.sign_in(name, PASSWORD, code_of()) == ALLOW and talk.ask(ACCOUNT, name) == EXPIRED, talk.said)
        expect(talk.facts is None, "facts of an account that must change first")
        expect(talk.request(CHANGE, name, "", "", [NEW, NEW], only_expired=1) == ALLOW and talk.facts, talk.said)
        expect(talk.words == ["EXPIRED", "RULES", "CHANGED"], talk.words)
        standing = talk.facts.standing
        expect(talk.ask(ACCOUNT, name) == ALLOW and talk.facts.standing == standing, talk.said)


@case()
def whoever_proved_nothing_gets_no_fact(stage):
    """To be structured is a claim about pages, and gives no right."""
    name, pending = stage.person(), stage.person("state=pending")
    with pages(stage) as talk:
        expect(talk.ask(ACCOUNT, name) == ALLOW and talk.facts is None, "facts without a sign-in")
        expect(talk.request(CHANGE, name, "", "", [], only_expired=1) == ALLOW and talk.facts is None, "facts for nothing to do")
        expect(talk.sign_in(name, WRONG, code_of()) == DENY, talk.said)
        expect(talk.sign_in(pending, WRONG, "") == DENY, talk.said)
        expect(talk.request(REPLACE_TOKEN, name, WRONG, code_of(), [], answered=1) not in (ALLOW, CONVERSATION), talk.said)
        expect(not talk.pages and not talk.words and talk.facts is None, talk.pages, talk.words)
        stage.fresh_code(name)
        expect(talk.sign_in(name, PASSWORD, code_of()) == ALLOW, talk.said)
        expect(talk.ask(ACCOUNT, pending) != REFUSED and talk.facts is None, "facts about somebody else")


@case()
def an_account_that_changed_meanwhile_bears_none(stage):
    name = stage.person()
    with pages(stage) as talk:
        expect(talk.sign_in(name, PASSWORD, code_of()) == ALLOW, talk.said)
        stage.run(stage.build + "/liberations", "contact", name, "a@example.org", "--config", stage.config)
        expect(talk.ask(ACCOUNT, name) == REFUSED and talk.facts is None, "it changed since")


@case()
def nobody_else_hears_more_than_before(stage):
    """Modules of every version through all that bears facts: the talk refuses each field too many."""
    for version in (1, 2, 3):
        name = stage.person("state=pending")
        with Dialogue(stage, version=version) as talk:
            answers = [wrong_code(), lambda: code_of(key_on_screen(talk.asked[-1])), NEW, NEW, ""]
            expect(talk.sign_in(name, PASSWORD, "", answers=answers) == ALLOW, version, talk.said, talk.asked)
            expect(talk.ask(ACCOUNT, name) == ALLOW, version)
            expect(talk.ask(CHANGE, name, answers=[OTHER, OTHER]) == NOT_CHANGED, version, talk.said)
            expect(not talk.words and not talk.pages and talk.facts is None, version)
            expect("otpauth" not in "".join(talk.asked) and len(talk.asked[1].splitlines()) > 20, "no picture", talk.asked[1])


@case()
def more_time_is_given_six_times_and_the_seventh_is_no_answer(stage):
    name = stage.person("state=pending")
    with pages(stage) as talk:
        expect(first_sign_in(talk, name, LATER, LATER, LATER, wrong_code(), LATER, LATER, LATER) == ALLOW, talk.said)
    name = stage.person("state=pending")
    with pages(stage) as talk:
        expect(first_sign_in(talk, name, *[LATER] * 7) == CONVERSATION, "more time without an end")
        expect(len(talk.pages) == 1, talk.asked)


@case()
def more_time_is_for_pages_alone(stage):
    """A module says no such thing, and it counts as no answer; so does one of version 1, of whom nothing is proven."""
    name, pending = stage.person("age_days=10"), stage.person("state=pending")
    with Dialogue(stage) as talk:
        answers = [LATER, lambda: code_of(key_on_screen(talk.asked[0])), NEW, NEW, ""]
        expect(talk.sign_in(pending, PASSWORD, "", answers=answers) == CONVERSATION, talk.asked)
    with Dialogue(stage, version=1) as talk:
        expect(talk.request(CHANGE, name, "", "", [LATER, PASSWORD, code_of(), NEW, NEW]) == CONVERSATION, talk.asked)
    expect(stage.show(name)["stranger_password_failures"] == "0", "it was judged")


@case(log=True)
def more_time_without_a_question_ends_the_dialogue(stage):
    mark = stage.log.mark()
    with pages(stage) as talk:
        talk.send(dialogue.answer(LATER))
        try:
            talk.receive()
            expect(False, "it was answered")
        except dialogue.Gone:
            pass
    stage.log.wait_for(mark, "unreadable request")


@case(root=True)
def a_question_waits_anew_when_more_time_was_asked_for(stage):
    """An agent whose patience is six seconds in the place of ten minutes."""
    kept, stage.agent = stage.agent, stage.build + "/tests/hasty/liberations-agent"
    names, results = [stage.person("state=temporary") for _ in range(2)], {}

    def run(name, pause):
        with pages(stage) as talk:
            def after(seconds, given):
                time.sleep(seconds)
                return given
            answers = [lambda: after(4, LATER), lambda: after(4, NEW)] if pause else [lambda: after(8, NEW)]
            try:
                results[name] = talk.sign_in(name, PASSWORD, code_of(), answers=answers + [NEW, ""])
            except dialogue.Gone:
                results[name] = None
    threads = [threading.Thread(target=run, args=(name, pause)) for name, pause in zip(names, (True, False))]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        stage.agent = kept
    expect(results[names[0]] == ALLOW, "the wait did not begin anew:", results)
    expect(results[names[1]] in (None, CONVERSATION), "it waits as long as anybody likes:", results)
