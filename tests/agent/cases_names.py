"""An account belongs to a person, not to a name: root's module tells whose the name is now, and a freed uid opens nothing."""
import dialogue
from harness import case, expect, same
from dialogue import ACCOUNT, ALLOW, CHANGE, DENY, REFUSED, REPLACE_TOKEN
from stage import PASSWORD, code_of
from unix_people import UnixPeople

RECORDED, OTHER, SHARED = 64226, 64227, 64228
UNTOLD, ABSENT, THERE = 0, 1, 2
# What root's module tells: kind, uid; whether the account may be opened with it.
TOLD = ((UNTOLD, 0, True), (THERE, RECORDED, True), (THERE, OTHER, False), (THERE, 0, False), (THERE, 2 ** 32 - 1, False),
        (ABSENT, 0, False), (ABSENT, RECORDED, False))


def hear(stage, name, kind, code=None, **terms):
    talk = dialogue.connect(stage.listener.agent, **terms)
    result = talk.ask(kind, name, PASSWORD, code or code_of())
    talk.close()
    return result


@case(log=True)
def a_name_that_is_somebody_elses_now_is_refused(stage):
    for kind, uid, may in TOLD:
        name, terms = stage.person("uid=%d" % RECORDED), {"system_user": kind, "system_uid": uid}
        mark = stage.log.mark()
        same(hear(stage, name, ACCOUNT, **terms), ALLOW if may else REFUSED, terms)
        talk = dialogue.connect(stage.listener.agent, **terms)
        same(talk.sign_in(name, PASSWORD, code_of()), ALLOW if may else DENY, terms)
        talk.close()
        if not may:
            stage.log.wait_for(mark, name, "another uid", "liberations uid")
            same(hear(stage, name, CHANGE, **terms) == ALLOW, False, "change")
            same(hear(stage, name, REPLACE_TOKEN, **terms) == ALLOW, False, "token")
        stage.fresh_code(name)
        if not may:
            same(hear(stage, name, ACCOUNT), ALLOW, "an application's account without a system's user")


@case()
def an_account_without_a_uid_is_its_names(stage):
    for kind in (UNTOLD, ABSENT, THERE):
        name = stage.person()
        talk = dialogue.connect(stage.listener.agent, system_user=kind, system_uid=OTHER)
        same(talk.sign_in(name, PASSWORD, code_of()), ALLOW, kind)
        talk.close()


@case(root=True)
def a_peer_that_is_not_root_is_not_believed(stage):
    name = stage.person("uid=%d" % RECORDED)

    def sign_in():
        talk = dialogue.connect(stage.listener.agent, system_user=THERE, system_uid=OTHER)
        return talk.sign_in(name, PASSWORD, code_of())
    same(stage.as_user(RECORDED, sign_in), ALLOW)


@case(root=True, log=True)
def whoever_got_a_freed_uid_may_not_ask_about_the_old_account(stage):
    left, stays, alias = (stage.person("uid=%d" % SHARED) for _ in range(3))
    people = UnixPeople(stage)

    def may(names, asked):
        people.put(dict.fromkeys(names, SHARED))
        stage.fresh_code(asked)
        return stage.as_user(SHARED, lambda: hear(stage, asked, ACCOUNT))

    try:
        for names, asked, wanted in (((), left, ALLOW), ((stays,), left, REFUSED), ((stays,), stays, ALLOW),
                                     ((stays, alias), alias, ALLOW), ((stays, alias), left, REFUSED),
                                     ((left + "x",), left, REFUSED), ((left[:-1],), left, REFUSED),
                                     (["n%03d-of-a-very-long-list" % at for at in range(60)], left, ALLOW)):
            same(may(names, asked), wanted, (list(names)[:3], asked))
    finally:
        people.close()
