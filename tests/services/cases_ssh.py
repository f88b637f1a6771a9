"""sshd, keyboard-interactive: the sign-in, its refusals, and what they may not tell apart."""
import time
import unicodedata

from harness import case, expect
from consumers import PASSWORD, TOKEN
from judge import neutral, one_line, refused, says, signed_in

ACCENTS = "\u00c9t\u00e9 \u00e0 la plage, 3 crabes"


def wrong_code(account):
    """Six digits that are no code of these moments."""
    near = {account.code(ahead) for ahead in range(-3, 4)}
    return next(digits for digits in ("246813", "246814", "246815", "246816", "246817", "246818", "246819", "246820")
                if digits not in near)


@case("sshd", "ssh", "oathtool")
def sign_in_with_password_and_token(stage):
    alice = stage.world.account("alice")
    signed_in(stage.sshd().sign_in("alice", alice.password, alice.code()), "alice")


@case("sshd", "ssh", "oathtool")
def sec_1_25_the_same_code_again_is_refused_and_told_to_wait(stage):
    bob = stage.world.account("bob")
    code = bob.code()
    signed_in(stage.sshd().sign_in("bob", bob.password, code), "bob")
    mark = stage.log.mark()
    again = stage.sshd().sign_in("bob", bob.password, code)
    refused(again)
    says(again, "This code was already used. Wait for the next one.")
    one_line(stage, mark, "bob")
    signed_in(stage.sshd().sign_in("bob", bob.password, bob.code(1)), "bob")


def refusals(stage, alice):
    """Every way to be refused that must look like every other: a name for it, the user and the two answers."""
    world = stage.world
    bad = wrong_code(alice)
    yield "wrong password", "alice", "Pas le bon, celui-la", alice.code()
    yield "wrong code", "alice", alice.password, bad
    yield "both wrong", "alice", "Pas le bon, celui-la", bad
    yield "empty token", "alice", alice.password, ""
    yield "no digits", "alice", alice.password, "abcdef"
    yield "empty password", "alice", "", alice.code()
    yield "user unknown to the system", "zoe", "Pas le bon, celui-la", bad
    yield "user without an account", "carol", "Pas le bon, celui-la", bad
    emile = world.account("emile", *world.DISABLED)
    yield "disabled account, all right", "emile", emile.password, emile.code()
    fanny = world.account("fanny", *world.EXPIRED)
    yield "expired password, wrong code", "fanny", fanny.password, wrong_code(fanny)
    gaston = world.account("gaston", *world.TEMPORARY)
    yield "temporary password, wrong code", "gaston", gaston.password, wrong_code(gaston)
    world.set("gaston", "state=pending")
    yield "pending token, wrong password, no token", "gaston", "Pas le bon, celui-la", ""
    world.set("gaston", "state=ended")
    yield "ended invitation, all right", "gaston", gaston.password, gaston.code()
    world.set("fanny", "state=throttled")
    yield "throttled, wrong password", "fanny", "Pas le bon, celui-la", fanny.code()
    world.set("fanny", "state=locked")
    yield "locked, wrong code", "fanny", fanny.password, wrong_code(fanny)
    world.set("fanny", "state=damaged")
    yield "damaged account, all right", "fanny", fanny.password, fanny.code()


@case("sshd", "ssh", "oathtool")
def sec_1_58_all_refusals_look_the_same(stage):
    alice = stage.world.account("alice")
    seen = {}
    for name, user, password, code in refusals(stage, alice):
        mark = stage.log.mark()
        talk = stage.sshd().sign_in(user, password, code)
        refused(talk)
        one_line(stage, mark, user)
        seen[name] = neutral(talk, user)
        if user == "alice":
            stage.world.forgive("alice")
    for name, text in seen.items():
        expect(text == seen["wrong password"], name, "differs:", repr(text), "from", repr(seen["wrong password"]))
    signed_in(stage.sshd().sign_in("alice", alice.password, alice.code(1)), "alice")


@case("sshd", "ssh", "oathtool")
def after_seven_failures_the_right_parts_are_told_to_wait(stage):
    heloise = stage.world.account("heloise")
    for failures in (0, 1, 6):
        stage.world.set("heloise", "failures=%d" % failures)
        refused(stage.sshd().sign_in("heloise", "Pas le bon, celui-la %d" % failures, wrong_code(heloise)))
    due = time.monotonic() + 41
    early = stage.sshd().sign_in("heloise", heloise.password, heloise.code(-1))
    refused(early)
    says(early, "Too many failures. Wait ")
    yield
    time.sleep(max(0, due - time.monotonic()))
    signed_in(stage.sshd().sign_in("heloise", heloise.password, heloise.code()), "heloise")


@case("sshd", "ssh", "oathtool")
def a_disabled_account_is_refused_until_it_is_enabled(stage):
    igor = stage.world.account("igor")
    stage.world.cli("disable", "igor")
    mark = stage.log.mark()
    refused(stage.sshd().sign_in("igor", igor.password, igor.code(-1)))
    one_line(stage, mark, "igor", "disabled")
    with_key = stage.sshd().with_key("igor")
    expect(with_key.status != 0 and "igor" not in with_key.shown(), "a key opens a disabled account:", with_key.text)
    stage.world.cli("enable", "igor")
    signed_in(stage.sshd().sign_in("igor", igor.password, igor.code(1)), "igor")


@case("sshd", "ssh", "oathtool")
def a_second_try_on_the_same_connection_is_as_good_as_the_first(stage):
    alice = stage.world.account("alice")
    talk = stage.sshd().talk("alice", options=["-o", "NumberOfPasswordPrompts=3"])
    for password in ["Pas le bon, celui-la", alice.password]:
        talk.answer(PASSWORD, password)
        talk.answer(TOKEN, alice.code())
    signed_in(talk.finish(), "alice")


@case("sshd", "ssh", "oathtool")
def a_password_with_accents_is_the_same_however_they_are_written(stage):
    bob = stage.world.account("bob", password=unicodedata.normalize("NFC", ACCENTS))
    signed_in(stage.sshd().sign_in("bob", unicodedata.normalize("NFD", ACCENTS), bob.code(-1)), "bob")
    signed_in(stage.sshd().sign_in("bob", bob.password, bob.code()), "bob")
