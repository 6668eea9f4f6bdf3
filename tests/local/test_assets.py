"""The browser's part: what is built, that it is complete, and that it is locked."""

import json
import re
from pathlib import Path

import pytest

from app.local import assets

APP = assets.ROOT / "app"
CSS = APP / "static" / "css"
TEMPLATES = sorted((APP / "templates").rglob("*.html"))
NAMED_ICON = re.compile(
    r"""(?:icon(?:_after)?|drawing)(?:\(|\s*=\s*|["']\]?\s*:\s*)["']([a-z][a-z0-9-]*)["']"""
)
CALLED_WITH_ICON = re.compile(r"""empty_state\(\s*["']([a-z][a-z0-9-]*)["']""")
DRAWING = '<!-- licence -->\n<svg\n  class="lucide"\n>\n  <path d="M1 1" />\n  <path d="M2 2" />\n</svg>\n'


def test_every_icon_that_a_page_or_a_route_names_is_in_the_sprite() -> None:
    named = {
        (name, file.relative_to(APP).as_posix())
        for file in [*TEMPLATES, *APP.rglob("*.py")]
        for pattern in (NAMED_ICON, CALLED_WITH_ICON)
        for name in pattern.findall(file.read_text("utf-8"))
    }
    missing = {place for place in named if place[0] not in assets.ICONS}

    assert len(named) > 20, "the pattern no longer finds the icons"
    assert not missing, f"add these to ICONS in app/local/assets.py: {sorted(missing)}"


def test_every_behaviour_that_a_page_names_has_a_module() -> None:
    registry = (APP / "static" / "js" / "behaviours.js").read_text("utf-8")
    known = dict(re.findall(r'"?([a-z-]+)"?: \(\) => import\("\./(behaviours/[a-z-]+\.js)"\)', registry))
    named = {
        name
        for file in TEMPLATES
        for names in re.findall(r"""data[-_]behaviour=["']([^"'{]+)["']""", file.read_text("utf-8"))
        for name in names.split()
    }

    assert named, "no template names a behaviour any more"
    assert named <= set(known), f"not in behaviours.js: {sorted(named - set(known))}"
    assert all((APP / "static" / "js" / path).is_file() for path in known.values())


def test_the_contents_page_of_the_styles_lists_every_file_once_and_all_stay_small() -> None:
    listed = [line["path"] for line in assets.IMPORT_LINE.finditer((CSS / "app.css").read_text("utf-8"))]
    there = {file.relative_to(CSS).as_posix() for file in CSS.rglob("*.css")} - {"app.css"}

    assert len(listed) == len(set(listed))
    assert set(listed) == there
    assert len(assets.style_sheet(CSS / "app.css").encode()) < 60_000


def test_the_style_sheet_keeps_the_order_and_wraps_files_in_their_layers(tmp_path: Path) -> None:
    (tmp_path / "one.css").write_text("a { top: 0 }\n")
    (tmp_path / "two.css").write_text("b { top: 0; }\n")
    (tmp_path / "three.css").write_text("c { top: 0 }\n")
    (tmp_path / "app.css").write_text(
        '@layer x, y;\n@import url("two.css") layer(y);\n@import url("three.css") layer(y);\n'
        '@import url("one.css") layer(x);\n'
    )

    assert assets.style_sheet(tmp_path / "app.css") == (
        "@layer x,y;@layer y{b{top:0}c{top:0}}@layer x{a{top:0}}"
    )


def test_only_what_browsers_do_not_read_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "one.css").write_text(
        '/* why: { */\na:not(.b) > c,\n[d="e, f 0.5"] {\n'
        '  width: calc(0.5px + -2px);\n  content: "; {" ;\n}\n'
        "@media (width >= 40rem) { a :hover { margin: 0 10.5px; } }\n"
    )
    (tmp_path / "app.css").write_text('@import url("one.css");\n')

    assert assets.style_sheet(tmp_path / "app.css") == (
        'a:not(.b)>c,[d="e, f 0.5"]{width:calc(.5px + -2px);content:"; {"}'
        "@media (width>= 40rem){a :hover{margin:0 10.5px}}"
    )


def test_the_lock_file_pins_exact_versions_with_hashes_and_names_no_server() -> None:
    text = (assets.ROOT / "package-lock.json").read_text("utf-8")
    wanted = json.loads((assets.ROOT / "package.json").read_text("utf-8"))["dependencies"]
    packages = {name: entry for name, entry in json.loads(text)["packages"].items() if name}

    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert {name.removeprefix("node_modules/") for name in packages} >= set(wanted)
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert "resolved" not in text
    assert "://" not in text


def test_building_installs_once_and_again_only_when_something_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = _a_project_with_a_pretended_npm(tmp_path, monkeypatch)
    dist = tmp_path / "app" / "static" / "dist"

    assert assets.build(tmp_path) is True
    assert assets.build(tmp_path) is False
    assert (dist / "htmx.min.js").read_text() == "// htmx.min.js"
    assert (
        '<symbol id="a" viewBox="0 0 24 24"><path d="M1 1" /> <path d="M2 2" /></symbol>'
        in (dist / "icons.svg").read_text()
    )

    (tmp_path / "package-lock.json").write_text("{ }")
    assert assets.build(tmp_path) is True
    (dist / "icons.svg").unlink()
    assert assets.build(tmp_path) is True
    assert len(calls) == 3


def test_a_changed_style_reaches_the_browser_without_an_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _a_project_with_a_pretended_npm(tmp_path, monkeypatch)
    assets.build(tmp_path)
    (tmp_path / "app" / "static" / "css" / "app.css").write_text("@layer changed;")

    assert assets.build(tmp_path) is False
    assert (tmp_path / "app" / "static" / "dist" / "app.css").read_text() == "@layer changed;"


def test_an_npm_that_fails_is_reported_in_its_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _a_project_with_a_pretended_npm(tmp_path, monkeypatch)
    monkeypatch.undo()
    monkeypatch.setattr(assets, "npm_command", lambda: ["/bin/sh", "-c", "echo no room left >&2; exit 3"])

    with pytest.raises(RuntimeError, match="no room left"):
        assets.build(tmp_path)
    assert not (tmp_path / "app" / "static" / "dist" / assets.STAMP).exists()


def _a_project_with_a_pretended_npm(root: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    (root / "app" / "static" / "css").mkdir(parents=True)
    (root / "app" / "static" / "css" / "app.css").write_text("@layer base;\n")
    (root / "package-lock.json").write_text("{}")
    calls: list[list[str]] = []

    def install(command: list[str], folder: Path) -> None:
        calls.append(command)
        for source, name in assets.COPIES.items():
            target = folder / "node_modules" / source
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(f"// {name}")
        icons = folder / "node_modules" / "lucide-static" / "icons"
        icons.mkdir(parents=True, exist_ok=True)
        (icons / "a.svg").write_text(DRAWING)

    monkeypatch.setattr(assets, "ICONS", ("a",))
    monkeypatch.setattr(assets, "npm_command", lambda: ["npm"])
    monkeypatch.setattr(assets, "_run", install)
    return calls
