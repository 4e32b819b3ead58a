"""Floor 6: whom we address. A rule over the directory becomes one SQL statement, a count, and a Dutch sentence."""

# The directory's own conditions are always known; floors above register theirs with ``criteria.register``.
from mailer.audiences import leaves as leaves
