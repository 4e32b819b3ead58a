"""The command line: ``mailer <noun> <verb>``. One transaction a command; exit 0 done, 1 refused, 2 wrong usage.

Every module here adds its commands to the groups in ``frame``; a new one is found by itself.
"""

from importlib import import_module
from pkgutil import iter_modules

from mailer.cli.frame import main

for module in iter_modules(__path__, f"{__name__}."):
    import_module(module.name)

__all__ = ["main"]
