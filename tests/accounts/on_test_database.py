"""Settings of a second process that shares the test database."""

import os

from kaimen.config.settings import *  # noqa: F403 - settings are a flat list of names
from kaimen.config.settings import DATABASES

DATABASES["default"]["NAME"] = os.environ["KAIMEN_TEST_NAME"]
