"""What holds for all tests.

The programs that come with the environment (hadolint, ansible-playbook) are found, however pytest was started. No
test is timed: a busy machine is no reason to fail, and speed is what benchmarks are for.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.register_profile("fast", deadline=None, max_examples=25)  # what a developer runs all the time
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "untimed"))
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
