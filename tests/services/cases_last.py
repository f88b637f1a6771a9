"""What must hold when everything else is done, whatever was run."""
import glob
import os

from harness import case, expect
from judge import told_secrets


@case()
def no_agent_is_left_when_all_is_done(stage):
    yield
    expect(not stage.agents_that_stay(), "agents that still run:", stage.agents())


@case()
def sec_1_76_no_secret_is_in_any_log(stage):
    """Last of all: every password, code and key that any case used, in every log, sshd's own at its most talkative."""
    yield
    texts = [b"\n".join(stage.log.lines)]
    for path in glob.glob(stage.path("sshd-*", "log")) + glob.glob("/var/log/**/*", recursive=True):
        if os.path.isfile(path):
            with open(path, "rb") as file:
                texts.append(file.read())
    expect(len(texts[0]) > 1000 and len(texts) > 1, "there is no log to look into")
    expect(told_secrets(["424242"], b"pid 9, code 424242"), "what is told would not be found")
    found = [secret for text in texts for secret in told_secrets(stage.world.secrets, text)]
    expect(not found, "a secret in a log:", found)
