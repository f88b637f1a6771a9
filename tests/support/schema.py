"""What a verb prints with --json, judged line by line by its schema in packaging/schema, where python3-jsonschema is installed."""
import functools
import json
import os

from harness import expect

try:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match
except ImportError:
    Draft202012Validator = None

SCHEMAS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "packaging", "schema")


def path_of(verb):
    return os.path.join(SCHEMAS, verb + ".json")


@functools.lru_cache(maxsize=None)
def read(verb):
    with open(path_of(verb), encoding="utf-8") as file:
        return json.load(file)


@functools.lru_cache(maxsize=None)
def judge_of(verb):
    Draft202012Validator.check_schema(read(verb))
    return Draft202012Validator(read(verb))


def judge(words, out):
    """`out`: what `liberations WORDS` wrote to standard output. A monitor that is refused gets a line for people."""
    if Draft202012Validator is None or "--json" not in words[1:] or "--help" in words or not out:
        return
    expect(os.path.exists(path_of(words[0])), f"{words[0]} --json has no packaging/schema/{words[0]}.json")
    for line in out.splitlines():
        if words[0] == "status" and line.startswith("LIBERATIONS UNKNOWN: "):
            continue
        fault = best_match(judge_of(words[0]).iter_errors(json.loads(line)))
        expect(fault is None, f"{words} against its schema: {fault and fault.message}: {line}")
