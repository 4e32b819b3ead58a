"""Floor 6: whom we address. A rule over the directory becomes one SQL statement, a count, and a Dutch sentence.

The rule: ``criteria`` holds it as a value, ``understanding`` checks its words; ``leaves`` are its conditions (read with
``wording``), ``conditions`` what these mean in SQL, ``saying`` the sentence. It is asked of ``seats``.

Who gets a letter: ``choosing``, in steps (``seat_question``, ``best_mailbox``, ``reaching``, ``by_hand``; compared by
``ranks``), for a ``purpose``. From it: ``counting`` in numbers, ``addressing`` for whom each letter is, ``queries`` and
``lists`` by name, ``facets`` and ``coverage`` (on a ``coverage_board``) who is there and who is missing, ``keeping``
for one transaction. Of a handful of mailboxes: ``gathering``. In a large directory: ``at_size``, which asks the same of
a mirror (``mirroring``).

Why: ``explaining`` for staff (by ``standing``, ``telling``, ``stand_ins``), ``reasons`` for the reader; both take a
rule apart into ``atoms``. Selections with a name: ``models``, ``saving``. “Klopt dit nog?”, because it asks for a
mailbox to use: ``checking``.
"""

# The directory's own conditions are always known; floors above register theirs with ``criteria.register``.
from mailer.audiences import leaves as leaves
