"""Changing a password through the agent: who must prove what, what is told, and the upkeep of hashes."""
import os
import re
import subprocess
import time

import dialogue
from harness import case, expect
from dialogue import ACCOUNT, ALLOW, AUTHENTICATE, CHANGE, EXPIRED, NOT_CHANGED, NOT_READY, OLD_WRONG, REFUSED
from stage import PASSWORD, Dialogue, code_of

NEW = "Une lamproie vire au quartz"
WRONG = "ce n'est pas la bonne"
OLD, CODE, CHOICE = "Current password: ", "Security token: ", "New password: "


def config_with(stage, name, *lines):
    path = stage.path(name)
    with open(stage.config) as base, open(path, "w") as file:
        kept = [line for line in base if not any(line.startswith(new.split("=")[0]) for new in lines)]
        file.writelines(kept + [line + "\n" for line in lines])
    return path


def hash_of(stage, name):
    for path, data in stage.files_of(name).items():
        if "/accounts/" in path:
            return [word for word in data.decode().split() if word.startswith("$")][0]
    return None


def sign_in_with(stage, name, password):
    stage.fresh_code(name)
    with Dialogue(stage) as talk:
        return talk.sign_in(name, password, code_of())


@case()
def sec_p7_both_calls_of_a_change(stage):
    name = stage.person("age_days=10")
    before = stage.files_of(name)
    with Dialogue(stage) as talk:
        expect(talk.ask(CHANGE, name, prelim=1, answers=[PASSWORD, code_of()]) == ALLOW, "prelim", talk.said)
        expect(talk.ask(CHANGE, name, prelim=1) == ALLOW, "prelim a second time asks again")
        expect(talk.asked == [OLD, CODE], talk.asked)
        after = stage.files_of(name)
        expect(all(before[path] == after[path] for path in before if "/counters/" not in path), "prelim wrote something")
        expect(talk.ask(CHANGE, name, answers=[NEW, NEW]) == ALLOW, "update", talk.said)
        expect(OLD not in talk.asked[2:] and CODE not in talk.asked[2:], "asked twice:", talk.asked)
    expect(sign_in_with(stage, name, NEW) == ALLOW and sign_in_with(stage, name, PASSWORD) != ALLOW, "which one is in force?")


@case()
def sec_p7_an_update_alone_proves_the_person_too(stage):
    name = stage.person("age_days=10")
    with Dialogue(stage) as talk:
        expect(talk.ask(CHANGE, name, answers=[NEW, NEW]) == OLD_WRONG, "changed without the old password")
        expect(talk.asked == [OLD, CODE], talk.asked)
    stage.fresh_code(name)
    with Dialogue(stage) as talk:
        expect(talk.ask(CHANGE, name, answers=[PASSWORD, "000000", NEW, NEW]) == OLD_WRONG, "changed without the code")
    stage.fresh_code(name)
    with Dialogue(stage, factors=2) as talk:  # the service's terms are for its sign-ins
        expect(talk.ask(CHANGE, name, answers=[PASSWORD, "", NEW, NEW]) == OLD_WRONG, "factors=password relaxed a change")
    expect(sign_in_with(stage, name, PASSWORD) == ALLOW, "something was changed")


@case()
def sec_p7_only_expired_changes_nothing_else(stage):
    name, expired, forced = stage.person("age_days=10"), stage.person("state=expired"), stage.person("state=must-change")
    with Dialogue(stage) as talk:
        for prelim in (1, 0):
            expect(talk.ask(CHANGE, name, only_expired=1, prelim=prelim) == ALLOW, "a fresh password is no fault")
        expect(not talk.asked and not talk.said, talk.asked, talk.said)
    for late in (expired, forced):
        with Dialogue(stage) as talk:
            expect(talk.sign_in(late, PASSWORD, code_of()) == ALLOW and talk.ask(ACCOUNT, late) == EXPIRED, "not expired")
            expect(talk.ask(CHANGE, late, only_expired=1, prelim=1) == ALLOW, "prelim", talk.said)
            expect(talk.ask(CHANGE, late, only_expired=1, answers=[NEW, NEW]) == ALLOW, "update", talk.said)
            expect(talk.asked == [CHOICE, "Retype new password: "], "the code of the sign-in suffices:", talk.asked)
            expect(talk.ask(ACCOUNT, late) == ALLOW, "still expired")
        expect(sign_in_with(stage, late, NEW) == ALLOW, "not changed")


