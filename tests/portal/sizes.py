"""How much a case does: little in `make check`; with LBR_SOAK=1 as much as the threat asks for, with a line in results/soak.txt if
GOLDEN=write."""
import os

SOAK = os.environ.get("LBR_SOAK") == "1"
RESULTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "results", "soak.txt")


def size(little, much):
    return much if SOAK else little


def note(line):
    """What a soak found: one line, in place of the one that began with the same words up to the colon."""
    if not (SOAK and os.environ.get("GOLDEN") == "write"):
        return
    kept = []
    if os.path.exists(RESULTS):
        with open(RESULTS, encoding="utf-8") as file:
            kept = [old for old in file.read().splitlines() if old.partition(":")[0] != line.partition(":")[0]]
    with open(RESULTS, "w", encoding="utf-8") as file:
        file.write("\n".join([*kept, line]) + "\n")
