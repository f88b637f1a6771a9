"""What the namespaces of namespace.py still lack: a /tmp of our own, a loopback that is up, a tunnel device."""
import fcntl
import os
import socket
import stat
import struct
import subprocess

SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
TUNSETIFF, IFF_TUN = 0x400454ca, 1
TUN = (10, 200)


def mount(*words):
    subprocess.run(["mount"] + list(words), check=True)


def own_tmp(place, *kept):
    """An empty /tmp, but for the directories right under it in which the paths in `kept` lie: X servers leave sockets and
    locks there. It is put together at `place`."""
    mount("-t", "tmpfs", "-o", "mode=1777,size=64m", "tmpfs", place)
    everything = [path for word in kept for path in (word, os.path.realpath(word))]
    for name in sorted({path.split("/")[2] for path in everything if path.startswith("/tmp/")}):
        outside, inside = os.path.join("/tmp", name), os.path.join(place, name)
        if os.path.islink(outside):
            os.symlink(os.readlink(outside), inside)
            continue
        os.mkdir(inside)
        mount("--rbind", outside, inside)
    mount("--move", place, "/tmp")


def own_network():
    """Whether the network is ours, as the loopback that nobody has started yet tells. It is started then."""
    with socket.socket() as any_socket:
        request = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(any_socket, SIOCGIFFLAGS, request))[1]
        if flags & IFF_UP:
            return False
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | IFF_UP))
    return True


def tunnel_device(path):
    """Makes the device, and leaves it only if the kernel makes tunnels here."""
    os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(*TUN))
    try:
        with open(path, "r+b", buffering=0) as device:
            fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH14x", b"tun%d", IFF_TUN | 0x1000))
    except OSError:
        os.unlink(path)
