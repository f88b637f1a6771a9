"""Where a return path must not lead: redirects.txt."""
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))


def tries():
    """The bytes of each."""
    with open(os.path.join(HERE, "redirects.txt"), encoding="ascii") as file:
        lines = [line.rstrip("\n") for line in file if not line.startswith("#")]
    return [re.sub(rb"\\(\\|x([0-9a-f]{2}))", lambda found: bytes([int(found[2], 16)]) if found[2] else b"\\", line.encode()) for line in lines]
