"""What a reply means for consent."""

import pytest

from app.domain.responses.words import Meaning, meaning


@pytest.mark.parametrize(
    "reply",
    [
        "STOP",
        "stop.",
        " Stop! ",
        "Quit",
        "end",
        "REVOKE",
        "opt out",
        "Opt-Out please",
        "OPTOUT",
        "cancel",
        "unsubscribe",
        "STOPALL",
        "Stop texting me",
        "ALTO",
        "Parar",
        "no más",
        "ARRÊT",
    ],
)
def test_every_word_for_stop_is_stop(reply: str) -> None:
    assert meaning(reply) is Meaning.STOP


@pytest.mark.parametrize("reply", ["please stop", "you have the wrong number", "Remove me from this list"])
def test_what_only_sounds_like_stop_is_for_a_person_to_read(reply: str) -> None:
    assert meaning(reply) is Meaning.UNCLEAR_STOP


@pytest.mark.parametrize(
    ("reply", "what"),
    [
        ("START", Meaning.START),
        ("yes", Meaning.START),
        ("Yes, see you there", Meaning.OTHER),
        ("help", Meaning.HELP),
        ("INFO?", Meaning.HELP),
        ("Ending soon?", Meaning.OTHER),
        ("See you on Monday", Meaning.OTHER),
        ("", Meaning.OTHER),
        ("👍", Meaning.OTHER),
    ],
)
def test_other_words_mean_what_they_say(reply: str, what: Meaning) -> None:
    assert meaning(reply) is what
