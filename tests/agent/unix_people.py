"""People whom the system knows, for as long as one test: root's module tells whose a name is."""
import subprocess


class UnixPeople:
    """Stands behind /etc/passwd, in the stage's own mount namespace, until it is closed."""
    def __init__(self, stage):
        self.path = stage.path("passwd")
        with open("/etc/passwd", encoding="utf-8") as file:
            self.others = file.read()
        self.put({})
        stage.run("mount", "--bind", self.path, "/etc/passwd")

    def put(self, uids):
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(self.others + "".join("%s:x:%d:100::/:/bin/sh\n" % pair for pair in uids.items()))

    def close(self):
        subprocess.run(["umount", "/etc/passwd"], check=True)
