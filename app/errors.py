"""The error words of the house; `blueprints/problems.py` turns them into a page, a fragment or JSON."""


class Problem(Exception):  # noqa: N818  (the house says NotFound, not NotFoundError)
    """Something a person or a program asked for that cannot be done, said in a plain sentence.

    Where `title` or `next_step` is empty, the page says the usual words of its status.
    """

    status = 500
    title = ""
    next_step = ""

    def __init__(self, message: str = "", *, field: str | None = None, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code


class NotFound(Problem):
    """It is not there, or not there for this person: the two are never told apart."""

    status = 404


class Forbidden(Problem):
    """The person is known here, but their role does not include this."""

    status = 403


class Conflict(Problem):
    """Someone else was faster, or it was already done."""

    status = 409


class Rejected(Problem):
    """The input cannot be used; the message says what, where and what to do next."""

    status = 422
