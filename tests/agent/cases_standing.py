"""Does an account still stand as it did when a session began? Who may ask, what is answered, and which verbs end a session."""
import select
import subprocess
import time

import dialogue
from cases_change import config_with, hash_of
from dialogue import ACCOUNT, ALLOW, DENY, REFUSED, STANDING, UNAVAILABLE
from harness import Skip, case, expect
from stage import OWNER, PASSWORD, VERIFIERS, Dialogue, code_of

PERSON, SERVICE = 64241, 64243
NOTHING = bytes(16)


def standing_of(stage, name):
    """What a page's sign-in would have been told."""
    stage.fresh_code(name)
    with Dialogue(stage, structured=1) as talk:
        expect(talk.sign_in(name, PASSWORD, code_of()) == ALLOW and talk.ask(ACCOUNT, name) == ALLOW, talk.said)
        return talk.facts.standing


def ask(talk, name, standing):
    return talk.request(STANDING, name, "", "", [], standing=standing)


def stands(stage, name, standing):
    with Dialogue(stage) as talk:
        return ask(talk, name, standing) == ALLOW


def lines_until_now(stage, name):
    """All that was logged has arrived when a line of our own has."""
    mark = stage.log.mark()
    with Dialogue(stage) as talk:
        expect(talk.sign_in(name, PASSWORD, code_of()) == DENY, name)
    stage.log.wait_for(mark, "sign-in for " + name)
    return list(stage.log.lines)


@case(log=True)
def a_session_stands_as_long_as_its_account_is_left_alone(stage):
    name = stage.person()
    standing, before, lines = standing_of(stage, name), stage.files_of(name), lines_until_now(stage, "nobody-first")
    with Dialogue(stage) as talk:
        expect([ask(talk, name, standing) for _ in range(100)] == [ALLOW] * 100, "it does not stand")
        expect(not talk.said and not talk.asked and talk.facts is None, talk.said, talk.asked)
    expect(stage.files_of(name) == before, "a question wrote something")
    lines = lines_until_now(stage, "nobody-last")[len(lines):]
    expect(not any("sign-in for nobody" not in line for line in lines), "a yes left a line:", lines)
    with Dialogue(stage) as talk:
        expect(talk.sign_in(name, "no word of hers", code_of()) == DENY, talk.said)
        expect(talk.sign_in(name, PASSWORD, code_of(ahead=1)) == ALLOW, talk.said)
    expect(stands(stage, name, standing), "attempts ended it")


@case(root=True, log=True)
def a_verifier_gets_the_same_no_for_whatever_does_not_stand(stage):
    name, other, disabled = stage.person(), stage.person(), stage.person()
    standing = standing_of(stage, name)
    disabled_standing = standing_of(stage, disabled)
    stage.run(stage.build + "/liberations", "disable", disabled, "--config", stage.config)
    almost = standing[:-1] + bytes([standing[-1] ^ 1])
    rows = [(name, almost), (name, NOTHING), (other, standing), ("nosuchaccount", standing), ("no/such", standing), ("", standing),
            (disabled, disabled_standing), (disabled, standing), (name.upper(), standing)]
    lines = lines_until_now(stage, "nobody-before")

    def run():
        talk = dialogue.connect(stage.listener.verify)
        return [ask(talk, name, standing)] + [ask(talk, *row) for row in rows] + [ask(talk, name, standing)]
    results = stage.as_user(SERVICE, run, groups=[VERIFIERS])
    expect(results == [ALLOW] + [DENY] * len(rows) + [ALLOW], list(zip(rows, results[1:])))
    lines = lines_until_now(stage, "nobody-after")[len(lines):]
    expect(not any("sign-in for nobody" not in line for line in lines), "it fills the log:", lines)


@case(root=True)
def an_account_that_was_removed_and_made_anew_is_another(stage):
    """Within one second, with the same password, phone and number of changes."""
    name = stage.person()
    standing = standing_of(stage, name)
    stage.run(stage.build + "/liberations", "remove", name, "--yes", "--config", stage.config)
    expect(not stands(stage, name, standing), "an account that is gone stands")
    stage.set(name)
    expect(not stands(stage, name, standing), "the next of that name has its session")
    expect(standing_of(stage, name) != standing, "the same standing")


@case(root=True, log=True)
def on_the_people_s_socket_only_root_and_the_owner_may_ask(stage):
    """Not even about one's own account: what shows pages is a verifier. No name is looked up, so all look alike."""
    own, bob = stage.person("uid=%d" % PERSON), stage.person("uid=%d" % (PERSON + 1))
    standings, mark = {name: standing_of(stage, name) for name in (own, bob)}, stage.log.mark()

    def run():
        results = []
        for name in (own, bob, "nosuchaccount"):
            talk = dialogue.connect(stage.listener.agent)
            start = time.monotonic()
            results.append((ask(talk, name, standings.get(name, NOTHING)), time.monotonic() - start))
        return results
    results = stage.as_user(PERSON, run)
    expect([result for result, _ in results] == [REFUSED] * 3, results)
    expect(min(spent for _, spent in results) > 0.2, "a refusal that was not delayed:", results)
    for name in (own, bob, "nosuchaccount"):
        stage.log.wait_for(mark, name, "refused", "uid=%d" % PERSON)
    talk = dialogue.connect(stage.listener.agent)
    expect(ask(talk, own, standings[own]) == ALLOW, "root is refused")
    result = stage.as_user(OWNER, lambda: ask(dialogue.connect(stage.listener.agent), own, standings[own]))
    expect(result == ALLOW, "the owner is refused")


