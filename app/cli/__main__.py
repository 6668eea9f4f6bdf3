"""`python -m app.cli`, for where the `carillon` program is not on the path."""

import sys

from app.cli import main

sys.exit(main())
