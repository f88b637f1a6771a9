"""libpq, as a program in C uses it: a connection, its answers, its warnings, its cancel. Questions leave the other threads alone.

    link = libpq.Link("host=/run/postgresql dbname=postgres")
    link.ask("SELECT $1::int + 1", 2)       -> [("3",)]: every value as text, None for NULL
    link.row(...), link.value(...)          the only row, and its only value
    link.warnings                           [(severity, SQLSTATE, message)] of the last question

A bytes argument is a bytea. A question that fails raises Refused, with its SQLSTATE.
"""
import ctypes
import ctypes.util

from harness import expect

OK, TUPLES_OK = 1, 2
SEVERITY, SQLSTATE, MESSAGE = ord("V"), ord("C"), ord("M")
BOOL = {"t": True, "f": False, None: None}
NOTICE_RECEIVER = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)
TEXTS = {"PQconnectdb": ctypes.c_void_p, "PQexec": ctypes.c_void_p, "PQexecParams": ctypes.c_void_p, "PQgetvalue": ctypes.c_char_p,
         "PQresultErrorField": ctypes.c_char_p, "PQerrorMessage": ctypes.c_char_p, "PQgetCancel": ctypes.c_void_p,
         "PQsetNoticeReceiver": ctypes.c_void_p, "PQfname": ctypes.c_char_p}


def library():
    name = ctypes.util.find_library("pq")
    loaded = ctypes.CDLL(name) if name else None
    for function, kind in TEXTS.items() if loaded else ():
        getattr(loaded, function).restype = kind
    return loaded


PQ = library()


class Refused(Exception):
    """The server said no, or is gone: then there is no SQLSTATE."""

    def __init__(self, state, message):
        super().__init__("%s: %s" % (state, message))
        self.state, self.message = state, message


def field(result, code):
    text = PQ.PQresultErrorField(ctypes.c_void_p(result), code)
    return text.decode() if text else None


def spell(value):
    """A value as the server reads it."""
    if value is None:
        return None
    if isinstance(value, bytes):
        return b"\\x" + value.hex().encode()
    if isinstance(value, (list, tuple)):
        return b"{" + b",".join(b"NULL" if one is None else b'"' + spell(one).replace(b"\\", b"\\\\") + b'"' for one in value) + b"}"
    return str(value).encode()


class Link:
    """One connection."""

    def __init__(self, words):
        self.warnings, self.pq = [], None
        self.pq = PQ.PQconnectdb(words.encode())
        if PQ.PQstatus(ctypes.c_void_p(self.pq)) != 0:
            said = PQ.PQerrorMessage(ctypes.c_void_p(self.pq)).decode()
            self.close()
            raise Refused(None, said)
        self.receiver = NOTICE_RECEIVER(self.note)  # kept here, or the library would call what is gone
        PQ.PQsetNoticeReceiver(ctypes.c_void_p(self.pq), self.receiver, None)

    def note(self, _, result):
        self.warnings.append(tuple(field(result, code) for code in (SEVERITY, SQLSTATE, MESSAGE)))

    def close(self):
        if self.pq:
            PQ.PQfinish(ctypes.c_void_p(self.pq))
        self.pq = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def result_of(self, text, values):
        link = ctypes.c_void_p(self.pq)
        if not values:
            return PQ.PQexec(link, text.encode())
        array = (ctypes.c_char_p * len(values))(*[spell(value) for value in values])
        return PQ.PQexecParams(link, text.encode(), len(values), None, array, None, None, 0)

    def ask(self, text, *values):
        """The rows. Without values `text` may be several statements; the rows are then the last one's."""
        del self.warnings[:]
        result = ctypes.c_void_p(self.result_of(text, values))
        try:
            if PQ.PQresultStatus(result) not in (OK, TUPLES_OK):
                raise Refused(field(result.value, SQLSTATE), field(result.value, MESSAGE) or self.said())
            return [tuple(self.cell(result, row, column) for column in range(PQ.PQnfields(result)))
                    for row in range(PQ.PQntuples(result))]
        finally:
            PQ.PQclear(result)

    @staticmethod
    def cell(result, row, column):
        return None if PQ.PQgetisnull(result, row, column) else PQ.PQgetvalue(result, row, column).decode()

    def said(self):
        return PQ.PQerrorMessage(ctypes.c_void_p(self.pq)).decode()

    def row(self, text, *values):
        rows = self.ask(text, *values)
        expect(len(rows) == 1, len(rows), "rows from", text)
        return rows[0]

    def value(self, text, *values):
        return self.row(text, *values)[0]

    def named(self, text, *values):
        """The only row as a dictionary, numbers and truth values as such."""
        names, found = self.columns(text, *values)
        expect(len(found) == 1, len(found), "rows from", text)
        return dict(zip(names, found[0]))

    def columns(self, text, *values):
        """The names of the columns, and the rows, each value as what it is."""
        del self.warnings[:]
        result = ctypes.c_void_p(self.result_of(text, values))
        try:
            if PQ.PQresultStatus(result) != TUPLES_OK:
                raise Refused(field(result.value, SQLSTATE), field(result.value, MESSAGE) or self.said())
            count = range(PQ.PQnfields(result))
            kinds = [KINDS.get(PQ.PQftype(result, column), str) for column in count]
            rows = [tuple(None if text is None else kind(text) for kind, text in
                          zip(kinds, [self.cell(result, row, column) for column in count]))
                    for row in range(PQ.PQntuples(result))]
            return [PQ.PQfname(result, column).decode() for column in count], rows
        finally:
            PQ.PQclear(result)

    def cancel(self):
        """Ends the question that another thread waits for, as the server decides."""
        handle = ctypes.c_void_p(PQ.PQgetCancel(ctypes.c_void_p(self.pq)))
        PQ.PQcancel(handle, ctypes.create_string_buffer(256), 256)
        PQ.PQfreeCancel(handle)


def octets(text):
    return bytes.fromhex(text[2:])


def words(text):
    """An array of words that need no quotes."""
    return text[1:-1].split(",") if len(text) > 2 else []


KINDS = {16: BOOL.get, 17: octets, 20: int, 21: int, 23: int, 1009: words}  # by the OID of the type
