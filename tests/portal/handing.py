"""Programs that are started with descriptors from 3 on, as a supervisor hands them over."""
import os
import subprocess


def start_with(command, given, **options):
    """Starts a command with these descriptors as 3, 4 and so on. They go by way of higher ones, and the pipe by which Python hears
    that the program was started must not be one of them either."""
    high = [os.dup2(fd, 200 + at, inheritable=False) for at, fd in enumerate(given)]
    low = [os.open(os.devnull, os.O_RDONLY)]
    while low[-1] < 3 + len(high):
        low.append(os.open(os.devnull, os.O_RDONLY))

    def arrange():
        for at, fd in enumerate(high):
            os.dup2(fd, 3 + at)

    try:
        return subprocess.Popen(command, preexec_fn=arrange, close_fds=False, stdin=subprocess.DEVNULL, **options)
    finally:
        for fd in high + low:
            os.close(fd)
