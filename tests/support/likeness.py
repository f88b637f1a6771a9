"""Whether times tell two kinds apart: how often one of the first is longer than one of the second, 0.5 if nothing tells.

Times are compared within a block only, whose members were measured at once and share whatever load there was.
"""
import random
import statistics

SLOT_S = 0.25  # refusals leave on this grid
BOUND = 0.01  # 0.49 to 0.51
SURELY = 2.58  # 99 %


def shuffled(numbers):
    return random.sample(numbers, len(numbers))


def auc(one, other):
    """How often the first takes longer than the second; half of the ties."""
    return sum((a > b) + 0.5 * (a == b) for a in one for b in other) / (len(one) * len(other))


def slot(took_s):
    return int(took_s / SLOT_S)


def compare(blocks, known, nobody, measured=lambda took: took):
    """Over blocks of times by kind: the mean, and its standard error."""
    def taken(block, kinds):
        return [measured(took) for kind in kinds for took in block.get(kind, ())]
    pairs = [(taken(block, known), taken(block, nobody)) for block in blocks]
    each = [auc(one, other) for one, other in pairs if one and other]
    return statistics.mean(each), statistics.stdev(each) / len(each) ** 0.5


def counts(blocks, kinds):
    """How many were measured, and the share that came in the first slot that a refusal can come in."""
    took = [took for block in blocks for kind in kinds for took in block.get(kind, ())]
    return len(took), sum(slot(one) < 2 for one in took) / len(took)


HEAD = "at once, kind, kind, tries of each, AUC of the times, AUC of the slots, in the first slot"


def lines_of(size, blocks, known, nobody):
    """For each pair of kinds, and for each of the known against all others: a line for the result, and whether it lies surely
    outside the bound. Pairs are not judged: of many, one is off by chance, and each has few blocks."""
    pairs = [((one,), others) for one in known for others in [(other,) for other in nobody] + [nobody]]
    for ones, others in pairs:
        (mean, error), (first, share) = compare(blocks, ones, others), counts(blocks, ones)
        (slots, slots_error), (second, other_share) = compare(blocks, ones, others, slot), counts(blocks, others)
        line = "%-3d %-23s %-20s %5d %5d  %.3f +- %.3f  %.3f +- %.3f  %3.0f %% %3.0f %%" % (
            size, ones[0], others[0] if len(others) == 1 else "all", first, second, mean, error,
            slots, slots_error, 100 * share, 100 * other_share)
        yield line, others == nobody and abs(mean - 0.5) - BOUND > SURELY * error
