"""The store that the services ask, its accounts, and the codes that a phone would show."""
import base64
import os
import subprocess
import time

from harness import Failure

OWNER = 64201
STEP_S = 30


class Account:
    """A person: what they know and carry."""
    def __init__(self, world, name, password, key):
        self.world, self.name, self.password, self.key = world, name, password, key

    def code(self, ahead=0):
        """The code of the present step, or of one that lies `ahead` steps away."""
        return self.world.code(self.key, ahead)


class World:
    EXPIRED = ("state=expired",)
    OLD_ENOUGH = ("age_days=10",)
    TEMPORARY = ("state=temporary",)
    DISABLED = ("state=disabled",)

    def __init__(self, stage):
        self.stage = stage
        self.config = stage.path("liberations.conf")
        self.secrets = set()
        os.environ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        self.state = stage.path("disk", "state")
        stage.write(self.config, "state = %s\nuser = %d\nseal-key = %s\nhash-cost = 1\n" % (self.state, OWNER, stage.path("seal.key")))
        self.cli("init", "--owner", str(OWNER))

    def cli(self, *words):
        return self.call([os.path.join(self.stage.lib, "liberations")] + list(words) + ["--config", self.config])

    def told(self, *words):
        """What the command says, whatever it ends with."""
        return subprocess.run([os.path.join(self.stage.lib, "liberations"), *words, "--config", self.config],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout

    def call(self, words):
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise Failure("%s: exit status %d: %s" % (" ".join(words), done.returncode, done.stdout))
        return done.stdout

    def secret(self, text):
        """Remembers what must never stand in a log."""
        self.secrets.add(text)
        return text

    def set(self, name, *fields):
        self.call([os.path.join(self.stage.lib, "lbr-world"), self.config, "set", name] + list(fields))

    def show(self, name):
        """What the store holds, as words."""
        text = self.call([os.path.join(self.stage.lib, "lbr-world"), self.config, "show", name])
        return dict(line.split("=", 1) for line in text.splitlines())

    def account(self, name, *fields, password=None):
        """An account with its own password and a confirmed token, unless the fields say otherwise."""
        password = self.secret(password or "Le cheval de %s court 7 fois" % name)
        key = os.urandom(20)
        self.secret(key.hex())
        self.secret(base64.b32encode(key).decode())
        self.set(name, "state=unknown")
        self.set(name, "password=" + password, "key=" + key.hex(), "uid=%d" % self.stage.uid(name), *fields)
        return Account(self, name, password, key.hex())

    def person(self, name, password, key):
        """Somebody who was enrolled by the command; the key in base32, as it was printed."""
        for text in (password, key):
            self.secret(text)
        return Account(self, name, password, base64.b32decode(key.replace(" ", "").upper()).hex())

    def forgive(self, name):
        """As if nobody had tried: no failures, no step accepted."""
        self.set(name, "failures=0", "last_step=0")

    def set_last_step(self, name, step):
        self.set(name, "last_step=%d" % step)

    def expire(self, name):
        self.set(name, *self.EXPIRED)

    def files(self):
        """Every file of the store."""
        return {os.path.join(room, name) for room, _, names in os.walk(self.state) for name in names}

    def fill(self):
        """Fills the disk of the store to the last byte; the name of the file to remove."""
        path = self.stage.path("disk", "filler")
        with open(path, "wb", buffering=0) as file:
            for size in (1 << 16, 4096, 512, 1):
                try:
                    while True:
                        file.write(b"\1" * size)
                except OSError:
                    continue
        return path

    def code(self, key, ahead=0):
        """Computed by oathtool, which knows nothing of us. An old code is given early enough in a step to be typed."""
        left_s = STEP_S - time.time() % STEP_S
        if ahead < 0 and left_s < 6:
            time.sleep(left_s + 0.05)
        moment = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(time.time() + ahead * STEP_S))
        words = ["oathtool", "--totp", "--digits=6", "--now", moment, key]
        done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True)
        return self.secret(done.stdout.strip())

    def step(self):
        return int(time.time()) // STEP_S
