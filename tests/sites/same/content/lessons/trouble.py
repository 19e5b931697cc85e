"""A module of the course, imported by the notebook beside it."""


def double(number):
    return 2 * number


def share(total, heads):
    # The line below is to be seen in the traceback.
    return total / heads
