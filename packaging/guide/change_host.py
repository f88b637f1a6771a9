"""A program like passwd(1), for a service file that is not in /etc/pam.d: change_host.py CONFDIR SERVICE USER.

Its conversation is libpam's own for terminals, which passwd has as well.
"""
import ctypes
import os
import sys

PAM_TTY = 3


class Conversation(ctypes.Structure):
    _fields_ = [("conv", ctypes.c_void_p), ("appdata", ctypes.c_void_p)]


def main():
    confdir, service, user = (os.fsencode(word) for word in sys.argv[1:4])
    pam, misc = ctypes.CDLL("libpam.so.0"), ctypes.CDLL("libpam_misc.so.0")
    conversation = Conversation(ctypes.cast(misc.misc_conv, ctypes.c_void_p), None)
    handle = ctypes.c_void_p()
    code = pam.pam_start_confdir(service, user, ctypes.byref(conversation), confdir, ctypes.byref(handle))
    if code == 0:
        code = pam.pam_set_item(handle, PAM_TTY, os.fsencode(os.ttyname(0)))
    if code == 0:
        code = pam.pam_chauthtok(handle, 0)
    if handle:
        pam.pam_end(handle, code)
    return 0 if code == 0 else 1


sys.exit(main())
