"""What goes along when a client is handed to another therapist, from apps above this one.

Whoever keeps something that has to reach the new therapist puts a receiver here when the program starts. It is called in the
transaction of the transfer, after the new lead's place is made.
"""

from collections.abc import Callable

from clinic.access import Actor
from clinic.models import Episode, Membership

Receiver = Callable[[Actor, Episode, Membership], None]
_receivers: list[Receiver] = []


def goes_along(receiver: Receiver) -> Receiver:
    """Register what goes along. Usable as a decorator."""
    if receiver not in _receivers:
        _receivers.append(receiver)
    return receiver


def hand_on(by: Actor, episode: Episode, to: Membership) -> None:
    """Hand everything that goes along to the new therapist."""
    for receiver in _receivers:
        receiver(by, episode, to)
