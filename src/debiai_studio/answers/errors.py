"""Why values that a receiver gave back were not taken.

StudioError
├── Invalid
│   ├── MalformedAnswer    not the shape of an answer
│   └── AnswerTooLarge     more bytes than are read
├── Conflict
│   └── TooManyAnswers     of one delivery
├── Forbidden
│   └── AnswersIgnored     the export method does not ask for values
└── Gone
    └── NothingToAnswer    the delivery or its project is there no more
"""

from __future__ import annotations

from debiai_studio.errors import Conflict, Forbidden, Gone, Invalid

SHAPE = (
    'Send a JSON list of objects like {"id": "s1", "label": "cat"}, or an object with such a list '
    'under "samples" or "results".'
)


class MalformedAnswer(Invalid):
    """It is not what an answer looks like; nothing was changed."""

    code = "answers.malformed"
    title = "Not an answer"

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason} {SHAPE}")
        self.reason = reason


class AnswerTooLarge(Invalid):
    """It is larger than what is read; nothing was changed."""

    code = "answers.too_large"
    title = "Answer too large"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"An answer has at most {most // 10**6} MB. Send the values in several answers."
        )
        self.most = most


class TooManyAnswers(Conflict):
    """One delivery got more answers than are kept."""

    code = "answers.too_many"
    title = "Too many answers"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"This delivery has {most:,} answers already, and takes no more. "
            "Send more values in each answer."
        )
        self.most = most


class AnswersIgnored(Forbidden):
    """The export method takes no values back (any more)."""

    code = "answers.ignored"
    title = "Answers are not wanted"

    def __init__(self, method: str) -> None:
        super().__init__(
            f'The export method "{method}" takes no values back. '
            "Set its option answers to results, then send them again."
        )
        self.method = method


class NothingToAnswer(Gone):
    """The delivery, or the project of its samples, was deleted."""

    code = "answers.nothing_to_answer"
    title = "No longer there"

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} was deleted; its samples take no values any more.")
        self.what = what
