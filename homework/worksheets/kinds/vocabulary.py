"""The words a definition may use to say what it is and for whom. Closed sets: a spelling mistake is an error."""

from typing import Literal

Kind = Literal["practice", "monitor", "read", "approach", "measure"]
Family = Literal[
    "thoughts", "doing", "trying_out", "sleep", "calming", "hard_moments", "people", "couple", "noticing", "letters",
    "direction", "check_in", "measure",
]  # fmt: skip
Modality = Literal[
    "cbt", "behavioural", "psychodynamic", "couples", "act", "motivational", "coaching"
]  # fmt: skip
Frequency = Literal["once", "daily", "weekly", "event"]
Context = Literal["work_ok", "public_ok", "bed_ok", "needs_quiet", "needs_privacy", "with_someone"]
Caution = Literal[
    "abuse", "breathing", "counting", "dissociation", "eating", "exhaustion", "eye_contact", "family_values", "fresh_loss",
    "imagery", "indirect_speech", "interoception", "mania", "medical", "pain", "psychosis", "reading_load", "reassurance",
    "risk", "rumination", "safety_habit", "sensory", "shame", "sleep_restriction", "third_parties", "time_estimation",
    "trauma", "violence", "withdrawal", "writing_load",
]  # fmt: skip
