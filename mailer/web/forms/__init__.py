"""Forms: what was filled in, read and checked at the moment of asking."""

from mailer.web.forms.filled import Filled

__all__ = ["Filled"]
