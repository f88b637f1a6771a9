"""su and sudo themselves, in a control group in which other things of their caller run."""
import contextlib

import groups
from harness import Skip, case, expect
from consumers import NEW, PASSWORD, TOKEN, Talk

HIERARCHIES = ("", "freezer", "cpu", "pids")


@contextlib.contextmanager
def started_in_groups(stage):
    """A group in each hierarchy, as a session has one: it belongs to root. What is started meanwhile is in them."""
    with contextlib.ExitStack() as stack:
        tops = [controller for controller in HIERARCHIES if groups.own(controller)]
        if not tops:
            raise Skip("no control group can be made here")
        made = [stack.enter_context(groups.group(stage, controller)) for controller in tops]
        for one in made:
            one.enter()
        try:
            yield made
        finally:
            for controller in tops:
                groups.Group(groups.own(controller)).enter()


def agent_is_elsewhere(stage, caller, argv, person, prompt=PASSWORD):
    """The agent of a dialogue that waits for the new password of somebody whose old one has expired."""
    account = stage.world.account(person, *stage.world.EXPIRED)
    with started_in_groups(stage) as made:
        talk = Talk(argv, stage, stage.uid(caller))
        talk.answer(prompt, account.password)
        talk.answer(TOKEN, account.code())
        talk.expect(NEW)
        agents = stage.agents()
        stayed = [one.path for one in made for agent in agents if one.holds(agent)]
        known = [one for one in made if one.holds(talk.child.pid)]
        talk.kill()
    expect(len(agents) == 1 and len(known) == len(made), "agents:", agents, "groups in use:", len(known), "of", len(made))
    expect(not stayed, argv[0], ": the agent is still in", stayed)


@case("su", "oathtool")
def audit_f01_the_agent_of_su_is_not_in_its_callers_group(stage):
    agent_is_elsewhere(stage, "carol", ["/bin/su", "rose", "-c", "id -un"], "rose")


@case("sudo", "oathtool")
def audit_f01_the_agent_of_sudo_is_not_in_its_callers_group(stage):
    agent_is_elsewhere(stage, "kevin", ["/usr/bin/sudo", "id", "-un"], "kevin", "assword")
