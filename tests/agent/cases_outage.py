"""What keeps every agent from serving is one line in the log for a sign-in, and the line says what to do."""
import os
import time

import service
from harness import case, expect
from service import SUCCESS, UNAVAILABLE
from stage import PASSWORD, Listener, code_of

INITIALISE = "`liberations init`"


def lines_of(stage, services, name, listens):
    """What one sign-in through the real module leaves in the log, when the last of it has come."""
    mark = stage.log.mark()
    code = service.sign_in(stage, services, "outage", name, [PASSWORD, code_of()])
    expect(code == UNAVAILABLE, listens, "is answered by", code)
    stage.log.wait_for(mark, "cannot serve")
    time.sleep(1)  # for lines that should not come
    return [line for line in stage.log.lines[mark:] if "cannot serve" in line]


def no_key(path):
    os.rename(path, path + ".kept")


def no_right(path):
    os.rename(path, path + ".kept")
    with open(path, "w") as file:
        file.write("closed\n")
    os.chmod(path, 0o600)


def a_link(path):
    os.rename(path, path + ".kept")
    os.symlink(path + ".kept", path)


def put_back(path):
    os.rename(path + ".kept", path)


@case(root=True, log=True)
def a_seal_key_that_cannot_be_read_is_one_line_for_a_sign_in(stage):
    services, key, name = stage.path("outage.services"), stage.path("seal.key"), stage.person()
    module = os.path.join(stage.build, "pam_liberations.so")
    for listens in (True, False):
        listener = Listener(stage, "outage").wait_ready() if listens else None
        where = listener.agent if listens else stage.path("nowhere.sock")
        service.write(services, "outage", module, "config=" + stage.config, "socket=" + where, "agent=" + stage.agent)
        try:
            for spoil, words in ((no_key, ("not found", "from its backup", INITIALISE)), (no_right, ("may not read it", INITIALISE)),
                                 (a_link, ("symbolic link",))):
                spoil(key)
                try:
                    lines = lines_of(stage, services, name, listens)
                finally:
                    put_back(key)
                expect(len(lines) == 1 and all(word in lines[0] for word in (key, *words)), listens, spoil.__name__, lines)
            stage.fresh_code(name)
            code = service.sign_in(stage, services, "outage", name, [PASSWORD, code_of()])
            expect(code == SUCCESS, "the key is back, and the answer is", code)
        finally:
            if listener:
                listener.stop()
