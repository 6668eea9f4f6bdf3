"""Which column means what: a proposal in words, made of the header and the values below it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz, process

from app.domain.ingest.fields import BY_KEY, FIELDS
from app.domain.ingest.fingerprints import LOOKS_LIKE, fingerprint, header_set, likeness
from app.domain.ingest.profiles import Profile, profiles_of
from app.domain.ingest.reading.shapes import Reading
from app.domain.ingest.synonyms import OWNERS, SHORTENED, STRANGERS, SYNONYMS, normalised

SAME, RIGHT, CHECK, NONE = "same as last time", "looks right", "please check", ""
HEADER_WEIGHT, VALUES_WEIGHT = 0.6, 0.4
LOOKS_RIGHT_FROM, CHECK_FROM = 0.85, 0.6
FUZZY_FROM = 90

# How far a column's values speak for a field: (detected kind → support); a kind that is not named
# leaves the values silent, and CONTRADICTS lists what speaks against.
SUPPORTS = {
    "phone": {"phone"},
    "email": {"e-mail"},
    "date": {"date"},
    "time": {"time"},
    "zip": {"zip"},
    "state": {"state"},
    "name": {"name"},
    "full_name": {"name"},
}
CONTRADICTS = {
    "phone": {"e-mail", "date", "time", "web address", "state", "zip", "name"},
    "email": {"phone", "date", "time", "web address", "state", "zip", "number", "name"},
    "date": {"e-mail", "phone", "time", "web address", "state", "zip", "name"},
    "time": {"e-mail", "phone", "date", "web address", "state", "zip", "name"},
    "zip": {"e-mail", "phone", "date", "time", "web address", "name", "state"},
    "state": {"e-mail", "phone", "date", "time", "web address", "zip", "number"},
    "name": {"e-mail", "phone", "date", "time", "web address", "zip", "number"},
    "full_name": {"e-mail", "phone", "date", "time", "web address", "zip", "number"},
    "text": {"e-mail", "phone", "web address"},
    "id": {"e-mail", "date", "time", "web address"},
}


@dataclass(frozen=True)
class KnownMap:
    """A load map of this company as the suggestion needs it: normalised or plain header → field key."""

    name: str
    columns: tuple[str, ...]
    targets: dict[str, str | None]


@dataclass(frozen=True)
class Suggestion:
    """One column's proposal; `confidence` is in words, empty where nothing is proposed."""

    column: int
    header: str
    field: str | None
    confidence: str
    why: str
    samples: tuple[str, ...]
    filled: float
    kind: str


@dataclass(frozen=True)
class _Candidate:
    score: float
    column: int
    field: str
    why: str
    by_header: bool


def suggest(reading: Reading, rows_file: Path, known: Sequence[KnownMap] = ()) -> list[Suggestion]:
    """Return one suggestion per column, in the file's order; no field is proposed twice."""
    profiles = profiles_of(rows_file, len(reading.columns))
    remembered = _remembered(reading.columns, known)
    candidates = [
        candidate
        for column, header in enumerate(reading.columns)
        if column not in remembered
        for candidate in _candidates(column, header, profiles[column])
    ]
    taken = {field for field, _ in remembered.values() if field}
    chosen = _one_to_one(candidates, taken)
    return [
        _worded(column, header, profiles[column], remembered.get(column), chosen.get(column))
        for column, header in enumerate(reading.columns)
    ]


def _remembered(columns: Sequence[str], known: Sequence[KnownMap]) -> dict[int, tuple[str | None, str]]:
    """Return what an earlier load map says of these columns: the exact one, else the nearest like it."""
    here = header_set(columns)
    exact = [each for each in known if fingerprint(each.columns) == fingerprint(columns)]
    near = sorted(known, key=lambda each: -likeness(header_set(each.columns), here))
    best = (exact or near)[:1]
    if not best or (not exact and likeness(header_set(best[0].columns), here) < LOOKS_LIKE):
        return {}
    targets = {normalised(header): field for header, field in best[0].targets.items()}
    return {
        column: (targets[normalised(header)], best[0].name)
        for column, header in enumerate(columns)
        if normalised(header) in targets
    }


def _candidates(column: int, header: str, profile: Profile) -> list[_Candidate]:
    scores = _header_scores(header)
    found = []
    for field in FIELDS:
        by_header, reason = scores.get(field.key, (0.0, ""))
        values = _values_score(field.key, field.kind, profile)
        if by_header == 0.0 and not _values_alone_suffice(field.key, header, profile):
            continue
        score = HEADER_WEIGHT * by_header + VALUES_WEIGHT * values
        if values < 0 or (profile.values == 0 and by_header < 1.0):
            continue
        why = _why(reason, profile, field.kind)
        found.append(_Candidate(score, column, field.key, why, by_header > 0))
    return found


