"""Counts the cases, and says what failed."""


class Skip(Exception):
    """This cannot be tried here."""


class Tally:
    def __init__(self, only):
        self.only, self.passed, self.failed, self.skipped = only, 0, 0, 0

    def case(self, function, *arguments, language=""):
        name = function.__name__ + (f".{language}" if language else "")
        if self.only and function.__name__ not in self.only:
            return
        try:
            function(*arguments, *([language] if language else []))
        except Skip as why:
            self.skipped += 1
            print(f"skipped: {name}: {why}")
        except Exception as fault:  # a case that breaks has failed, whatever it broke on
            self.failed += 1
            print(f"FAILED: {name}: {type(fault).__name__}: {fault}")
        else:
            self.passed += 1

    def close(self):
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped")
        return 1 if self.failed else 0


def same(got, wanted, what=""):
    if got != wanted:
        raise AssertionError(f"{what} got {got!r}, wanted {wanted!r}")


def holds(fact, what):
    if not fact:
        raise AssertionError(what)
