"""The broker as a worker sees it: what could not be acknowledged no longer keeps a worker's place.

A worker takes as many tasks as it has processes and asks for the next when one is acknowledged. When Redis goes away just while
all of them are busy, every acknowledgement fails; kombu logs that and goes on as if the tasks were still running. The worker
then waits for ever for places that never become free: it asks for nothing, so it never finds out that Redis was away and is
back, and nothing is sent until somebody restarts it.

Here a failed acknowledgement frees the place, and the worker asks for the next task; if Redis is away, that is the moment it
notices and connects anew. The task itself is given out again when its time of visibility is over, as after every loss; sweeps
and their units may run twice.
"""

from typing import Any

from kombu.transport import redis, virtual


class QoS(redis.QoS):
    """What a worker has taken and not yet acknowledged."""

    def ack(self, delivery_tag: Any) -> None:
        """Acknowledge; the place is free also when Redis cannot be told. Raises what redis-py raises."""
        try:
            super().ack(delivery_tag)  # type: ignore[no-untyped-call]
        except BaseException:
            virtual.QoS.ack(self, delivery_tag)  # type: ignore[no-untyped-call]
            raise

    def reject(self, delivery_tag: Any, requeue: bool = False) -> None:
        """Give back; the place is free also when Redis cannot be told. Raises what redis-py raises."""
        try:
            super().reject(delivery_tag, requeue=requeue)  # type: ignore[no-untyped-call]
        except BaseException:
            virtual.QoS.ack(self, delivery_tag)  # type: ignore[no-untyped-call]
            raise


def use() -> None:
    """Every connection to Redis or Valkey counts like this from now on, the ones over TLS and Sentinel too."""
    redis.Channel.QoS = QoS
