"""What an agent does before its first byte: counted, since a measured time would depend on the machine."""
import re

from harness import Skip, case, expect

LIBRARIES = 9  # libc among them; each costs about ten system calls and ten page faults
CALLS = 190  # of its own, once they are loaded; 64 of them reset the signals
FIRST_OWN, FIRST_BYTE = "umask(", "recvfrom(3,"


def first(lines, beginning):
    return next((at for at, line in enumerate(lines) if line.startswith(beginning)), None)


@case("strace")
def start_calls(stage):
    if stage.is_instrumented():
        raise Skip("the agent is built with a sanitizer or counters, which have calls of their own")
    log = stage.path("start.strace")
    link, process = stage.start_agent()  # the first one of a store makes its files for locks and turns, with ten calls more
    link.close()
    process.wait(timeout=600)
    link, process = stage.start_agent(under=["strace", "-qq", "-o", log])
    link.close()  # the agent reads the end and leaves
    process.wait(timeout=600)
    with open(log) as file:
        lines = file.read().splitlines()
    begun, read = first(lines, FIRST_OWN), first(lines, FIRST_BYTE)
    if begun is None or read is None:
        raise Skip("strace may not trace here")
    loaded = {found.group(1) for found in (re.match(r'openat\(AT_FDCWD, "([^"]*\.so[.0-9]*)".*= \d', line)
                                           for line in lines[:begun]) if found}
    expect(0 < len(loaded) <= LIBRARIES, len(loaded), "libraries:", sorted(loaded))
    expect(read - begun <= CALLS, read - begun, "system calls of its own before the first byte, not", CALLS)
