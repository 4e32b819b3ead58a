"""The command line: ``mailer <noun> <verb>``. One transaction a command; exit 0 done, 1 refused, 2 wrong usage.

Each module here adds its commands to a group of ``frame``, which loads only those that the noun on the line needs.
"""

from mailer.cli.frame import main

__all__ = ["main"]
