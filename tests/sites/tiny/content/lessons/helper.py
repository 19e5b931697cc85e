"""A module of the course: not a notebook, but imported by one."""


def double(number: int) -> int:
    return 2 * number
