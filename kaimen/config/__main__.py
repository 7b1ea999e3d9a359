"""`python -m kaimen.config …` is the command `kaimen`."""

import sys

from kaimen.config.cli import main

sys.exit(main())
