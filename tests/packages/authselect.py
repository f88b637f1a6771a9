"""What authselect makes of a profile's file: authselect-profiles(5), read strictly. A template that it would not take is a ValueError."""
import re

FEATURE = re.compile(r'"([a-z0-9-]+)"|\b(and|or|not)\b|([()])|\s+')
LINE = re.compile(r"\s*\{(include|exclude|continue|stop|imply) if ([^{}:|]+)\}\s*$")
INLINE = re.compile(r'\{if ([^{}:|]+):([^{}|]*)(?:\|([^{}|]*))?\}')


def holds(expression, chosen):
    words, at = [], 0
    while at < len(expression):
        one = FEATURE.match(expression, at)
        if not one:
            raise ValueError("not an expression: " + expression)
        at = one.end()
        if one[1]:
            words.append(str(one[1] in chosen))
        elif one[0].strip():
            words.append(one[0])
    return bool(eval(" ".join(words), {"__builtins__": {}}))  # pylint: disable=eval-used # True, False, and, or, not and brackets alone


def expand(text, chosen):
    made = []
    for line in text.splitlines():
        control = LINE.search(line)
        if control:
            line = line[:control.start()]
            held = holds(control[2], chosen)
            if control[1] in ("stop", "continue"):
                if held == (control[1] == "stop"):
                    break
                continue
            if held != (control[1] == "include"):
                continue
        line = INLINE.sub(lambda one: (one[2] if holds(one[1], chosen) else one[3] or ""), line)
        if "{" in line or "}" in line:
            raise ValueError("not of a template: " + line)
        made.append(line.rstrip())
    return "\n".join(made) + "\n"


def features(text):
    return set(re.findall(r'"([a-z0-9-]+)"', " ".join(re.findall(r"\{(?:[a-z]+ )?if [^{}]*\}", text))))