@case()
def sec_p7_what_cannot_be_changed_now_is_said_before_the_prompt(stage):
    name = stage.person("age_days=10")
    with Dialogue(stage) as talk:
        expect(talk.ask(CHANGE, name, answers=[PASSWORD, code_of(), NEW, NEW]) == ALLOW, talk.said)
    history = [path for path in stage.files_of(name) if "/history/" in path][0]
    stage.set(name, "age_days=10")
    with open(history, "r+b") as file:
        file.seek(40)
        file.write(b"x")
    stage.fresh_code(name)
    with Dialogue(stage) as talk:
        expect(talk.ask(CHANGE, name, prelim=1, answers=[NEW, code_of()]) == NOT_READY, "a broken history is ready")
        expect(talk.ask(CHANGE, name, answers=[WRONG, WRONG]) == NOT_CHANGED, "a broken history was changed")
    expect(sign_in_with(stage, name, NEW) == ALLOW, "a broken history refuses the sign-in")


@case(root=True)
def sec_p8_nobody_changes_somebody_elses(stage):
    name = stage.person("age_days=10", "uid=64205")

    def ask():
        talk = dialogue.connect(stage.listener.agent)
        return [talk.ask(CHANGE, name, prelim=prelim, answers=[PASSWORD, code_of(), NEW, NEW]) for prelim in (1, 0)], talk.asked
    expect(stage.as_user(64206, ask) == ([REFUSED, REFUSED], []), "a stranger was asked")
    result, asked = stage.as_user(64205, ask)
    expect(result == [ALLOW, NOT_CHANGED] or result == [ALLOW, ALLOW], "the person was refused:", result)
    expect(asked[:2] == [OLD, CODE], asked)


@case()
def sec_1_59_wrong_old_passwords_count_like_sign_ins(stage):
    name, twin = stage.person("age_days=10"), stage.person("age_days=10")
    seen = {"signing in": [], "changing": []}
    for time in range(4):  # from here on there is a wait, and it counts how long a test takes
        guess = WRONG + str(time)
        with Dialogue(stage) as talk:
            talk.sign_in(twin, guess, code_of())
        with Dialogue(stage) as talk:
            expect(talk.ask(CHANGE, name, prelim=1, answers=[guess, code_of()]) == OLD_WRONG, "accepted")
        for how, who in (("signing in", twin), ("changing", name)):
            shown = stage.show(who)
            seen[how].append([shown["stranger_password_failures"], shown["stranger_code_failures"]])
    expect(seen["signing in"] == seen["changing"], seen)
    expect(seen["changing"][3] == ["4", "4"], seen)
    stage.set(name, "failures=4", "wait=600", "last_step=0")
    with Dialogue(stage) as talk:  # throttled: the right ones wait as well
        expect(talk.ask(CHANGE, name, answers=[PASSWORD, code_of(), NEW, NEW]) == OLD_WRONG, "a throttle was ignored")


@case()
def a_day_must_pass_unless_it_must_change(stage):
    far = config_with(stage, "far.conf", "min-age = 10 d")
    for config, age, wait in ((None, "-23h", "in 1 hour."), (None, "-1h", "in 23 hours."), (far, "-1d", "in 9 days.")):
        name = stage.person("password_set=" + age)
        with Dialogue(stage, config) as talk:
            expect(talk.ask(CHANGE, name, prelim=1, answers=[PASSWORD, code_of()]) == NOT_CHANGED, "too soon")
            expect(any("changed too recently. Try again " + wait in text for text in talk.said), wait, talk.said)
            expect(talk.ask(CHANGE, name, answers=[NEW, NEW]) == NOT_CHANGED, "too soon in the second call")
            expect(talk.asked == [OLD, CODE], talk.asked)
    for field, new in (("password_set=-25h", NEW), ("state=must-change", NEW[::-1])):
        stage.set(name, "password=" + PASSWORD, field, "last_step=0", "failures=0")
        with Dialogue(stage) as talk:
            expect(talk.ask(CHANGE, name, answers=[PASSWORD, code_of(), new, new]) == ALLOW, field, talk.said)


@case()
def three_tries_each_told_why(stage):
    tries = [("court", "Too short"), ("x" * 129, "Too long"), (PASSWORD, "That is your current"), (PASSWORD + "!", "Too similar"),
             ("MotDePasse2026!", "attackers try"), ("121212121212", "Too simple"), ("rroy-rroy-rroy", "your name")]
    name = stage.person("age_days=10", name="r.roy")
    for at in range(0, len(tries), 2):
        first, second = tries[at], tries[(at + 1) % len(tries)]
        stage.fresh_code(name)
        with Dialogue(stage) as talk:
            answers = [PASSWORD, code_of(), first[0], second[0], NEW, NEW + "x", NEW]
            expect(talk.ask(CHANGE, name, answers=answers) == NOT_CHANGED, "a fourth try was given")
            for typed, why in (first, second, (NEW, "do not match"), ("", "Nothing was changed")):
                expect(sum(why in text for text in talk.said) == 1, repr(why), "is not told once:", talk.said)
                expect(not typed or not any(typed in text for text in talk.said), "the password was told")
            expect("At least 12" in talk.said[0], "the rules come first:", talk.said)
            expect(talk.asked.count(CHOICE) == 3, talk.asked)
    expect(sign_in_with(stage, name, PASSWORD) == ALLOW, "something was changed")


