"""Errors that are answered to a client. web/http/responses.py maps them to status codes."""

from collections.abc import Mapping

from .i18n import gettext as _


class ThreadsError(Exception):
    """A refusal that a person may read: a code for programs, a sentence for people, the fields it is about."""

    code = "INTERNAL"

    def __init__(
        self,
        message: str | None = None,
        *,
        code: str | None = None,
        fields: Mapping[str, str] | None = None,
        retry_after: int | None = None,
    ) -> None:
        self.message = message or self.sentence()
        self.code = code or self.code
        self.fields = dict(fields or {})
        self.retry_after = retry_after
        super().__init__(self.message)

    def sentence(self) -> str:
        """Return what we say when the raiser had nothing better to say."""
        return _("Something went wrong on our side. Please try again.")


class Malformed(ThreadsError):
    """The request could not be read at all (400)."""

    code = "MALFORMED"

    def sentence(self) -> str:
        return _("We could not read this request. Please check it and try again.")


class NotSignedIn(ThreadsError):
    """Nobody is signed in, or the session is over (401)."""

    code = "NOT_SIGNED_IN"

    def sentence(self) -> str:
        return _("Please sign in first.")


class Forbidden(ThreadsError):
    """Signed in, but not allowed to do this (403)."""

    code = "FORBIDDEN"

    def sentence(self) -> str:
        return _("You are not allowed to do that.")


class NotFound(ThreadsError):
    """Not there, or not yours: the answer is the same for both (404)."""

    code = "NOT_FOUND"

    def sentence(self) -> str:
        return _("We could not find this. Check the address, or go back and try again.")


class Conflict(ThreadsError):
    """It clashes with what is already so (409)."""

    code = "CONFLICT"

    def sentence(self) -> str:
        return _("This already exists or was changed meanwhile. Please load the page again.")


class TooLarge(ThreadsError):
    """More bytes than we take (413)."""

    code = "TOO_LARGE"

    def sentence(self) -> str:
        return _("This is too large. Please send something smaller.")


class WrongType(ThreadsError):
    """A content type that we do not read here (415)."""

    code = "WRONG_TYPE"

    def sentence(self) -> str:
        return _("This type of content is not accepted here. Please check its format.")


class Invalid(ThreadsError):
    """Well-formed, but not valid; `fields` says which and why (422)."""

    code = "INVALID"

    def sentence(self) -> str:
        return _("Please check the marked fields.")


class TooOften(ThreadsError):
    """A limit was reached; `retry_after` says for how many seconds (429)."""

    code = "TOO_OFTEN"

    def sentence(self) -> str:
        return _("Too many attempts. Please wait a moment and try again.")


class Unavailable(ThreadsError):
    """We cannot answer just now; trying again soon will help (503)."""

    code = "UNAVAILABLE"

    def sentence(self) -> str:
        return _("The service is not available right now. Please try again in a moment.")


class Upstream(ThreadsError):
    """A service that we rely on did not answer, or not sensibly (502)."""

    code = "UPSTREAM"

    def sentence(self) -> str:
        return _("Pictures are not available right now. Please try again in a moment.")


class DiskFull(ThreadsError):
    """There is no room to store it (507)."""

    code = "DISK_FULL"

    def sentence(self) -> str:
        return _("Our storage is full right now. Please try again later.")
