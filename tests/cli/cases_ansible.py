"""The role in packaging/ansible, with Ansible itself: what it changes, and that it changes nothing the second time."""
import os
import re
import subprocess
import tempfile

from cases_protect import DEBIAN, KEPT, furnish
from cases_protect_twice import over
from harness import Skip, add_case, expect, need, same
from house import House

ROLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "packaging", "ansible")
PLAY = """- hosts: localhost
  connection: local
  gather_facts: false
  vars: {ansible_python_interpreter: /usr/bin/python3}
  roles:
    - role: liberations
      liberations_ssh_service: ssh
      liberations_options: ["--force"]
      %s
  tasks: %s
"""
PROTECT, UNPROTECT = "liberations_protect: [sshd, su]", "liberations_unprotect: [sshd, su]"
SU = "liberations_protect: [su]"
LONG = os.environ.get("LBR_SOAK") == "1"  # a play costs seconds: `make soak` runs them all
KILL = "[ansible.builtin.shell: kill -9 $(cat /run/pid)]"


def play(house, settings, *words, last="[]", failed=0):
    """How many tasks changed something, and everything that was said. `failed`: how many failed; None: it was killed."""
    house.write("/run/play.yml", PLAY % (settings.replace("\n", "\n      "), last))
    said = house.sh('cd /run && echo $$ > pid && export ANSIBLE_ROLES_PATH="$1" ANSIBLE_NOCOLOR=1 ANSIBLE_LOCAL_TEMP=/run/a '
                    'ANSIBLE_REMOTE_TEMP=/run/a ANSIBLE_PIPELINING=1; shift; exec 2>&1; exec ansible-playbook -i localhost, -v play.yml "$@"',
                    os.path.abspath(ROLES), *words, code={0: 0, 1: 2, None: -9}[failed])
    if failed is None:
        return 0, said
    expect(f" failed={failed} " in said, said)
    return int(re.search(r"changed=(\d+)", said).group(1)), said


def need_soak():
    if not LONG:
        raise Skip("make soak runs it: it takes long")


def stands(house, protected):
    """Both services are protected, or as they were."""
    for service in ("sshd", "su"):
        same("pam_liberations.so" in house.read("/etc/pam.d/" + service), protected, service)
        if not protected:
            same(house.read("/etc/pam.d/" + service), DEBIAN[service])


def waits(house):
    """The services that are taken back unless somebody confirms them."""
    return [one for one in ("sshd", "su") if house.exists(f"{KEPT}/{one}.until")]


def the_role():
    need("ansible-playbook", "service")
    with House() as house:
        furnish(house, DEBIAN)
        changed, said = play(house, PROTECT, "--check", "--diff")
        stands(house, False)
        expect(changed > 0 and "+auth [success=" in said and "+++ /etc/pam.d/su" in said, said)
        if LONG:
            same(play(house, PROTECT, "--tags", "install,unprotect")[0], 0)
            stands(house, False)
        changed, said = play(house, PROTECT, "--tags", "protect")
        stands(house, True)
        same((changed > 0, waits(house)), (True, []), said)
        if os.path.exists("/usr/sbin/sshd"):
            expect("RUNNING HANDLER [liberations : Reload sshd]" in said, "sshd was not told:", said)
        changed, said = play(house, PROTECT)
        same((changed, "RUNNING HANDLER" in said), (0, False), said)
        if LONG:
            changed, said = play(house, PROTECT, "--check", "--diff")
            same((changed, "+++" in said), (0, False), said)
        play(house, UNPROTECT, "--tags", "unprotect")
        stands(house, False)
        if LONG:
            same(play(house, UNPROTECT)[0], 0)


def a_play_that_fails():
    """A later task, the check, one of the services, and the end of Ansible itself."""
    need("ansible-playbook", "service")
    need_soak()
    with House() as house:
        furnish(house, DEBIAN)
        play(house, PROTECT, last=KILL, failed=None)
        stands(house, True)
        same(waits(house), ["sshd", "su"])
        for service in ("sshd", "su"):
            over(house, service)
        same(house.run("protect", "--expire-due").code, 0)
        stands(house, False)
        said = play(house, SU + '\nliberations_check: ["false"]', failed=1)[1]
        stands(house, False)
        expect("liberations_check failed: false" in said, said)
        if not LONG:
            return
        said = play(house, "liberations_protect: [su, nonsuch]", failed=1)[1]
        stands(house, False)
        expect("nonsuch: no file in /etc/pam.d" in said, said)
        play(house, SU, last="[ansible.builtin.command: 'false']", failed=1)
        same(waits(house), ["su"])
        changed, said = play(house, SU)
        same((changed > 0, waits(house), "pam_liberations.so" in house.read("/etc/pam.d/su")), (True, [], True), said)


def a_role_in_check_mode_alone():
    """check_mode of a role or play is no option of the command line, and changes as little."""
    need("ansible-playbook", "service")
    need_soak()
    with House() as house:
        furnish(house, DEBIAN)
        play(house, PROTECT + "\ncheck_mode: true")
        stands(house, False)
        play(house, PROTECT)
        play(house, UNPROTECT + "\ncheck_mode: true")
        stands(house, True)


def what_its_authors_check():
    need("ansible-lint")
    need_soak()
    with tempfile.TemporaryDirectory(prefix="liberations-ansible.") as home:
        done = subprocess.run(["ansible-lint", "--offline", "--nocolor", "-q", "liberations"], cwd=ROLES, capture_output=True, text=True,
                              timeout=300, check=False, env={"PATH": os.environ["PATH"], "HOME": home, "LC_ALL": "C.UTF-8"})
    same((done.returncode, done.stdout), (0, ""), done.stderr)


def add_cases():
    add_case("protect_by_ansible", the_role)
    add_case("protect_by_a_play_that_fails", a_play_that_fails)
    add_case("protect_by_a_role_in_check_mode_alone", a_role_in_check_mode_alone)
    add_case("protect_by_a_role_that_ansible_lint_finds_clean", what_its_authors_check)
