"""A company's brand: its name above the pages and on e-mails, its color in a tone that is easy to read."""

import re
from math import cos, radians, sin
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.domain.tenancy import companies
from app.domain.tenancy.profiles import ACCENTS
from app.unit_of_work import transaction
from tests import people
from tests.blueprints.filled import filled
from tests.people import sign_in

TOKENS = (Path(__file__).parents[3] / "app/static/css/tokens.css").read_text("utf-8")
PAIRS = [
    *((color, ground) for color in ("accent", "accent-strong") for ground in ("paper", "surface", "sunken")),
    ("accent", "raised"), ("accent-strong", "accent-soft"), ("accent", "accent-soft"), ("ink", "accent-soft"),
    ("quiet", "accent-soft"), ("on-accent", "accent"), ("on-accent", "accent-strong"), ("on-beam", "beam"),
    ("beam-quiet", "beam"),
]  # fmt: skip
USUAL = re.search(r"--tint: (\d+);", TOKENS)
HUES = {
    "": USUAL[1] if USUAL else "",
    **dict(re.findall(r'\[data-accent="(\w+)"\] \{ --tint: (\d+); \}', TOKENS)),
}


def test_every_color_offered_is_one_of_the_sheets() -> None:
    assert set(HUES) == set(ACCENTS)


@pytest.mark.parametrize("accent", sorted(HUES))
@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_color_is_easy_to_read_on_light_and_on_dark(accent: str, scheme: int) -> None:
    colors = _colors(scheme, HUES[accent])
    weak = {pair: _ratio(colors[pair[0]], colors[pair[1]]) for pair in PAIRS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


def test_the_brand_is_on_the_pages_and_in_what_people_receive(client: FlaskClient) -> None:
    sign_in(client, people.DISTRICT_ADMIN)
    page = client.get("/c/maplewood-schools/settings/edit")
    values = filled(page, "/settings") | {"shown_name": "Maple <Schools>", "accent": "violet"}
    assert client.post("/c/maplewood-schools/settings", data=values).status_code == 303
    home = client.get("/c/maplewood-schools/").text
    assert "<strong>Maple &lt;Schools&gt;</strong>" in home
    assert 'data-accent="violet"' in home
    assert "style=" not in home
    with transaction(platform=True):
        district = companies.company_by_alias("maplewood-schools")
    assert companies.merge_values(district)["company"]["name"] == "Maple <Schools>"
    other = client.application.test_client()
    sign_in(other, people.CLINIC_OPERATOR)
    assert "data-accent" not in other.get("/c/riverside-clinic/").text


def test_a_color_that_is_not_offered_is_refused(client: FlaskClient) -> None:
    sign_in(client, people.DISTRICT_ADMIN)
    page = client.get("/c/maplewood-schools/settings/edit")
    values = filled(page, "/settings") | {"accent": "red; } body { display: none"}
    assert client.post("/c/maplewood-schools/settings", data=values).status_code == 422


def _colors(scheme: int, hue: str) -> dict[str, tuple[float, ...]]:
    """The sheet's colors in light (0) or dark (1), as their linear red, green and blue."""
    text = TOKENS.replace("var(--tint)", hue)
    both = re.findall(r"--([\w-]+): light-dark\(oklch\(([\d. ]+)\), oklch\(([\d. ]+)\)\);", text)
    found = {name: (light, dark)[scheme] for name, light, dark in both}
    found |= dict(re.findall(r"--([\w-]+): oklch\(([\d. ]+)\);", text))
    return {name: _linear(*map(float, value.split())) for name, value in found.items()}


def _linear(lightness: float, chroma: float, hue: float) -> tuple[float, ...]:
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
    parts = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short,
    )
    return tuple(min(1.0, max(0.0, part)) for part in parts)


def _ratio(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    dark, light = sorted(
        sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), color, strict=True))
        for color in (one, other)
    )
    return round((light + 0.05) / (dark + 0.05), 2)
