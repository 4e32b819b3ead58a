"""The command line: ``mailer <noun> <verb>``. One transaction a command; exit 0 done, 1 refused, 2 wrong usage."""

from mailer.cli import audiences, mailings, sample, schema, staff
from mailer.cli.frame import main

# Importing a module of commands adds them to the groups in ``frame``.
__all__ = ["audiences", "mailings", "main", "sample", "schema", "staff"]
