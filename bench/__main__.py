"""`make bench [NAME='send sms']`: run the named benches, or all, and print one JSON object per row."""

import importlib
import sys

BENCHES = {
    "ingest": "bench.ingest",
    "render": "bench.render",
    "send sms": "bench.send_sms",
    "pages": "bench.pages",
    "sign-in": "bench.sign_in",
}


def main() -> int:
    """Run what is named on the command line; options after a name belong to that bench."""
    words = sys.argv[1:]
    options = [word for word in words if word.startswith("--")]
    name = " ".join(word for word in words if not word.startswith("--"))
    if name and name not in BENCHES:
        print(f"There is no bench “{name}”. There are: {', '.join(BENCHES)}.", file=sys.stderr)
        return 2
    for module in [BENCHES[name]] if name else BENCHES.values():
        importlib.import_module(module).main(options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
