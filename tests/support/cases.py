"""The abuses and faults that we promise to stand. A test says which of them it proves: `@pytest.mark.case("A01")`.

docs/cases.md is made from this list and those marks: `python -m tests.support.cases`.
"""

import ast
from dataclasses import dataclass

from neural_threads.platform.db.migrations import ROOT

PAGE = ROOT / "docs/cases.md"
TESTS = ROOT / "tests"


@dataclass(frozen=True)
class Subject:
    """Cases of one subject: what stands above them, and each code with the case in short."""

    title: str
    cases: dict[str, str]
    note: str = ""


SUBJECTS = (
    Subject(
        "Sign-in, sessions, tokens",
        {
            "A01": "the eleventh wrong guess waits; others at that address do not",
            "A02": "unknown address and wrong password look alike",
            "A03": "no password is cut short",
            "A04": "a giant password costs nothing",
            "A05": "spaces and emoji kept, NUL refused",
            "A06": "a crowd waits or is told to come back",
            "A07": "one address is one account",
            "A08": "nobody gives themselves a role or a rating",
            "A09": "two sign-ups at once make one account",
            "A10": "children are refused",
            "A11": "tokens without a signature",
            "A12": "tokens with tricks in their header",
            "A13": "access and refresh tokens in each other's place",
            "A14": "a token dies with its session, a password change, an account",
            "A15": "a stolen refresh token ends the session and its sockets",
            "A16": "two tabs renew at once",
            "A17": "two generations old is theft",
            "A18": "a planted session is dead",
            "A19": "signing out twice, and with an expired token",
            "A20": "the twenty-first session ends the oldest",
            "A21": "a forged address does not count, also over the socket",
            "A22": "the current password cannot be guessed",
            "A23": "a mailed link works once, for a day",
        },
    ),
    Subject(
        "CSRF, headers, HTTP",
        {
            "B01": "another site, or no token",
            "B02": "a token of another session",
            "B03": "nobody is signed in by another site",
            "B04": "JSON under another name",
            "B05": "no picture and no prefetch renews a session",
            "B06": "origins that look like ours",
            "B07": "a foreign page opens no socket",
            "B08": "unknown and overridden methods",
            "B09": "a head of 64 KB, of a thousand headers, with two lengths, also through nginx and HAProxy",
            "B10": "400 who send headers or bodies slowly, through nginx and HAProxy",
            "B11": "a body without end",
            "B12": "what is no JSON",
            "B13": "NUL and lone surrogates",
            "B14": "an integer is an integer",
            "B15": "limits of lists",
            "B16": "line breaks make no headers and no log lines",
            "B17": "links begin with the configured address",
            "B18": "private answers are kept by nobody",
        },
    ),
    Subject(
        "Socket.IO",
        {
            "C01": "a wrong cookie, a wrong token, none",
            "C02": "who never says CONNECT",
            "C03": "registering as somebody else",
            "C04": "joining what is not one's own",
            "C05": "saying something in another's name",
            "C06": "typing where one is not",
            "C07": "events that only we send",
            "C08": "a socket ends with its person",
            "C09": "a thousand events a second",
            "C10": "the eleventh socket, and many who wait",
            "C11": "frames that are too large, and binary",
            "C12": "malformed frames",
            "C13": "acknowledgements nobody asked for",
            "C14": "a client that does not read",
            "C15": "one that answers pings and reads nothing",
            "C16": "two tabs, one closes",
            "C17": "a new password closes sockets elsewhere",
            "C18": "the session decides, not the token's fifteen minutes",
            "C19": "another process in the middle of a send",
            "C20": "a handler of ours that breaks",
            "C21": "an event that is too large is refused by ourselves",
        },
    ),
    Subject(
        "Chat",
        {
            "E01": "fifty at once are one message",
            "E02": "the same name, other words",
            "E03": "a retry a day later",
            "E04": "nothing to see is nothing said",
            "E05": "five thousand letters",
            "E06": "odd text stays as typed",
            "E07": "pictures from elsewhere",
            "E08": "a foreign chat",
            "E09": "one's own messages",
            "E10": "two devices read at once",
            "E11": "what comes while reading",
            "E12": "what is not one emoji",
            "E13": "many reactions at once",
            "E14": "reacting without saying how",
            "E15": "reacting to what is not there",
            "E16": "cursors that were changed",
            "E17": "two hundred of one instant",
            "E18": "what is said while paging back",
            "E19": "whom one cannot talk with",
            "E20": "twenty taps open one chat",
            "E21": "makers do not begin",
            "E22": "the sixty-first message of a minute",
            "E23": "killed between COMMIT and telling",
            "E24": "killed before COMMIT",
            "E25": "the database goes during COMMIT",
        },
    ),
    Subject(
        "Uploads and media",
        {
            "F01": "five megabytes and no byte more",
            "F02": "a length that lies",
            "F03": "what is no picture",
            "F04": "payloads do not come through",
            "F05": "too many pixels",
            "F06": "too many frames; what moves goes on moving",
            "F07": "texts that unpack to megabytes",
            "F08": "cut off, broken, empty",
            "F09": "a decoder that hangs or crashes",
            "F10": "upright and without its past",
            "F11": "CMYK, sixteen bits, palettes",
            "F12": "the file's name",
            "F13": "odd forms",
            "F14": "an upload that is cut",
            "F15": "over the quota",
            "F16": "removing another's, and names that are none",
            "F17": "removing what a message shows",
            "F18": "a saved design is deleted, the maker's picture stays",
            "F19": "a private picture without its signature",
            "F20": "ranges, and what a picture is served as",
            "F21": "the store is down or slow",
            "F22": "the disk is full",
        },
    ),
    Subject(
        "Requests, reviews, lists, notifications",
        {
            "G01": "moves of the other side",
            "G02": "cancelled twice",
            "G03": "cancel races accept",
            "G04": "moves that do not exist",
            "G05": "prices that are none",
            "G06": "a price once the work has begun",
            "G07": "the wrong sort of maker",
            "G08": "the fifty-first open request; ten times the same",
            "G09": "a chat of others",
            "G10": "stars that are none",
            "G11": "only customers, one maker at a time",
            "G12": "once is enough",
            "G13": "finished work verifies",
            "G14": "a hundred at once",
            "G15": "the reviewer leaves",
            "G16": "words stay words",
            "G17": "orders and filters that do not exist",
            "G18": "signs in a search mean themselves",
            "G19": "places that do not exist",
            "G20": "many questions do not sharpen a distance",
            "G21": "nobody gathers phones and e-mails",
            "G22": "ten thousand messages are one notification",
            "G23": "another's notification; a limit of a thousand million",
            "G24": "links that lead away",
            "G25": "removing a piece without id, another's, twice",
        },
    ),
    Subject(
        "Stylist and try-on",
        {
            "H01": "markers that somebody types stay text",
            "H02": "a name cannot make a second marker",
            "H03": "orders in names and descriptions bring no foreign data",
            "H04": "ids that were not offered are dropped",
            "H05": "text of an answer is only text",
            "H06": "no more than 8 KB is taken",
            "H07": "what a model says has no authority, whatever it read",
            "H08": "a foreign and a deleted conversation",
            "H09": "only a picture of one's own; sent as bytes",
            "H10": "there is no secret in a prompt",
            "H11": "twenty questions an hour, one at a time",
            "H12": "whatever breaks, the local stylist answers, and the question is stored once; whatever a model that draws does, a look remains",
            "H13": "who leaves finds the answer on coming back",
            "H14": "old messages are looked up again",
            "H15": "ten try-ons at once; six of one customer and twenty in all may wait; a killed server resumes",
            "H16": "contacts are not sent on, and nothing without consent; no picture of a body leaves without it",
            "R14": "a model that fails is left alone",
            "S15": "a captured model harms nobody",
        },
        note="What the model is asked and what it may answer: [0028](decisions/0028-gemini.md).",
    ),
    Subject(
        "Faults of the machine",
        {
            "I01": "the server is killed during sends",
            "I02": "PostgreSQL is killed during sends",
            "I03": "PostgreSQL is frozen",
            "I04": "the network to PostgreSQL swallows what is sent",
            "I05": "PostgreSQL ends every connection",
            "I06": "deadlocks are tried again, at most three times",
            "I07": "a lock that is held for long",
            "I08": "Redis killed, frozen or away",
            "I14": "a migration that fails half-way",
            "I17": "old and new programs on one schema",
        },
    ),
    Subject(
        "What people run into",
        {
            "W01": "Stop, and the form sent again: created once",
            "W02": "other words after Stop or Back",
            "W03": "a form and the end of its session",
            "W04": "addresses, numbers and amounts as people paste them",
            "W05": "a mailed link pressed twice, or after a newer one",
            "W06": "two accounts of one mailbox",
            "W07": "the longest words on the narrowest phone, in dialogs and refused forms too",
            "W08": "counters that agree with the server",
            "W09": "keys of the page while somebody types",
            "W10": "names that turn sentences around",
            "W11": "storage that is blocked, full or missing",
            "W12": "damage that browsers forgive, and what they do not",
            "W13": "an item that went while a form named it",
            "W14": "what a stranger can send again and again does not fill the log",
            "W15": "signed in again in another tab",
            "W16": "somebody else answers in our place: a captive portal, a proxy",
            "W17": "one held row, or one person, leaves room for everybody else",
        },
        note="How it was looked for, and what was found: [0031](decisions/0031-faults-of-input.md).",
    ),
    Subject(
        "Promises of section 1.3",
        {
            "S1": "every address and event by strangers",
            "S2": "fields that nobody knows",
            "S12": "words of SQL in every parameter",
            "S13": "thousands of made-up requests and frames",
            "R1": "two processes: one killed, both replaced, nothing lost",
            "R4": "a thousand requests that were given up leave no connection behind",
            "R9": "a backup is restored, compared, and served from",
            "R10": "a standby is promoted by hand: writes go on without a restart, nothing is lost",
        },
    ),
)

CODES = frozenset(code for subject in SUBJECTS for code in subject.cases)


def marked() -> dict[str, list[str]]:
    """The tests of each case, as `folder/file.py::name`, in the order of their files."""
    found: dict[str, list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for code in codes_of(node):
                    found.setdefault(code, []).append(f"{path.relative_to(TESTS)}::{node.name}")
    return found


def codes_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """What stands in the marks of a test."""
    return [
        ast.literal_eval(code)
        for mark in function.decorator_list
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.case"
        for code in mark.args
    ]


def page() -> str:
    """docs/cases.md as it must be."""
    tests = marked()
    parts = [
        "# Cases and their tests\n\n"
        "Each abuse or fault that we promise to stand, and the tests that prove it. Made by\n"
        "`python -m tests.support.cases` from the list there and from the tests' marks: do not edit it by hand.\n"
    ]
    for subject in SUBJECTS:
        note = f"{subject.note}\n\n" if subject.note else ""
        rows = "".join(
            f"| {code} | {short} | {', '.join(f'`{test}`' for test in tests.get(code, []))} |\n"
            for code, short in subject.cases.items()
        )
        parts.append(f"## {subject.title}\n\n{note}| case | in short | tests |\n| --- | --- | --- |\n{rows}")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page())
