"""Files are served under one mark, so that a browser fetches each once and modules stay together."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from flask.testing import FlaskClient

from app.blueprints.assets import ENTRANCE, FOLDER, imported, module_urls, read_tree, static_url
from tests.people import SUPPORT, sign_in

ADDRESS = re.compile(r'(?:src|href)="(/static/[^"#]+)')


def test_every_file_that_a_page_names_is_there_and_kept_for_a_year(client: FlaskClient) -> None:
    sign_in(client, SUPPORT)
    named = set(ADDRESS.findall(client.get("/companies", follow_redirects=True).text))
    assert len(named) > 5
    for address in named:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable", address


@pytest.mark.parametrize("address", ["/static/mark.svg", "/static/000000000000/mark.svg"])
def test_a_file_under_no_mark_or_an_older_one_is_answered_and_asked_for_again(
    client: FlaskClient, address: str
) -> None:
    answer = client.get(address)
    assert answer.data == client.get(static_url("mark.svg")).data
    assert answer.headers["Cache-Control"] == "no-cache"
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("name", ["nothing.js", "../factory.py", "%2e%2e/factory.py", "dist/", "", "dist"])
def test_nothing_else_is_served(client: FlaskClient, name: str) -> None:
    for address in (f"/static/{name}", static_url(name)):
        assert client.get(address).status_code == 404, address


def test_modules_are_called_what_browsers_ask_for(client: FlaskClient) -> None:
    kinds = {
        name: client.get(static_url(name)).mimetype for name in ("js/app.js", "dist/app.css", "mark.svg")
    }
    assert kinds == {"js/app.js": "text/javascript", "dist/app.css": "text/css", "mark.svg": "image/svg+xml"}


def test_a_file_does_not_depend_on_who_asks(client: FlaskClient) -> None:
    """Else a browser would ask again for every file after each change of a cookie."""
    sign_in(client, SUPPORT)
    answer = client.get(static_url("js/app.js"))
    assert "Cookie" not in answer.headers["Vary"]
    assert "Set-Cookie" not in answer.headers


def test_one_changed_byte_changes_the_mark(tmp_path: Path) -> None:
    marks = set()
    for number, content in enumerate((b"one", b"two")):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "a.js").write_bytes(content)
        (folder / ".a.js.new").write_bytes(b"half of it")
        tree = read_tree(folder)
        assert dict(tree.files) == {"a.js": content}
        marks.add(tree.mark)
    assert len(marks) == 2


def test_what_a_module_imports_is_asked_for_at_once(client: FlaskClient) -> None:
    files = {
        "js/app.js": b'import { a } from "./a.js";\nimport("./z.js");\nexport { b } from "./parts/b.js";\n',
        "js/a.js": b'import {\n  c,\n} from "./parts/c.js";\n',
        "js/parts/b.js": b'import "../a.js";\n',
        "js/parts/c.js": b"",
    }
    assert imported("js/app.js", files) == ["js/a.js", "js/parts/b.js", "js/parts/c.js"]
    page = client.get("/sign-in").text
    assert module_urls()
    for address in module_urls():
        assert f'<link rel="modulepreload" href="{address}">' in page


def test_every_module_that_is_imported_is_there() -> None:
    files = read_tree(FOLDER).files
    assert set(imported(ENTRANCE, files)) <= set(files)


@pytest.mark.parametrize(("accepted", "read"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
@pytest.mark.parametrize("address", ["/sign-in", "/static/dist/app.css"])
def test_answers_travel_small(client: FlaskClient, accepted: str, read: object, address: str) -> None:
    assert callable(read)
    client.lenient = True
    answer = client.get(address, headers={"Accept-Encoding": accepted})
    assert answer.headers["Content-Encoding"] == accepted
    assert len(read(answer.data)) > 2 * len(answer.data)
    assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_site_asks_for_shows_nothing_by_its_length(client: FlaskClient, site: str) -> None:
    answer = client.get("/sign-in", headers={"Accept-Encoding": "br", "Sec-Fetch-Site": site})
    assert "Content-Encoding" not in answer.headers
