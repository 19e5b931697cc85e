"""The extra requirements that an author names, read as pip understands them."""

from __future__ import annotations

from collections.abc import Iterable

from packaging.requirements import InvalidRequirement, Requirement

from satchel.errors import CourseProblems, Problem


def parse_extra(extra: Iterable[str]) -> tuple[Requirement, ...]:
    """The author's extra requirements (PEP 508); raises `CourseProblems` naming all invalid ones."""
    parsed, problems = [], []
    for text in extra:
        try:
            requirement = Requirement(text)
            if requirement.url:
                raise InvalidRequirement("an address instead of a name")
            parsed.append(requirement)
        except InvalidRequirement as error:
            problems.append(extra_problem(f"{text!r} is not a package requirement: {error}"))
    if problems:
        raise CourseProblems(problems)
    return tuple(parsed)


def extra_problem(message: str) -> Problem:
    """The problem of a requirement that is not valid or cannot be met."""
    return Problem(
        code="runtime-extra",
        message=message,
        cure="Write a name with an optional version as pip understands it, for example ipywidgets or seaborn>=0.13, "
        "whose own requirements the runtime can meet.",
    )
