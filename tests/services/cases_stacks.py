"""Every shipped pam.d file, found in its directory: whom its account lines stop. A file that is added is judged too."""
import os
import subprocess

from harness import case, expect
from cases_calendars import AGES, ENDED, aged, shipped_files

PAMELA = "/usr/lib/python3/dist-packages/pamela.py"
CHECK = """
import sys, pamela
try:
    pamela.check_account(sys.argv[2], service=sys.argv[1])
    print("open")
except pamela.PAMError as reason:
    print("shut:", reason)
"""
KINDS = ("auth", "account", "password", "session")
ACCOUNT_MANAGEMENT_IS_NEVER_CALLED = {"passwd", "screen", "swaylock", "vlock"}
STOPPED_BY_NOLOGIN = {"cockpit", "login", "samba", "sshd", "sshd-key", "sshd-outside", "sshd-staged"}


def stacks(stage):
    for name in shipped_files():
        kinds = {line.split()[0] for line in stage.example(name).splitlines() if line.split() and "pam_" in line}
        if kinds & set(KINDS):
            yield name, kinds


def is_open(stage, service, user):
    done = subprocess.run(["python3", "-c", CHECK, service, user], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          cwd="/")
    expect(done.stdout.startswith(("open", "shut")), service, "broke:", done.stdout)
    return done.stdout.startswith("open")


def install(stage, name, service):
    """As it is shipped, without what lets root pass: this asks as root."""
    stage.use_example(name, service)
    path = "/etc/pam.d/" + service
    stage.write(path, "".join(line for line in stage.read(path).splitlines(True) if "pam_rootok" not in line))


@case(PAMELA, "chage", "usermod")
def each_shipped_stack_is_deaf_to_the_unix_password_and_hears_of_leavers(stage):
    for name, kinds in stacks(stage):
        expect(("account" in kinds) == (name not in ACCOUNT_MANAGEMENT_IS_NEVER_CALLED), name, "has no account line, or one anew")
        if "account" not in kinds:
            continue
        service = "stack-" + name
        install(stage, name, service)
        stage.world.account("nadia")
        expect(is_open(stage, service, "nadia"), name, "is shut anyway")
        for what, words in AGES.items():
            with aged("nadia", words):
                expect(is_open(stage, service, "nadia"), name, "is shut by", what)
        subprocess.run(["usermod", "-L", "nadia"], check=True)
        opened = is_open(stage, service, "nadia")
        subprocess.run(["usermod", "-p", "*", "nadia"], check=True)
        expect(opened, name, "is shut by a locked Unix password")
        with aged("nadia", ENDED):
            expect(not is_open(stage, service, "nadia"), name, "is open to an ended Unix account")
        stage.write("/etc/nologin", "Down for repairs\\n")
        opened = is_open(stage, service, "nadia")
        os.unlink("/etc/nologin")
        expect(opened == (name not in STOPPED_BY_NOLOGIN), name, "and nologin:", opened)
        stage.world.set("nadia", *stage.world.DISABLED)
        expect(not is_open(stage, service, "nadia"), name, "is open to a disabled account")
        os.unlink("/etc/pam.d/" + service)
