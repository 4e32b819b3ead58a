"""``python -m mailer``: the same as the console script."""

from mailer.cli import main

main()
