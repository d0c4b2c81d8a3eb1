"""The functions that expressions may use, in the order in which they are shown."""

from __future__ import annotations

from debiai_studio.expressions.functions.arithmetic import ARITHMETIC
from debiai_studio.expressions.functions.choice import CHOICE
from debiai_studio.expressions.functions.comparison import COMPARISON
from debiai_studio.expressions.functions.logic import LOGIC
from debiai_studio.expressions.functions.mathematics import MATHEMATICS
from debiai_studio.expressions.functions.text import TEXT
from debiai_studio.expressions.functions.time import TIME

FUNCTIONS = {
    function.name: function
    for function in (
        *ARITHMETIC,
        *COMPARISON,
        *LOGIC,
        *MATHEMATICS,
        *CHOICE,
        *TEXT,
        *TIME,
    )
}
