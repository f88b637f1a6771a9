"""Wrong sign-ins, as many as the machine gives, while one person signs in and another one works."""
import itertools
import os
import threading
import time

import sizes
from harness import case, expect, same
from world import PASSWORD, Browser, World, code_of, wrong_code

STRANGERS = sizes.size(16, 200)
PATIENCE_S = 600


class Crowd:
    """Strangers who type wrong passwords, each one form after the other. `answers`: how often each status came."""

    def __init__(self, world):
        self.world, self.ended, self.names = world, threading.Event(), itertools.count()
        self.answers, self.lock = {}, threading.Lock()
        self.threads = [threading.Thread(target=self.be_wrong, daemon=True) for _ in range(STRANGERS)]

    def be_wrong(self):
        browser = Browser(self.world)
        while not self.ended.is_set():
            status = browser.get().status
            if status == 200:
                status = browser.post("sign-in", user=f"nobody-{next(self.names)}", password="wrong one", token=wrong_code()).status
            with self.lock:
                self.answers[status] = self.answers.get(status, 0) + 1

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        for thread in self.threads:
            thread.join(60)


def come_in(world, name):
    """How long a sign-in took, and how often it was told to come again."""
    browser, begun, again = Browser(world), time.monotonic(), 0
    while True:
        expect(time.monotonic() - begun < PATIENCE_S, f"{name} is kept out; told to come again {again} times")
        if browser.get().status == 200:
            answer = browser.post("sign-in", user=name, password=PASSWORD, token=code_of())
            if answer.status == 303:
                same(answer.path, "/")
                return browser, time.monotonic() - begun, again
        again += 1
        time.sleep(0.2)


def spread(took):
    took = sorted(took)
    return f"half within {1000 * took[len(took) // 2]:.1f} ms, the longest {1000 * took[-1]:.0f} ms"


@case()
def portal_p27_wrong_sign_ins_without_end_keep_nobody_out_and_disturb_nobody():
    people, waits, sign_ins, told = sizes.size(2, 40), [], [], 0
    with World() as world:
        names = [world.person() for _ in range(people + 1)]
        worker, _, _ = come_in(world, names[0])
        with Crowd(world) as crowd:
            begun = time.monotonic()
            while not crowd.answers and time.monotonic() - begun < PATIENCE_S:
                time.sleep(0.01)
            for name in names[1:]:
                asked = time.monotonic()
                same(world.gate(worker), (200, names[0]))
                waits.append(time.monotonic() - asked)
                browser, took, again = come_in(world, name)
                same(world.gate(browser), (200, name))
                sign_ins.append(took)
                told += again
            lasted = time.monotonic() - begun
        same(set(crowd.answers) - {303, 503}, set(), crowd.answers)
        expect(crowd.answers.get(303, 0) > 0, "no wrong sign-in was judged:", crowd.answers)
    same(len(waits), people)
    sizes.note(f"P-27: {STRANGERS} strangers on {os.cpu_count()} processors under a load of {os.getloadavg()[0]:.0f}: {crowd.answers.get(303, 0) / lasted:.0f} wrong sign-ins a second were judged and "
               f"{crowd.answers.get(503, 0) / lasted:.0f} told to come again, for {lasted:.0f} s; {people} right ones meanwhile: "
               f"{spread(sign_ins)}, told to come again {told} times; somebody at work asked the gate {len(waits)} times: {spread(waits)}")