@case(root=True, log=True)
def a_store_that_cannot_be_read_is_no_no_and_said_once(stage):
    name, mark = stage.person(), stage.log.mark()
    standing = standing_of(stage, name)
    path = next(path for path in stage.files_of(name) if "/accounts/" in path)
    with open(path, "r+b") as file:
        file.seek(30)
        file.write(b"#")
    with Dialogue(stage) as talk:
        expect([ask(talk, name, standing) for _ in range(20)] == [UNAVAILABLE] * 20, "a damaged account is judged")
    stage.log.wait_for(mark, "standing for " + name)
    expect(sum("standing for " in line for line in stage.log.lines[mark:]) == 1, stage.log.tail(mark))


@case()
def older_clients_have_no_such_request(stage):
    for version in (1, 2):
        with Dialogue(stage, version=version) as talk:
            try:
                expect(ask(talk, stage.person(), NOTHING) is None, version, "was answered")
            except dialogue.Gone:
                pass


@case()
def a_standing_proves_nothing(stage):
    name = stage.person("age_days=10")
    standing = standing_of(stage, name)
    with Dialogue(stage, structured=1) as talk:
        expect(ask(talk, name, standing) == ALLOW, "it does not stand")
        expect(talk.ask(ACCOUNT, name) == ALLOW and talk.facts is None, "a standing is a sign-in")
        expect(talk.ask(dialogue.CHANGE, name, answers=[]) != ALLOW, "a standing is a password")


@case()
def who_asks_for_standings_alone_keeps_no_agent(stage):
    """Nothing was proven, so a silence ends the dialogue."""
    name = stage.person()
    standing = standing_of(stage, name)
    with Dialogue(stage) as talk:
        expect(ask(talk, name, standing) == ALLOW, "it does not stand")
        expect(select.select([talk.link], [], [], 60)[0], "it waits for a person")


# What each verb of the administrator does to the sessions that began before it: whether they end.
VERBS = (
    (("passwd",), True), (("reset-token", "--yes"), True), (("expire",), True), (("disable",), True), (("remove", "--yes"), True),
    (("recovery-codes",), True), (("contact", "eve@example.org"), True), (("sign-out",), True), (("sign-out", "--json"), True),
    (("contact",), False), (("contact", "--none"), False), (("history", "--forget", "--yes"), False), (("unlock",), False),
    (("unlock", "--clock"), False), (("unlock", "--rebuild"), False), (("enable",), False), (("uid",), False), (("show",), False),
    (("history",), False),
)


@case()
def verbs_end_sessions_or_leave_them_as_the_manual_says(stage):
    for words, ends in VERBS:
        name = stage.person("age_days=10")
        standing = standing_of(stage, name)
        verb, *more = words
        stage.run(stage.build + "/liberations", verb, name, *more, "--config", stage.config)
        expect(stands(stage, name, standing) == (not ends), words, "ended it" if not ends else "left it")


@case()
def what_was_undone_revives_no_session(stage):
    """Disabled and enabled; a contact given and taken back."""
    for pair in (("disable", "enable"), ("contact eve@example.org", "contact --none")):
        name = stage.person()
        standing = standing_of(stage, name)
        for words in pair:
            verb, *more = words.split()
            stage.run(stage.build + "/liberations", verb, name, *more, "--config", stage.config)
            expect(not stands(stage, name, standing), words, "left it")


@case()
def everybody_is_signed_out_at_once(stage):
    people = [stage.person() for _ in range(3)]
    standings = [standing_of(stage, name) for name in people]
    done = subprocess.run([stage.build + "/liberations", "sign-out", "--all", "--config", stage.config], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL)
    expect(done.returncode in (0, 3), "exit status", done.returncode)  # 3: another case left a damaged account
    expect(not any(stands(stage, name, standing) for name, standing in zip(people, standings)), "somebody is left")
    expect(all(standing_of(stage, name) for name in people), "and nobody comes back in")


@case()
def a_new_hash_of_the_same_password_ends_no_session(stage):
    config, name = config_with(stage, "dearer-standing.conf", "hash-cost = 2"), stage.person()
    standing, before = standing_of(stage, name), hash_of(stage, name)
    with Dialogue(stage, config=config) as talk:
        expect(talk.sign_in(name, PASSWORD, code_of(ahead=1)) == ALLOW, talk.said)
    expect(hash_of(stage, name) != before, "it was not hashed anew")
    expect(stands(stage, name, standing), "the new hash ended it")


@case("strace", root=True)
def a_standing_takes_no_lock_and_writes_nothing(stage):
    """Between two questions the agent reads two files, and does nothing that could wait for anybody or leave a trace."""
    stage.skip_if_instrumented()
    name, trace = stage.person(), stage.path("standing.trace")
    standing = standing_of(stage, name)
    link, process = stage.start_agent(under=["strace", "-qq", "-f", "-o", trace])
    try:
        talk = dialogue.Talk(link)
        expect([ask(talk, name, standing) for _ in range(3)] == [ALLOW] * 3, "it does not stand")
    except dialogue.Gone:
        raise Skip("strace may not trace here")
    finally:
        link.close()
        process.wait(timeout=600)
    with open(trace) as file:
        calls = [line.split(None, 1)[1].split("(")[0] for line in file]
    replies = [at for at, call in enumerate(calls) if call in ("sendto", "send")]
    expect(len(replies) == 4, "welcome and three replies:", calls)
    between = set(calls[replies[1] + 1:replies[3]])
    wanted = {"poll", "recvfrom", "openat2", "openat", "newfstatat", "fstat", "geteuid", "close", "pread64", "sendto"}
    expect(between <= wanted, "more than reading:", between - wanted)
