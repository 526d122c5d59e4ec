"""The whole measurements behind the short tests of this folder.

`python -m tests.faults 200` kills a browser while somebody types (about 45 minutes); `python -m tests.faults broker 600` takes the
broker away for ten minutes.
"""

import os
import sys

import pytest

if __name__ == "__main__":
    words = sys.argv[1:]
    if words[:1] == ["broker"]:
        os.environ["BETWEEN_TEST_BROKER_SECONDS"] = words[1] if len(words) > 1 else "600"
        sys.exit(int(pytest.main(["-q", "-s", "tests/faults/test_broker.py"])))
    os.environ["BETWEEN_TEST_KILLS"] = words[0] if words else "200"
    sys.exit(int(pytest.main(["-q", "-s", "tests/faults/test_kill_browser.py"])))
