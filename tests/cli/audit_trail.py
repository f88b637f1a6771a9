"""What the command hands to the kernel for its audit trail: read from the system calls of the process that sends it."""
import os
import re
import shutil
import subprocess

from harness import Skip, need
from world import BUILD

# As libaudit numbers the kinds, and what each verb leaves; what is not named here leaves USER_MGMT.
NAMES = {1102: "USER_MGMT", 1108: "USER_CHAUTHTOK", 1111: "USYS_CONFIG", 1114: "ADD_USER", 1115: "DEL_USER", 1135: "ACCT_LOCK",
         1136: "ACCT_UNLOCK"}
KINDS = {"enroll": "ADD_USER", "invite": "ADD_USER", "restore": "ADD_USER", "remove": "DEL_USER", "passwd": "USER_CHAUTHTOK",
         "reset-token": "USER_CHAUTHTOK", "recovery-codes": "USER_CHAUTHTOK", "disable": "ACCT_LOCK", "enable": "ACCT_UNLOCK"}
SENT = re.compile(r'.*?sendto\(\d+, \[?\{nlmsg_len=\d+, nlmsg_type=(\w+).*?, "((?:\\x[0-9a-f]{2})+)"')
RECORD = re.compile(r'op=liberations:([a-z-]+) (acct|service)=("[!#-~]+"|[0-9A-F]+) exe="(\S+)" hostname=\? addr=\? terminal=(\S+) res=(success|failed)\0+')


def built_with_libaudit():
    linked = subprocess.run(["readelf", "-d", os.path.join(BUILD, "liberations")], capture_output=True, text=True, check=False)
    return "libaudit" in linked.stdout


def need_audit():
    need("strace", "readelf")
    if not built_with_libaudit():
        raise Skip("the command was built without libaudit")


def can_be_traced():
    return bool(shutil.which("strace") and shutil.which("readelf")) and built_with_libaudit()


def tracing(path, *more, setuid=False):
    """What stands before a command so that records() finds in `path` what it handed over. `setuid`: of sudo too, but slowly."""
    return ("strace", "-f", *(() if setuid else ("--seccomp-bpf",)), "-qq", "-X", "raw", "-xx", "-s", "1024", "-e", "trace=sendto,socket", *more, "-o", path)


def account(text):
    return text[1:-1] if text[0] == '"' else bytes.fromhex(text).decode()


def records(path):
    """The records as tuples (kind, verb, account, how it ended)."""
    found = []
    with open(path, encoding="ascii", errors="replace") as file:
        for line in file:
            sent = SENT.match(line)
            text = bytes.fromhex(sent[2].replace(r"\x", "")).decode() if sent else ""
            if not sent or text.startswith(("op=PAM:", "cwd=")):  # sudo's
                continue
            record = RECORD.fullmatch(text)
            if not record:
                raise AssertionError("not the form of a record: " + text)
            kind = NAMES[int(sent[1], 0)]
            if (record[2] == "service") != (kind == "USYS_CONFIG"):
                raise AssertionError("a record of another kind: " + text)
            found.append((kind, record[1], account(record[3]), record[6]))
    return found


def of_lines(lines, renewed=False):
    """The records that belong to lines of the desk; what was so already leaves none."""
    return [("USER_CHAUTHTOK" if renewed else KINDS.get(line[0], "USER_MGMT"), line[0],
             "?" if line[1] == "-" or "?" in line[1] else line[1], "success" if line[2] == "done" else "failed")
            for line in lines if line[2] != "unchanged"]
