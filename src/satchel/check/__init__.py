"""`--check`: runs the browser activities of a finished site in the kernel it ships, and remembers what was seen."""

from satchel.check.account import FILE_NAME as REPORT_NAME
from satchel.check.account import account
from satchel.check.checking import Checking, begin, run
from satchel.check.keys import Surroundings
from satchel.check.verdicts import Verdict, judge, judged

__all__ = ["REPORT_NAME", "Checking", "Surroundings", "Verdict", "account", "begin", "judge", "judged", "run"]
