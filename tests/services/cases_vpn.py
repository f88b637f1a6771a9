"""OpenVPN with its PAM plugin, a real client and a real tunnel."""
import vpn
from harness import case, expect
from gates import failures, lines_about, walk, wrong_code

NEEDS = ("openvpn", "openssl", "oathtool", "/usr/lib/openvpn/openvpn-plugin-auth-pam.so", "/dev/net/tun")


# The plugin breaks the conversation off rather than hand on an empty password, and that leaves no line of the module's.
UNHEARD = [("state=own", "C"), ("state=own", "")]


@case(*NEEDS)
def openvpn_asks_for_the_code_by_static_challenge(stage):
    gate = stage.serve(vpn.OpenVpn)
    walk(stage, "alice", gate.sign_in, skip=UNHEARD)
    alice = stage.world.account("alice")
    expect(not gate.sign_in("alice", "", alice.code()), "a code alone opens")


@case(*NEEDS)
def openvpn_takes_password_and_code_in_one_answer(stage):
    """The same server, and clients without a challenge."""
    gate = stage.serve(vpn.OpenVpn)
    bob = stage.world.account("bob")
    answer = bob.password + bob.code()
    expect(gate.sign_in("bob", answer), "refused")
    for wrong in (answer, bob.password, bob.password + wrong_code(bob)):
        expect(not gate.sign_in("bob", wrong), "not refused")
    stage.world.set("bob", "state=pending")
    mark = stage.log.mark()
    expect(not gate.sign_in("bob", bob.password), "an invited person comes in")
    expect(lines_about(stage, mark, b"needs a dialogue") and failures(stage, "bob") == 0, "counted, or not said")


@case(*NEEDS)
def openvpn_renegotiates_with_its_own_token_and_asks_nobody(stage):
    gate = stage.serve(vpn.OpenVpn)
    bob = stage.world.account("bob")
    talk = gate.client("bob", bob.password, bob.code(), "--reneg-sec", "2")
    talk.expect(vpn.UP)
    mark = stage.log.mark()
    for _ in range(2):
        talk.expect("soft reset")
        talk.expect("Control Channel: ")
    talk.expect("soft reset")
    expect(vpn.REFUSED not in talk.text and not lines_about(stage, mark, b"bob"), "PAM was asked again:", repr(talk.text))
    vpn.hang_up(talk)