@case()
def an_accent_may_be_typed_either_way(stage):
    composed, apart = "\u00e9t\u00e9 \u00e0 la mer du nord", "e\u0301te\u0301 a\u0300 la mer du nord"
    name = stage.person("age_days=10")
    with Dialogue(stage) as talk:
        expect(talk.ask(CHANGE, name, answers=[PASSWORD, code_of(), apart, composed]) == ALLOW, talk.said)
    expect(sign_in_with(stage, name, composed) == ALLOW, "composed")
    expect(sign_in_with(stage, name, apart) == ALLOW, "apart")


@case("pwqfilter")
def breached_ones_are_refused_by_a_confined_agent(stage):
    path = stage.path("breached.filter")
    subprocess.run(["pwqfilter", "--create=100", "--output=" + path], input=NEW + "\n", text=True, check=True,
                   stderr=subprocess.DEVNULL)
    os.chmod(path, 0o644)
    config, name = config_with(stage, "breached.conf", "breached = " + path), stage.person("age_days=10")
    with Dialogue(stage, config) as talk:
        expect(talk.ask(CHANGE, name, prelim=1, answers=[PASSWORD, code_of()]) == ALLOW, "the file cannot be read:", talk.said)
        expect(talk.ask(CHANGE, name, answers=[NEW] * 3) == NOT_CHANGED, "a breached one was taken")
        expect(sum("stolen" in text for text in talk.said) == 3, talk.said)
        expect(talk.ask(CHANGE, name, answers=[NEW + " bleu"] * 2) == ALLOW, talk.said)
    os.unlink(path)
    stage.set(name, "password=" + PASSWORD, "age_days=10", "last_step=0", "failures=0")
    with Dialogue(stage, config) as talk:
        expect(talk.sign_in(name, PASSWORD, code_of()) == ALLOW, "a missing list refuses the sign-in")
        expect(talk.ask(CHANGE, name, prelim=1) == NOT_READY, "a missing list is no list")
        expect(talk.ask(CHANGE, name, answers=[NEW, NEW]) == NOT_CHANGED, "a missing list is no list")
        expect(any("Tell your administrator" in text for text in talk.said), talk.said)


@case()
def an_outdated_hash_is_made_anew_when_the_dialogue_ends(stage):
    config, name = config_with(stage, "dearer.conf", "hash-cost = 2"), stage.person("age_days=10")
    cheap, before = hash_of(stage, name), stage.show(name)
    with Dialogue(stage, config) as talk:
        expect(talk.sign_in(name, WRONG, code_of()) != ALLOW, "a wrong password signed in")
    stage.fresh_code(name)
    with Dialogue(stage, config, factors=1, password=1) as talk:  # the password was another module's affair
        expect(talk.sign_in(name, NEW, code_of()) == ALLOW, "factors=token")
    expect(hash_of(stage, name) == cheap, "a password that nobody proved was hashed")
    stage.fresh_code(name)
    with Dialogue(stage, config) as talk:
        expect(talk.sign_in(name, PASSWORD, code_of()) == ALLOW, "sign-in")
        expect(talk.ask(ACCOUNT, name) == ALLOW, "account")
        expect(hash_of(stage, name) == cheap, "somebody had to wait for the new hash")
    dear, after = hash_of(stage, name), stage.show(name)
    expect(dear != cheap and dear.split("$")[2] != cheap.split("$")[2], "the hash is the old one:", dear)
    expect(all(before[word] == after[word] for word in ("password_set", "must_change", "password", "disabled")), before, after)
    expect(sign_in_with(stage, name, PASSWORD) == ALLOW, "the new hash does not match")


@case()
def a_shorter_history_is_not_told_as_ten(stage):
    config, name = config_with(stage, "three.conf", "history = 3"), stage.person("age_days=10")
    for path, wanted in ((None, "last ten"), (config, "a recent one of yours")):
        with Dialogue(stage, path) as talk:
            talk.ask(CHANGE, name, answers=[PASSWORD, code_of(), "short"])
            expect(any(wanted in text for text in talk.said), path, talk.said)
        stage.fresh_code(name)


@case()
def upkeep_disturbs_no_other_dialogue(stage):
    config, name = config_with(stage, "dearer.conf", "hash-cost = 2"), stage.person("age_days=10")
    with Dialogue(stage, config) as other:
        expect(other.sign_in(name, PASSWORD, code_of()) == ALLOW, "the first sign-in")
        cheap = hash_of(stage, name)
        with Dialogue(stage, config) as talk:
            expect(talk.sign_in(name, PASSWORD, code_of(ahead=1)) == ALLOW, "the second sign-in")
        expect(hash_of(stage, name) != cheap, "the hash was not made anew")
        expect(other.ask(ACCOUNT, name) == ALLOW, "a new hash of the same password undid a sign-in")
        expect(other.ask(CHANGE, name, answers=[NEW, NEW]) == ALLOW, other.said)
    stage.fresh_code(name)
    expect(sign_in_with(stage, name, NEW) == ALLOW, "the new password does not match")


