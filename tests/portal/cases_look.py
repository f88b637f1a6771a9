"""What is a site's own: its logo and its style sheet."""
import os
import subprocess

import keeper
from harness import case, expect, same
from keeper import Portal

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 800
SVG = '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>\n'.encode()
CSS = "body { color: #123 } /* é */\n".encode()


class Site(Portal):
    def __init__(self, logo=None, style=None):
        self.files = {"logo": logo, "style": style}
        super().__init__()

    def prepare(self):
        for name, content in self.files.items():
            if content is not None:
                with open(f"{self.directory}/{name}.file", "wb") as file:
                    file.write(content)
                self.write("portal.conf", self.text("portal.conf") + f"{name} = {self.directory}/{name}.file\n", 0o644)

    def send(self, name, raw):
        """Bytes, where the others have text."""
        if b"/logo " not in raw:
            return super().send(name, raw)
        with keeper.socket.socket(keeper.socket.AF_UNIX) as client:
            client.settimeout(15)
            client.connect(f"{self.directory}/{name}.sock")
            client.sendall(raw)
            found = b""
            while piece := client.recv(65536):
                found += piece
        head, _, body = found.partition(b"\r\n\r\n")
        return int(head.split(b" ", 2)[1]), head.decode("latin-1"), body


@case()
def a_logo_and_a_style_sheet_are_served_as_what_they_are():
    for logo, kind in ((PNG, "image/png"), (SVG, "image/svg+xml")):
        with Site(logo, CSS) as portal:
            status, head, body = portal.ask("/liberations/logo")
            same((status, body), (200, logo))
            for wanted in (f"Content-Type: {kind}", "X-Content-Type-Options: nosniff", "Cache-Control: max-age=3600", "sandbox; ",
                           "default-src 'none'"):
                expect(wanted in head, wanted, head)
            expect("script-src" not in head and "no-store" not in head and "Set-Cookie" not in head, head)
            status, head, body = portal.ask("/liberations/site.css")
            same((status, body.encode()), (200, CSS))
            expect("Content-Type: text/css; charset=utf-8" in head and "nosniff" in head, head)
            page = portal.ask("/liberations/sign-in")[2]
            expect('<img src="/liberations/logo" alt=""/>' in page and 'href="/liberations/site.css"' in page, page)
            # Changed on the disk, it stays as it was read.
            with open(portal.directory + "/logo.file", "wb") as file:
                file.write(b"<html>")
            same(portal.ask("/liberations/logo")[2], logo)


@case()
def a_site_without_them_has_none():
    with Portal() as portal:
        same((portal.ask("/liberations/logo")[0], portal.ask("/liberations/site.css")[0]), (404, 404))
        page = portal.ask("/liberations/sign-in")[2]
        expect("/logo" not in page and "site.css" not in page, page)


@case()
def what_is_no_logo_or_style_sheet_stops_the_start():
    with Site(PNG, CSS) as portal:
        portal.stop()
        for name, content, wanted in (("logo", b"<html><svg/></html>", "neither a PNG nor an SVG"), ("logo", b"", "neither a PNG nor an SVG"),
                                      ("logo", SVG + b"\xff", "neither a PNG"), ("logo", SVG + b"\0", "neither a PNG"),
                                      ("logo", PNG + bytes(256 * 1024), "larger than 256 KiB"), ("style", b"\xff", "not a text in UTF-8"),
                                      ("style", b"a\0b", "not a text"), ("logo", None, "logo.file"), ("logo", "fifo", "regular")):
            path = f"{portal.directory}/{name}.file"
            os.unlink(path)
            if content == "fifo":
                os.mkfifo(path)
            elif content is not None:
                with open(path, "wb") as file:
                    file.write(content)
            done = subprocess.run([keeper.PROGRAM, "--config", portal.directory + "/portal.conf", "--readers",
                                   os.path.dirname(keeper.PROGRAM)], capture_output=True, text=True, check=False, timeout=20)
            same(done.returncode, 1, wanted)
            expect(wanted in done.stderr and name + ".file" in done.stderr, done.stderr)
            if os.path.lexists(path):
                os.unlink(path)
            with open(path, "wb") as file:
                file.write(PNG if name == "logo" else CSS)
        portal.start()
