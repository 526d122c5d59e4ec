"""When a client's hours or their time zone change, whoever keeps moments that follow from them works them out again.

`clinic` does not know what those moments are; an app that keeps some says so with `on_change`, once, when it starts. It is called
in the transaction of the change.
"""

from collections.abc import Callable

from clinic.access import Actor

Listener = Callable[[Actor], None]
_listeners: list[Listener] = []


def on_change(listener: Listener) -> Listener:
    """Have this called, with the client, after their quiet hours, rest or time zone changed."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def changed(client: Actor) -> None:
    """Their hours or their zone are others now. Inside the transaction of an action."""
    for listener in _listeners:
        listener(client)
