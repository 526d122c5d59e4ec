"""The words a definition may use to say what it is and for whom. Closed sets: a spelling mistake is an error."""

from typing import Literal

Kind = Literal["practice", "monitor", "read", "approach", "measure"]
Family = Literal["thoughts", "doing", "trying_out", "sleep", "people", "noticing", "check_in", "measure"]
Modality = Literal["cbt", "behavioural", "psychodynamic", "couples", "act", "coaching"]
Frequency = Literal["once", "daily", "weekly", "event"]
Context = Literal["work_ok", "public_ok", "bed_ok", "needs_quiet", "needs_privacy", "with_someone"]
Caution = Literal[
    "abuse", "counting", "exhaustion", "eye_contact", "fresh_loss", "imagery", "indirect_speech", "interoception",
    "mania", "reading_load", "risk", "rumination", "sensory", "sleep_restriction", "time_estimation", "writing_load",
]  # fmt: skip
