"""The feelings picker: our own 36 words in 6 groups, several at once, each with a strength if you like (F45).

"Scared and good at once" are two feelings of one answer; nothing adds them up. The words and their translations are
data: `library/_common.toml`.
"""

import dataclasses
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Self

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from homework.worksheets.kinds.base import Answer, Field, Part, UnreadableError, Values, as_typed, kind
from homework.worksheets.kinds.numbers import Scale100
from homework.worksheets.kinds.post import TYPED_LIMIT, Post
from homework.worksheets.kinds.source import NO_WORDS, Json

OWN_WORD = "own"
"""The key of the feeling somebody names themselves."""

_STRENGTH = Scale100(key="strength", label=NO_WORDS)


@dataclasses.dataclass(frozen=True)
class Group:
    """Feelings that belong together."""

    key: str
    label: str
    feelings: tuple[tuple[str, str], ...]  # key, word


@cache
def common_source() -> Json:
    """What every worksheet shares: the closing questions and the feelings, in all languages."""
    return tomllib.loads((files("homework.worksheets") / "library" / "_common.toml").read_text("utf-8"))


@cache
def groups(language: str) -> tuple[Group, ...]:
    """The six groups in a language, English where it has none."""
    source = common_source()
    words = source.get(language, {}).get("feelings", {})
    return tuple(
        Group(
            group["key"],
            words.get(group["key"], group["label"]),
            tuple((feeling["key"], words.get(feeling["key"], feeling["label"])) for feeling in group["words"]),
        )
        for group in source["feelings"]
    )


@cache
def labels(language: str) -> dict[str, str]:
    """The word for each feeling."""
    return {key: word for group in groups(language) for key, word in group.feelings}


@kind("emo")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Feelings(Field):
    """Several feelings at once, kept as `[{"feeling": "afraid", "strength": 70}, {"own": "homesick"}]`.

    `again` names an earlier question whose feelings are rated once more; those come first here.
    """

    again: str = ""
    language: str = dataclasses.field(default="en", metadata={"written": False})

    several_inputs = True

    @property
    def speaks_of(self) -> tuple[str, ...]:
        """The earlier question, when there is one."""
        return (*super().speaks_of, *filter(None, (self.again,)))

    def in_language(self, language: str) -> Self:
        """The same question with the feelings in another language."""
        return dataclasses.replace(self, language=language)

    def read(self, post: Post, name: str) -> Answer:
        """Ticked feelings and named ones; a strength without a tick counts as ticked, so that nothing typed is lost."""
        ticked, found, problem = post.many(name), [], ""
        for key in labels(self.language):
            typed = post.one(f"{name}-{key}")
            if typed or key in ticked:
                strength, trouble = _strength(typed)
                found.append({"feeling": key, "strength": strength})
                problem = problem or trouble
        if own := post.one(f"{name}-{OWN_WORD}")[:TYPED_LIMIT]:
            strength, trouble = _strength(post.one(f"{name}-{OWN_WORD}-strength"))
            found.append({"own": own, "strength": strength})
            problem = problem or trouble
        return Answer(found or None, problem)

    def understood(self, value: Any) -> Any:
        """The feelings in the list that have a name."""
        listed = value if isinstance(value, list) else []
        return [item for item in listed if isinstance(item, Mapping) and self.name(item)] or None

    def name(self, item: Mapping[str, Any]) -> str:
        """The word for one feeling of an answer."""
        own = item.get("own")
        return own if isinstance(own, str) else labels(self.language).get(str(item.get("feeling")), "")

    def parts(self, value: Any) -> list[tuple[Part, ...]]:
        """A part for each feeling: the word, and how strong."""
        known = self.understood(value) or []
        row = tuple(Part(self.name(item), as_typed(item.get("strength")), own_words="own" in item) for item in known)
        return [row] if row else []

    def strengths(self, value: Any) -> dict[str, tuple[str, int | None]]:
        """For each feeling its word and its strength, to compare before and after."""
        rated = {}
        for item in self.understood(value) or []:
            strength = _STRENGTH.understood(item.get("strength"))
            rated[str(item.get("feeling") or item.get("own", "")).casefold()] = (self.name(item), strength)
        return rated

    def control(self, name: str, value: Any, values: Values) -> Json:
        """The groups with what is ticked; groups with a tick, or rated earlier, are open. Texts are safe already."""
        known = self.understood(value) or []
        ticked = {str(item.get("feeling")): as_typed(item.get("strength")) for item in known}
        earlier = self.strengths(values.get(self.again)) if self.again else {}
        shown = []
        for group in _escaped_groups(self.language):
            feelings = [
                (key, word, _ON if key in ticked else _OFF, ticked.get(key, _OFF), earlier.get(key, _UNRATED)[1])
                for key, word in group.feelings
            ]
            count = sum(1 for key, _word in group.feelings if key in ticked)
            is_open = count > 0 or any(key in earlier for key, _word in group.feelings)
            shown.append({"label": group.label, "feelings": feelings, "count": count, "open": is_open})
        own: Mapping[str, Any] = next((item for item in known if "own" in item), {})
        return {
            "groups": shown,
            "own": own.get("own", ""),
            "own_strength": as_typed(own.get("strength")),
            "again": self.again,
        }


_ON, _OFF, _UNRATED = SafeString(" checked"), SafeString(""), ("", None)


@cache
def _escaped_groups(language: str) -> tuple[Group, ...]:
    """The groups as a template writes them, escaped once instead of 36 times a page."""
    return tuple(
        Group(group.key, escape(group.label), tuple((SafeString(key), escape(word)) for key, word in group.feelings))
        for group in groups(language)
    )


def _strength(typed: str) -> tuple[Any, str]:
    """A strength from 0 to 100, or what was typed and a message."""
    try:
        return (_STRENGTH.understand(typed) if typed else None), ""
    except UnreadableError:
        return typed[:TYPED_LIMIT], _("A strength is a number from 0 to 100.")
