"""The role in packaging/ansible, with Ansible itself: what it changes, and that it changes nothing the second time."""
import os
import re

from cases_protect import DEBIAN, furnish
from harness import add_case, expect, need, same
from house import House

ROLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "packaging", "ansible")
PLAY = """- hosts: localhost
  connection: local
  gather_facts: false
  roles:
    - role: liberations
      liberations_ssh_service: ssh
      liberations_options: ["--force"]
      %s: [sshd, su]
"""


def play(house, variable, *words):
    """How many tasks changed something, and everything that was said."""
    house.write("/run/play.yml", PLAY % variable)
    said = house.sh('cd /run && ANSIBLE_ROLES_PATH="$1" ANSIBLE_NOCOLOR=1 ansible-playbook -i localhost, -v play.yml $2',
                    os.path.abspath(ROLES), *(words or ("",)))
    expect(" failed=0 " in said, said)
    return int(re.search(r"changed=(\d+)", said).group(1)), said


def the_role():
    need("ansible-playbook", "service")
    with House() as house:
        furnish(house, DEBIAN)
        changed, said = play(house, "liberations_protect", "--check")
        same((changed > 0, house.read("/etc/pam.d/sshd"), house.read("/etc/pam.d/su")), (True, DEBIAN["sshd"], DEBIAN["su"]), said)
        changed, said = play(house, "liberations_protect")
        same((changed > 0, "pam_liberations.so" in house.read("/etc/pam.d/su")), (True, True), said)
        if os.path.exists("/usr/sbin/sshd"):
            expect("RUNNING HANDLER" in said, "sshd was not told:", said)
        changed, said = play(house, "liberations_protect")
        same((changed, "RUNNING HANDLER" in said), (0, False), said)
        same(play(house, "liberations_protect", "--check")[0], 0)
        play(house, "liberations_unprotect")
        same((house.read("/etc/pam.d/sshd"), house.read("/etc/pam.d/su")), (DEBIAN["sshd"], DEBIAN["su"]))
        same(play(house, "liberations_unprotect")[0], 0)


def add_cases():
    add_case("protect_by_ansible", the_role)