def _header_scores(header: str) -> dict[str, tuple[float, str]]:
    """Return for each field how well the header names it, 0 to 1, and in which words."""
    words = normalised(header)
    if words in SYNONYMS:
        return {SYNONYMS[words]: (1.0, f"“{header}” is a usual name for it")}
    parts = words.split()
    if not parts or STRANGERS & set(parts):
        return {}
    spelled = [SHORTENED.get(word, word) for word in parts]
    bare = [word for word in spelled if word not in OWNERS]
    numbered = spelled[:-1] if parts[-1].isdigit() else []
    tries = (
        (spelled, 0.95),
        (bare, 0.95),
        (numbered, 0.7),
        ([word for word in numbered if word in bare], 0.7),
    )
    for shorter, trust in tries:
        found = SYNONYMS.get(" ".join(shorter))
        if found is not None and not ("company" in parts and BY_KEY[found].kind in ("name", "full_name")):
            return {found: (trust, f"“{header}” reads like “{' '.join(shorter)}”")}
    close = process.extractOne(words, SYNONYMS.keys(), scorer=fuzz.ratio, score_cutoff=FUZZY_FROM)
    if close is None or len(words) < 5:
        return {}
    return {SYNONYMS[close[0]]: (0.8 * close[1] / 100, f"“{header}” is nearly “{close[0]}”")}


def _values_score(field: str, kind: str, profile: Profile) -> float:
    """Return 1 where the values fit the field, -1 where they speak against it, else something between."""
    if profile.kind in SUPPORTS.get(kind, ()):
        return profile.share
    if profile.kind in CONTRADICTS.get(kind, ()):
        return -1.0
    if kind in ("text", "id"):
        return -1.0 if field == "external_id" and profile.distinct < profile.values * 0.5 else 0.8
    own = max((profile.shares.get(each, 0.0) for each in SUPPORTS.get(kind, ())), default=0.0)
    return 0.5 if profile.values == 0 or kind in ("name", "full_name", "state") else own


def _values_alone_suffice(field: str, header: str, profile: Profile) -> bool:
    """Only an e-mail address or a phone number says by itself what it is, and only under a vague header."""
    if STRANGERS & set(normalised(header).split()):
        return False
    return (field, profile.kind) in {("email_address", "e-mail"), ("phone_number", "phone")}


def _why(reason: str, profile: Profile, kind: str) -> str:
    parts = [reason] if reason else []
    if profile.kind and profile.kind in SUPPORTS.get(kind, ()):
        tenths = round(profile.share * 10)
        parts.append(f"{tenths} of 10 values look like {PLURALS.get(profile.kind, profile.kind)}")
    return "; ".join(parts)


PLURALS = {
    "phone": "phone numbers",
    "e-mail": "e-mail addresses",
    "date": "dates",
    "time": "times",
    "zip": "ZIP codes",
    "state": "states",
    "name": "names",
}


def _one_to_one(candidates: list[_Candidate], taken: set[str]) -> dict[int, _Candidate]:
    """Give each field to the column that deserves it most; a second phone moves on to a free phone field."""
    chosen: dict[int, _Candidate] = {}
    used = set(taken)
    for candidate in sorted(candidates, key=lambda each: (-each.score, each.column)):
        if candidate.column in chosen:
            continue
        field = candidate.field if candidate.field not in used else _spare(candidate, used)
        if field is None:
            continue
        moved = field != candidate.field
        score = min(candidate.score, LOOKS_RIGHT_FROM - 0.01) if moved else candidate.score
        chosen[candidate.column] = _Candidate(
            score, candidate.column, field, candidate.why, candidate.by_header
        )
        used.add(field)
    return chosen


def _spare(candidate: _Candidate, used: set[str]) -> str | None:
    """Return another phone field for a further column of phones, so that no number is lost."""
    if BY_KEY[candidate.field].kind != "phone" or "phone numbers" not in candidate.why:
        return None
    return next((key for key in ("phone_number", "home_phone") if key not in used), None)


def _worded(
    column: int,
    header: str,
    profile: Profile,
    remembered: tuple[str | None, str] | None,
    found: _Candidate | None,
) -> Suggestion:
    field, confidence, why = None, NONE, "kept under its own name"
    if remembered is not None:
        field, confidence, why = remembered[0], SAME, f"as in “{remembered[1]}”"
    elif found is not None and found.score >= (CHECK_FROM if found.by_header else 0.3):
        field, why = found.field, found.why
        confidence = RIGHT if found.score >= LOOKS_RIGHT_FROM else CHECK
    return Suggestion(column, header, field, confidence, why, profile.samples, profile.filled, profile.kind)
