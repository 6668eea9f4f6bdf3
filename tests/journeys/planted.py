"""Plants stories at customers of a running portal: `python -m tests.journeys.planted ALIAS NAME …`.

Prints one line of JSON: by the name of the customer, the planted word and the id of each planted row.
"""

import json
import sys

from app.cli.context import portal
from tests.isolation.planting import plant


def main() -> None:
    alias, *names = sys.argv[1:]
    with portal():
        stories = {name: plant(alias, name) for name in names}
    told = {name: {"canary": one.canary, "ids": one.ids} for name, one in stories.items()}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
