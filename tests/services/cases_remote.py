"""Dovecot and xrdp, as packaging/examples tells to set them up."""
import remote
from harness import case, expect
from gates import failures, in_one_field, walk, wrong_code
from judge import one_line

DOVECOT = ("dovecot", "oathtool", "openssl", "/usr/lib/dovecot/imap-login", remote.DOVECOT)


@case(*DOVECOT)
def dovecot_takes_password_and_code_in_one_answer(stage):
    gate = stage.serve(remote.Dovecot)
    walk(stage, "alice", in_one_field(gate.sign_in))


@case(*DOVECOT)
def dovecot_asks_pam_once_and_says_what_expired(stage):
    """With the packaged passdb left beside the recipe's, each refusal would be counted twice."""
    gate = stage.serve(remote.Dovecot)
    bob = stage.world.account("bob")
    mark = stage.log.mark()
    refusal = gate.answer_to("bob", bob.password + wrong_code(bob))
    one_line(stage, mark, "bob", "wrong code")
    expect(failures(stage, "bob") == 1, stage.world.show("bob"))
    expect("AUTHENTICATIONFAILED" in refusal, "it says", refusal)
    stage.world.expire("bob")
    refusal = gate.answer_to("bob", bob.password + bob.code())
    expect("EXPIRED" in refusal, "an expired password is told:", refusal)


@case("xrdp-sesman", "xrdp-sesrun", "Xvfb", "oathtool")
def xrdp_takes_password_and_code_in_one_answer(stage):
    gate = stage.serve(remote.Sesman)
    walk(stage, "alice", in_one_field(gate.sign_in))
    # It keeps the handle of each session in its main process: an agent stays for ten minutes, or as long as sesman.
    stage.stop(remote.Sesman)
    expect(not stage.agents_that_stay(), "agents outlive sesman")