@case()
def upkeep_leaves_a_changed_password_alone(stage):
    config, name = config_with(stage, "dearer.conf", "hash-cost = 2"), stage.person("state=expired")
    with Dialogue(stage, config) as talk:
        expect(talk.sign_in(name, PASSWORD, code_of()) == ALLOW, "sign-in")
        expect(talk.ask(CHANGE, name, only_expired=1, answers=[NEW, NEW]) == ALLOW, talk.said)
    expect(sign_in_with(stage, name, NEW) == ALLOW and sign_in_with(stage, name, PASSWORD) != ALLOW, "the old one came back")


@case()
def a_temporary_password_changed_outside_a_sign_in_comes_with_recovery_codes(stage):
    name = stage.person("state=temporary")
    with Dialogue(stage) as talk:
        expect(talk.ask(CHANGE, name, answers=[PASSWORD, code_of(), NEW, NEW, ""]) == ALLOW, talk.said)
        expect(len(re.findall(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", talk.asked[-1])) == 10, "no recovery codes:", talk.asked)
    name = stage.person("age_days=10")
    with Dialogue(stage) as talk:
        expect(talk.ask(CHANGE, name, answers=[PASSWORD, code_of(), NEW, NEW]) == ALLOW, talk.said)
        expect(len(talk.asked) == 4, "an ordinary change asks for more:", talk.asked)


@case(log=True)
def a_change_in_place_of_a_first_sign_in_is_refused_no_sooner_than_any(stage):
    for state, why in (("pending", "the first sign-in must come first"), ("temporary", "no code was entered")):
        name, mark = stage.person("state=" + state), stage.log.mark()
        with Dialogue(stage) as talk:
            start = time.monotonic()
            expect(talk.ask(CHANGE, name, answers=[PASSWORD, ""]) == dialogue.OLD_WRONG, state)
            expect(time.monotonic() - start > 0.2, state, "was refused after", time.monotonic() - start, "s")
        stage.log.wait_for(mark, "change for " + name, why)


@case(log=True)
def a_temporary_password_serves_no_change_where_it_serves_no_sign_in(stage):
    for what, terms, flags in (("does not enroll", {"enroll": 1}, {}), ("silence", {}, {"silent": 1})):
        name, mark = stage.person("state=temporary"), stage.log.mark()
        with Dialogue(stage, **terms) as talk:
            expect(talk.ask(CHANGE, name, answers=[PASSWORD, code_of(), NEW, NEW], **flags) == dialogue.OLD_WRONG, what)
        stage.log.wait_for(mark, "change for " + name, what)


@case()
def recovery_codes_stay_with_a_password_that_the_administrator_made(stage):
    for kind in (CHANGE, AUTHENTICATE):
        name = stage.person("state=own", "age_days=10")
        stage.run(stage.build + "/liberations", "recovery-codes", name, "--config", stage.config)
        stage.set(name, "state=temporary")
        with Dialogue(stage) as talk:
            if kind == CHANGE:
                result = talk.ask(CHANGE, name, answers=[PASSWORD, code_of(), NEW, NEW])
            else:
                result = talk.ask(AUTHENTICATE, name, PASSWORD, code_of(), answers=[NEW, NEW])
            expect(result == ALLOW and "-" not in talk.asked[-1], kind, result, talk.asked)


@case(log=True)
def the_log_says_why_nothing_was_changed(stage):
    for fields, answers, why in (([], [], "changed less than min-age ago"), (["age_days=10"], ["short"] * 3, "no acceptable password")):
        name, mark = stage.person(*fields), stage.log.mark()
        with Dialogue(stage) as talk:
            expect(talk.ask(CHANGE, name, answers=[PASSWORD, code_of()] + answers) == NOT_CHANGED, why, talk.said)
        stage.log.wait_for(mark, "change for " + name, why)


@case()
def no_password_is_chosen_that_cannot_be_typed_again(stage):
    for bad, said in (("\033[200~%s\033[201~" % NEW, "marks around the paste"), (NEW + "\t", "control key"),
                      ("\a" + NEW, "control key"), (NEW + "\r", "control key"), (NEW + "\u200b", "invisible character")):
        name = stage.person("age_days=10")
        with Dialogue(stage) as talk:
            result = talk.ask(CHANGE, name, answers=[PASSWORD, code_of(), bad, bad, bad])
        expect(result == NOT_CHANGED and said in " ".join(talk.said), repr(bad), result, talk.said)
