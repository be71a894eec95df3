"""The settings of the project, with a data folder of its own for each run and passwords that are quick to check."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_data = Path(tempfile.mkdtemp(prefix="candour-tests-"))
atexit.register(shutil.rmtree, _data, ignore_errors=True)
os.environ["CANDOUR_DATA_DIR"] = str(_data)

from candour.site.settings import *  # noqa: E402, F403  the data folder is named first
from candour.site.settings import DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Every test client builds the middleware anew, and a server's would then list each file of the site, which takes longer
# than most pages do.
WHITENOISE_AUTOREFRESH = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, so that the threads of a live server have connections of their own, as in production.
    DATABASES["default"]["TEST"] = {"NAME": str(_data / "tests.sqlite3")}
