"""The power is cut: what had reached the disk is all that is left. A sign-in that was lost with it begins again; an end that was
told stays one."""
import os
import shutil

from cases_account import signed_in
from cases_operation import as_root
from harness import Skip, case, same
from keeper import OWNER
from world import Browser, World


class Disk(World):
    """A portal whose table stands on a file system of its own, in a mount name space of its own."""

    def prepare(self):
        super().prepare()
        if not os.path.exists("/dev/loop-control"):
            raise Skip("no loop devices")
        self.image = self.directory + "/disk"
        with open(self.image, "wb") as file:
            file.truncate(8 << 20)
        self.run("mkfs.ext4", "-q", "-E", f"root_owner={OWNER}:{OWNER}", self.image)

    def start(self, under=()):
        # commit: what nobody has asked to be written stays in memory for as long as the test lasts.
        script = 'mount -o loop,commit=300 "$1" "$2" && chmod 0700 "$2" && shift 2 && exec "$@"'
        super().start([*under, "unshare", "-m", "--propagation", "private", "sh", "-c", script, "sh", self.image, self.directory + "/state"])

    def cut(self):
        shutil.copyfile(self.image, self.image + ".left")
        self.keeper.kill()
        self.keeper.wait()
        os.replace(self.image + ".left", self.image)
        self.start()


@case("mkfs.ext4", "unshare")
@as_root
def portal_p32_a_power_cut_after_an_answer_takes_nothing_back():
    with Disk() as world:
        alice, bob = world.person(), world.person()
        stays, leaves = signed_in(world, alice), signed_in(world, bob)
        stolen = Browser(world, cookies=leaves.cookies)
        leaves.get("sign-out")
        same(leaves.post("sign-out").path, "/liberations/signed-out")
        world.cut()
        same([world.gate(one)[0] for one in (stays, stolen)], [200, 401], "a sign-out that was told is one:")
        world.fresh_code(alice)
        last = signed_in(world, alice)
        last.get("account")
        same(last.post("sign-out-others").path, "/liberations/account")
        world.cut()
        same([world.gate(one)[0] for one in (stays, last)], [401, 200], "and so are the other sessions:")
