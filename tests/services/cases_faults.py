"""What goes wrong around a sign-in: a killed agent, a full disk, a clock set back."""
import os
import signal
import threading
import time

import world

from harness import case, expect
from consumers import AGAIN, NEW, PASSWORD, TOKEN
from judge import refused, signed_in, spoken

CHOSEN = "Deux trains pour Vesoul 11"


@case("sshd", "ssh", "oathtool")
def an_agent_killed_while_it_waits_for_the_new_password_denies(stage):
    dora = stage.world.account("dora", *stage.world.EXPIRED)
    talk = stage.sshd().talk("dora")
    talk.answer(PASSWORD, dora.password)
    talk.answer(TOKEN, dora.code(-1))
    talk.answer(NEW, stage.world.secret(CHOSEN))
    talk.expect(AGAIN)
    agents = stage.agents()
    expect(len(agents) == 1, "one agent expected:", agents)
    mark = stage.log.mark()
    os.kill(agents[0], signal.SIGKILL)
    talk.answer("", CHOSEN)
    refused(talk.finish())
    expect(spoken(stage, mark), "nothing in the log about the lost agent")
    talk = stage.sshd().talk("dora")
    talk.answer(PASSWORD, dora.password)
    talk.answer(TOKEN, dora.code())
    talk.answer(NEW, CHOSEN)
    talk.answer(AGAIN, CHOSEN)
    signed_in(talk.finish(), "dora")


@case("sshd", "ssh", "oathtool")
def an_agent_killed_while_it_judges_denies_and_the_next_sign_in_works(stage):
    """The later the kill, the further the agent has come; at the end of the row it has answered before."""
    alice = stage.world.account("alice")
    for delay_ms in (0, 1, 2, 4, 8):
        stage.world.forgive("alice")
        talk = stage.sshd().talk("alice")
        talk.answer(PASSWORD, alice.password)
        talk.expect(TOKEN)
        killer = threading.Thread(target=kill_next_agent, args=(stage, delay_ms / 1000))
        killer.start()
        talk.answer("", alice.code(-1))
        talk.finish()
        killer.join()
        if talk.status != 0:
            refused(talk)
        stage.world.forgive("alice")
        signed_in(stage.sshd().sign_in("alice", alice.password, alice.code()), "alice")


def kill_next_agent(stage, delay_s):
    end = time.monotonic() + 3
    while time.monotonic() < end:
        agents = stage.agents()
        if agents:
            time.sleep(delay_s)
            for number in agents:
                try:
                    os.kill(number, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            return


@case("sshd", "ssh", "oathtool")
def sec_1_35_a_full_disk_stops_no_sign_in_and_no_change_is_half_done(stage):
    alice = stage.world.account("alice")
    bob = stage.world.account("bob", *stage.world.EXPIRED)
    files = stage.world.files()
    full = stage.world.fill()
    try:
        signed_in(stage.sshd().sign_in("alice", alice.password, alice.code(-1)), "alice")
        signed_in(stage.sshd().sign_in("alice", alice.password, alice.code()), "alice")
        talk = stage.sshd().talk("bob")
        talk.answer(PASSWORD, bob.password)
        talk.answer(TOKEN, bob.code(-1))
        talk.answer(NEW, stage.world.secret(CHOSEN + " de bob"))
        talk.answer(AGAIN, CHOSEN + " de bob")
        refused(talk.finish())
    finally:
        os.unlink(full)
    expect(stage.world.files() == files, "the store's files are others:", stage.world.files() ^ files)
    talk = stage.sshd().talk("bob")
    talk.answer(PASSWORD, bob.password)
    talk.answer(TOKEN, bob.code())
    talk.answer(NEW, CHOSEN + " de bob")
    talk.answer(AGAIN, CHOSEN + " de bob")
    signed_in(talk.finish(), "bob")


@case("sshd", "ssh", "oathtool")
def sec_1_28_a_clock_set_back_denies_and_unlock_rebuild_recovers(stage):
    wanda = stage.world.account("wanda")
    stage.world.set_last_step("wanda", stage.world.step() + 120)
    mark = stage.log.mark()
    refused(stage.sshd().sign_in("wanda", wanda.password, wanda.code()))
    expect([line for line in spoken(stage, mark) if b"unlock" in line], "no line names the fix:", spoken(stage, mark))
    wanda.code(-1)  # early in a step
    stage.world.cli("unlock", "wanda", "--rebuild")
    mended = stage.world.step()
    refused(stage.sshd().sign_in("wanda", wanda.password, wanda.code(1)))
    yield
    while stage.world.step() <= mended + 1:
        time.sleep(0.2)
    signed_in(stage.sshd().sign_in("wanda", wanda.password, wanda.code(1)), "wanda")


@case("sshd", "ssh", "oathtool")
def the_agent_has_nothing_of_its_starter_s(stage):
    """Looked at while it waits for a new password: ids, capabilities, environment, arguments, descriptors."""
    account = stage.world.account("nadia", *stage.world.EXPIRED)
    talk = stage.sshd().talk("nadia")
    talk.answer(PASSWORD, account.password)
    talk.answer(TOKEN, account.code())
    talk.expect(NEW)
    agent, = ["/proc/%d/" % number for number in stage.agents()]
    status = dict(line.split(":\t", 1) for line in read(agent + "status").decode().splitlines() if ":\t" in line)
    for field in ["Uid", "Gid"]:
        expect(status[field].split() == [str(world.OWNER)] * 4, field, "is", status[field])
    expect(set(status["Groups"].split()) <= {str(world.OWNER)}, "groups:", status["Groups"])
    expect(int(status["CapEff"], 16) == int(status["CapPrm"], 16) == 0, "capabilities:", status["CapPrm"])
    expect(status["NoNewPrivs"] == "1", "it may gain privileges")
    expect(read(agent + "environ") == b"", "an environment:", read(agent + "environ"))
    arguments = read(agent + "cmdline").split(b"\0")
    # no word that the release before does not know: its agent may still be in place when the module is already new
    expect(arguments == [b"liberations-agent", b"--fd", b"3", b"--config", stage.world.config.encode(), b""], arguments)
    expect([os.readlink(agent + "fd/%d" % fd) for fd in range(3)] == ["/dev/null"] * 3, "0, 1, 2 are not /dev/null")
    expect(os.readlink(agent + "cwd") == "/", "cwd", os.readlink(agent + "cwd"))
    expect(b"Max core file size        0" in read(agent + "limits"), "it may dump core")
    talk.kill()


def read(path):
    with open(path, "rb") as file:
        return file.read()
