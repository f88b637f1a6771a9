"""Parts of the product that are missing, broken or changed behind its back: denied, one line, and well again after."""
import glob
import os
import time

from harness import case, expect
from consumers import PASSWORD, TOKEN
from judge import one_line, refused, signed_in, spoken


def denied_while(stage, account, what, broken, mended, limit_s=60):
    """The right parts are refused while it is broken, soon and with a line in the log; then they are good again."""
    mark = stage.log.mark()
    start = time.monotonic()
    broken()
    try:
        talk = stage.sshd().talk(account.name)
        for prompt, answer in [(PASSWORD, account.password), (TOKEN, account.code(-1))]:
            if talk.is_asked(prompt):
                talk.answer("", answer)
        refused(talk.finish())
    finally:
        mended()
    expect(time.monotonic() - start < limit_s, what, "took", time.monotonic() - start, "seconds")
    expect(spoken(stage, mark), what, "left no line in the log")
    stage.world.forgive(account.name)
    signed_in(stage.sshd().sign_in(account.name, account.password, account.code()), account.name)
    stage.world.forgive(account.name)


def replaced(stage, script):
    """Puts another program in the place of the agent: the two actions for denied_while."""
    agent = os.path.join(stage.lib, "liberations-agent")

    def broken():
        os.rename(agent, agent + ".good")
        if script is not None:
            stage.write(agent, script, 0o755)

    def mended():
        os.rename(agent + ".good", agent)
    return broken, mended


@case("sshd", "ssh", "oathtool")
def a_missing_or_senseless_agent_denies(stage):
    account = stage.world.account("xavier")
    for what, script in [("no agent", None), ("an agent that is no program", "nonsense"),
                         ("an agent that fails", "#!/bin/sh\nexit 0\n"),
                         ("an agent that talks nonsense", "#!/bin/sh\nhead -c 9000 /dev/zero >&0\nexit 0\n")]:
        denied_while(stage, account, what, *replaced(stage, script))


@case("sshd", "ssh", "oathtool")
def an_agent_that_never_answers_denies_within_seconds(stage):
    denied_while(stage, stage.world.account("xavier"), "a silent agent",
                 *replaced(stage, "#!/bin/sh\nexec sleep 600\n"))


@case("sshd", "ssh", "oathtool")
def a_configuration_that_is_wrong_or_missing_denies(stage):
    account = stage.world.account("xavier")
    with open(stage.world.config) as file:
        right = file.read()

    def mended():
        stage.write(stage.world.config, right)
    for what, broken in [("a typo", lambda: stage.write(stage.world.config, right + "max-aeg = 6 months\n")),
                         ("loose modes", lambda: os.chmod(stage.world.config, 0o666)),
                         ("no configuration", lambda: os.unlink(stage.world.config))]:
        denied_while(stage, account, what, broken, mended)


@case("sshd", "ssh", "oathtool")
def sec_1_36_a_damaged_account_or_counters_deny_and_name_the_person(stage):
    account = stage.world.account("xavier")
    for room in ["accounts", "counters"]:
        path, = glob.glob(os.path.join(stage.world.state, room, "*", "xavier"))
        with open(path, "rb") as file:
            right = file.read()
        mark = stage.log.mark()
        put(path, right[:40] + bytes([right[40] ^ 1]) + right[41:] if room == "accounts" else bytes(len(right)))
        refused(stage.sshd().sign_in("xavier", account.password, account.code(-1)))
        one_line(stage, mark, "xavier")
        put(path, right)
        signed_in(stage.sshd().sign_in("xavier", account.password, account.code()), "xavier")
        stage.world.forgive("xavier")


def put(path, content):
    with open(path, "r+b") as file:
        file.write(content)


@case("sshd", "ssh", "oathtool")
def sec_1_26_one_code_typed_at_once_in_four_terminals_opens_one(stage):
    account = stage.world.account("yves")
    code = account.code()
    talks = [stage.sshd().talk("yves") for _ in range(4)]
    for talk in talks:
        talk.answer("Password: ", account.password)
    for talk in talks:
        talk.expect("Security token: ")
    for talk in talks:
        talk.answer("", code)
    opened = [talk for talk in talks if talk.finish().status == 0]
    expect(len(opened) == 1, len(opened), "of four were let in")
