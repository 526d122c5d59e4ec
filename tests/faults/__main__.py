"""The whole measurement of a browser that is killed while somebody types: `python -m tests.faults 200` (about 45 minutes)."""

import os
import sys

import pytest

if __name__ == "__main__":
    os.environ["BETWEEN_TEST_KILLS"] = sys.argv[1] if len(sys.argv) > 1 else "200"
    sys.exit(int(pytest.main(["-q", "-s", "tests/faults/test_kill_browser.py"])))
