"""Floor 6: whom we address. A rule over the directory becomes one SQL statement, a count, and a Dutch sentence.

The rule: ``rules``, asked of ``seats``. Who gets a letter: ``recipients``, chosen by ``ranks``, for a ``purpose``. Why:
``why``. In numbers and by name: ``showing``. Selections with a name: ``models``, ``saving``, ``queries``. “Klopt dit
nog?”, because it asks for a mailbox to use: ``checking``.
"""

# The directory's own conditions are always known; floors above register theirs with ``rules.criteria.register``.
from mailer.audiences.rules import leaves as leaves
