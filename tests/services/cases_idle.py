"""What says nothing is no guess: Enter, Ctrl-D and Ctrl-C at each prompt, a stale program that repeats itself, junk."""
import time

import pexpect

from harness import case, expect
from cases_examples import lock
from cases_ssh import wrong_code
from cases_terminal import su
from consumers import PASSWORD, TOKEN, Talk
from judge import ran_as, refused, signed_in

END, INTERRUPT = "\x04", "\x03"
ROUNDS = 6  # the fifth failure would have the next sign-in wait
ASKS = {"password": "assword", "token": TOKEN}


def uncounted(stage, name, when):
    failures = {word: count for word, count in stage.world.show(name).items() if word.endswith("_failures") and count != "0"}
    expect(not failures, when, "counts:", failures)


def press(talk, prompt, key):
    """At the prompt, when it waits: a line, or a key alone."""
    talk.expect(prompt)
    end = time.monotonic() + 30
    while not talk.takes_a_secret() and time.monotonic() < end:
        time.sleep(0.005)
    talk.child.send(key or "\n")


def idle(talk, password, where, key):
    """The key at that prompt, and at those that follow, until the program has refused."""
    if where == "token":
        talk.answer(ASKS["password"], password)
    press(talk, ASKS[where], key)
    end = time.monotonic() + 60
    while (heard := talk.child.expect_exact([pexpect.EOF, "Login incorrect", "Sorry, try again", TOKEN, pexpect.TIMEOUT],
                                            timeout=2 if key == INTERRUPT else 60)) > 2:
        expect(time.monotonic() < end, "it does not end:", repr(talk.text))
        if heard == 3:
            press(talk, "", key)
        elif key == INTERRUPT:  # sudo forgets one that comes after its prompt and before it reads: people press it again
            talk.child.send(key)
    expect("uid=" not in talk.text, "let in:", repr(talk.text))
    talk.kill()


def sudo(stage, user):
    return Talk(["/usr/bin/sudo", "-k", "id"], stage, stage.uid(user))


@case("su", "sudo", "login", "oathtool")
def enter_and_the_ends_of_input_at_each_prompt_count_nothing(stage):
    yves = stage.world.account("yves")
    begin = {"su": lambda: su(stage, "yves", command=("-c", "id")), "sudo": lambda: sudo(stage, "yves"),
             "login": lambda: Talk(["/bin/login", "yves"], stage)}
    for program, start in begin.items():
        for where in ASKS:
            for key in ("", END, INTERRUPT):
                for _ in range(2):
                    idle(start(), yves.password, where, key)
                uncounted(stage, "yves", (program, where, key))
    talk = su(stage, "yves")
    talk.answer(PASSWORD, yves.password)
    talk.answer(TOKEN, yves.code())
    ran_as(talk.finish(), "yves")


@case("vlock", "oathtool")
def a_lock_that_is_woken_with_enter_opens_at_once(stage):
    stage.use_example("vlock")
    alice = stage.world.account("alice")
    talk = lock(stage, "alice")
    for _ in range(ROUNDS):
        talk.answer("alice's Password: ", "")
        talk.answer("root's Password: ", "")
        talk.expect("locked")
        talk.child.sendline("")
    uncounted(stage, "alice", "Enter at a lock")
    talk.answer("alice's Password: ", alice.password)
    expect(talk.finish().status == 0, "vlock did not open:", repr(talk.text))


@case("sshd", "ssh", "oathtool")
def stale_programs_that_repeat_old_codes_keep_nobody_out(stage):
    """Two of them, in turns, with the right password and a code each; the person between them, and afterwards."""
    rosa = stage.world.account("rosa")
    first = wrong_code(rosa)
    second = "%06d" % ((int(first) + 500000) % 1000000)
    for turn in range(ROUNDS):
        for old in (first, second):
            refused(stage.sshd().sign_in("rosa", rosa.password, old))
        if turn == 2:
            signed_in(stage.sshd().sign_in("rosa", rosa.password, rosa.code(-1)), "rosa")
    expect(int(stage.world.show("rosa")["stranger_code_failures"]) <= 2, stage.world.show("rosa"))
    signed_in(stage.sshd().sign_in("rosa", rosa.password, rosa.code()), "rosa")


@case("sshd", "ssh", "oathtool")
def junk_through_ssh_counts_nothing(stage):
    rosa = stage.world.account("rosa")
    for code in ("x" * 600, "9" * 40, "pas un code", "12345", "1234567"):
        refused(stage.sshd().sign_in("rosa", rosa.password, code))
    for password in ("p" * 600, ""):
        refused(stage.sshd().sign_in("rosa", password, rosa.code()))
    uncounted(stage, "rosa", "junk")
    signed_in(stage.sshd().sign_in("rosa", rosa.password, rosa.code()), "rosa")
