"""Row ids: UUID version 7 (RFC 9562), made before the insert.

A sealed value is bound to its row's id, so the id exists before the row does; and ids that rise with time keep
indexes compact. They are opaque in URLs: no name, no count, no sequence to guess (74 random bits).
"""

import os
import time
import uuid


def uuid7() -> uuid.UUID:
    """Return a new UUIDv7: 48 bits of Unix milliseconds, then 74 random bits."""
    stamp = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (stamp & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76
    value |= ((random >> 62) & 0xFFF) << 64
    value |= 0b10 << 62
    value |= random & ((1 << 62) - 1)
    return uuid.UUID(int=value)
