"""What each refusal says where nothing better is known: what happened, what to do, and the way on."""

from dataclasses import dataclass
from typing import Final

KB: Final = 1024
MB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Words:
    """One status in words. `way_on` labels a link to where the person was; empty where that leads nowhere."""

    title: str
    sentence: str
    next_step: str
    way_on: str = ""


WORDS: Final = {
    400: Words(
        "We could not understand that",
        "Something in the request was missing or broken.",
        "Reload the page and try again.",
        "Reload the page",
    ),
    401: Words(
        "You are signed out",
        "You were signed out, perhaps because nothing happened for a while.",
        "Sign in and go on where you were.",
        "Sign in",
    ),
    403: Words(
        "Your role does not include this",
        "You are signed in, but this is not among the things you may do here.",
        "Ask your company’s administrator if you need it.",
    ),
    404: Words(
        "Page not found",
        "There is nothing at this address, or nothing that you may see.",
        "Check the address, or start again from the first page.",
    ),
    405: Words(
        "That cannot be done here",
        "This address does not take that kind of request.",
        "Go back to the page and use its buttons.",
        "Go back",
    ),
    409: Words(
        "Somebody was faster",
        "This has changed since you opened it, or was already done.",
        "Reload the page to see how it stands now.",
        "Reload the page",
    ),
    413: Words(
        "That is too large",
        "What you sent is larger than this page can take.",
        "Split it into smaller files, or remove the columns you do not need.",
        "Go back",
    ),
    422: Words(
        "That could not be used",
        "Something you entered does not fit.",
        "Go back, correct it and try again.",
        "Go back",
    ),
    429: Words(
        "Too many tries",
        "This was asked for too often in a short time.",
        "Wait a moment, then try again.",
        "Try again",
    ),
    500: Words(
        "Something went wrong on our side",
        "The request was not finished. What you saved before is safe.",
        "Try again in a minute. If it happens again, tell support the reference below.",
        "Try again",
    ),
    503: Words(
        "We are not ready",
        "A part of the system is starting or being repaired.",
        "Try again in a minute. Messages that were planned still go out.",
        "Try again",
    ),
}


def words_for(status: int) -> Words:
    """Return the words of a status; one that has none borrows those of its family."""
    return WORDS.get(status) or WORDS[400 if status < 500 else 500]


def too_large(limit: int | None) -> str:
    """Say how many bytes a page takes, in a unit people know; nothing where there is no limit."""
    if not limit:
        return ""
    size = f"{limit // MB} MB" if limit >= MB else f"{limit // KB} kB"
    return f"What you sent is larger than this page takes, which is {size} at most."


def wait(seconds: int) -> str:
    """Say how long to wait, rounded up to what a person can do with."""
    if seconds <= 90:
        return f"Wait {seconds} second{'s' if seconds > 1 else ''}, then try again."
    return f"Wait {-(-seconds // 60)} minutes, then try again."
