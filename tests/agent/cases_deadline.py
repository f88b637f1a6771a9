"""A service that leaves before the answer: nothing is recorded that nobody hears of."""
import signal

import dialogue
from dialogue import ALLOW, AUTHENTICATE, CHANGE
from harness import case, expect
from stage import PASSWORD, Dialogue, code_of


def leave_before_the_answer(stage, name, kind, code):
    """Asks and is gone before the agent, which is stopped meanwhile, can even read it."""
    box = Dialogue(stage)
    with box as talk:
        box.process.send_signal(signal.SIGSTOP)
        talk.send(dialogue.request(kind, 1, name, PASSWORD.encode(), code.encode(), answered=1))
        talk.close()
        box.process.send_signal(signal.SIGCONT)


@case()
def no_sign_in_is_recorded_for_a_service_that_has_left(stage):
    name, code = stage.person(), code_of()
    before = stage.show(name)
    leave_before_the_answer(stage, name, AUTHENTICATE, code)
    after = stage.show(name)
    expect(after["last_step"] == before["last_step"], "the code was used up:", after)
    talk = dialogue.connect(stage.listener.agent)
    expect(talk.sign_in(name, PASSWORD, code) == ALLOW, "the code that nobody heard of is refused")
    talk.close()


@case()
def no_change_is_begun_for_a_service_that_has_left(stage):
    name, code = stage.person(), code_of()
    before = stage.files_of(name)
    leave_before_the_answer(stage, name, CHANGE, code)
    after = stage.files_of(name)
    changed = [path for path in before if "/accounts/" in path and before[path] != after[path]]
    expect(not changed, "the account was written:", changed)
    talk = dialogue.connect(stage.listener.agent)
    expect(talk.sign_in(name, PASSWORD, code) == ALLOW, "the code that nobody heard of is refused")
    talk.close()
