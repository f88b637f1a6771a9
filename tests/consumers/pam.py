"""libpam from Python: one handle, and a conversation that an application holds in its own manner."""
import ctypes

ECHO_OFF, ECHO_ON, ERROR_MSG, TEXT_INFO = 1, 2, 3, 4
SUCCESS, PERM_DENIED, AUTH_ERR, AUTHINFO_UNAVAIL, USER_UNKNOWN, MAXTRIES = 0, 6, 7, 9, 10, 11
NEW_AUTHTOK_REQD, ACCT_EXPIRED, CONV_ERR, AUTHTOK_ERR, TRY_AGAIN, ABORT = 12, 13, 19, 20, 24, 26
NAMES = {value: name for name, value in dict(globals()).items() if name.isupper() and isinstance(value, int)
         and name not in ("ECHO_OFF", "ECHO_ON", "ERROR_MSG", "TEXT_INFO")}
SILENT, CHANGE_EXPIRED = 0x8000, 0x20


class Broken(Exception):
    """The application breaks the conversation off, with this code."""
    def __init__(self, code=CONV_ERR):
        super().__init__(code)
        self.code = code


class Message(ctypes.Structure):
    _fields_ = [("style", ctypes.c_int), ("text", ctypes.c_char_p)]


class Response(ctypes.Structure):
    _fields_ = [("text", ctypes.c_void_p), ("code", ctypes.c_int)]


CONVERSE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.POINTER(ctypes.POINTER(Message)),
                            ctypes.POINTER(ctypes.POINTER(Response)), ctypes.c_void_p)


class Conversation(ctypes.Structure):
    _fields_ = [("call", CONVERSE), ("data", ctypes.c_void_p)]


LIBC = ctypes.CDLL(None)
LIBC.calloc.restype = LIBC.strdup.restype = ctypes.c_void_p
LIBC.calloc.argtypes = [ctypes.c_size_t, ctypes.c_size_t]
LIBC.strdup.argtypes = [ctypes.c_char_p]
LIBPAM = ctypes.CDLL("libpam.so.0")
for _name, _types in [("pam_start_confdir", [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_char_p,
                                             ctypes.POINTER(ctypes.c_void_p)])] + \
                     [("pam_" + word, [ctypes.c_void_p, ctypes.c_int])
                      for word in ("authenticate", "acct_mgmt", "chauthtok", "setcred", "end")]:
    getattr(LIBPAM, _name).argtypes = _types


class Handle:
    """`converse(style, text)` returns an answer, None for a response without one, or NOTHING for no response at all."""
    NOTHING = object()

    def __init__(self, services, service, user, converse):
        self.trouble = None
        self.pamh = ctypes.c_void_p()
        self.conversation = Conversation(CONVERSE(lambda *words: self.answer(converse, *words)), None)
        code = LIBPAM.pam_start_confdir(service.encode(), user.encode() if user is not None else None,
                                        ctypes.byref(self.conversation), services.encode(), ctypes.byref(self.pamh))
        if code != SUCCESS:
            raise RuntimeError("pam_start_confdir %s: %d" % (service, code))

    def answer(self, converse, count, messages, ret, _data):
        try:
            if count != 1:
                raise RuntimeError("%d messages in one call" % count)
            message = messages[0].contents
            answer = converse(message.style, message.text.decode("utf-8", "strict"))
        except Broken as broken:
            return broken.code
        except BaseException as trouble:  # it may not cross libpam
            self.trouble = self.trouble or trouble
            return ABORT
        if answer is not Handle.NOTHING:
            place = LIBC.calloc(1, ctypes.sizeof(Response))
            response = ctypes.cast(place, ctypes.POINTER(Response))
            response.contents.text = LIBC.strdup(answer.encode()) if answer is not None else None
            ret[0] = response
        return SUCCESS

    def call(self, name, flags=0):
        code = getattr(LIBPAM, "pam_" + name)(self.pamh, flags)
        if self.trouble:
            raise self.trouble
        return code

    def end(self):
        LIBPAM.pam_end(self.pamh, SUCCESS)
