"""A worker that can be ended and begun again often: the program is loaded once, the worker is a child, a new one follows each end.

`python -m tests.faults.worker WORDS OF CELERY`; ends when its standard input is closed.
"""

import os
import select
import sys

from clinic import stopping
from tests.faults.quick import app


def main() -> None:
    """Keep one child working until nobody wants us any more."""
    app.loader.init_worker()
    while not select.select([sys.stdin], [], [], 0)[0]:
        child = os.fork()
        if not child:
            app.worker_main(sys.argv[1:])
            os._exit(0)
        os.waitpid(child, 0)
        stopping.forget()  # that was asked of the one that has ended


if __name__ == "__main__":
    main()
