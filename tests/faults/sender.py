"""A sender that can be killed often: Django is loaded once, what sends is a child, and a new one follows each end.

`python -m tests.faults.sender SECONDS_OF_LEASE MESSAGES_A_CLAIM`; ends when its standard input is closed.
"""

import os
import select
import sys
import time
from datetime import timedelta

import django


def send_for_ever() -> None:
    """What a worker does every minute, without the minute."""
    from clinic import rounds
    from clinic.outbox import delivery, lanes

    lanes.LEASE = timedelta(seconds=float(sys.argv[1]))
    delivery.claim = lambda clinic, **lane: lanes.claim(clinic, int(sys.argv[2]), **lane)
    while True:
        if not rounds.each_clinic(delivery.send_due, "send", own_transactions=True):
            time.sleep(0.05)


def main() -> None:
    """Keep one child sending until nobody wants us any more."""
    django.setup()
    while not select.select([sys.stdin], [], [], 0)[0]:
        child = os.fork()
        if not child:
            send_for_ever()
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
