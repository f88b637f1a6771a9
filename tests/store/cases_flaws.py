"""The cases see what they are there for: each of these flaws, compiled in or written into the schema, makes one of them fail."""
import os

import hosts
from cases_crowd import one_code_at_twenty_hosts
from cases_matrix import Stood, row_disabled_between_load_and_commit
from cases_replaced import (NO_START, base_backup, once_at_two_hosts, row_failover_asynchronous_with_lost_commits,
                            row_wait_for_the_standby_cancelled)
from fault_proxy import RESET, TELL
from harness import Failure, case, expect, need
from hosts import wrong
from patience import patient

FLAWED = os.path.join(hosts.BUILD, "tests", "store", "flawed")
VERSION = ("c.version = p_version AND r.epoch = p_epoch", "r.epoch = p_epoch")
FLOOR = ("floor_step = greatest(r.floor_step, lbr.now_us() / 30000000 + r.window_steps + 1)", "floor_step = r.floor_step")


def caught(stage, check, words, **flaw):
    """`words`: what the check complains of."""
    for program in ("asker", "broker"):
        if program in flaw:
            flaw[program] = os.path.join(FLAWED, flaw[program])
            need(flaw[program])
    flawed = stage.flawed(**flaw)
    try:
        with flawed.aside():
            check(flawed)
    except Failure as trouble:
        expect(words in str(trouble), "caught for another reason:", trouble)
        return
    raise Failure("the flaw is not seen")


@patient
def an_answer_that_was_lost_is_not_asked_for_again(stage):
    one = Stood(stage, "once").serves(1)
    before = one.proxy.counts["commit"]
    one.host.spoil("commit", TELL, 0, RESET)
    said = one.use(2)
    sent = one.proxy.counts["commit"] - before
    if sent != 1:
        raise wrong(said, "the commit was sent", sent, "times:", said)
    one.host.stop()


@case()
def an_answer_that_was_lost_is_not_sent_again(stage):
    an_answer_that_was_lost_is_not_asked_for_again(stage)


@case()
def flaw_an_unknown_answer_is_asked_again(stage):
    caught(stage, an_answer_that_was_lost_is_not_asked_for_again, "the commit was sent", asker="retry")


@case()
def flaw_a_warning_is_ignored(stage):
    caught(stage, row_wait_for_the_standby_cancelled, "was told Told(word='yes'", broker="no_warning")


@case()
def flaw_decided_on_the_row_that_was_loaded(stage):
    caught(stage, one_code_at_twenty_hosts, "hosts that let the person in", asker="loaded_row")


@case()
def flaw_the_version_is_not_compared(stage):
    caught(stage, row_disabled_between_load_and_commit, "a disabled person", schema=[VERSION])


@case()
def flaw_asynchronous_and_without_a_floor(stage):
    caught(stage, row_failover_asynchronous_with_lost_commits, "the code whose commit was lost", schema=[FLOOR])


@case()
def flaw_a_start_is_no_other_line(stage):
    caught(stage, patient(lambda one: once_at_two_hosts(one, base_backup)), "the code:", schema=NO_START)
