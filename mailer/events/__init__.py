"""Floor 7: what we invite to. Every answer comes in by one door: ``answering.record_answer``.

A meeting: ``plans`` are values, ``planning`` keeps them; ``special_days`` to plan around (``marking_days``). Who may
come: ``inviting``. An answer: ``answering``, its guests (``parties``), the ``places`` there are and who is ``waiting``
for one; why one is not taken (``refusals``), and whom to ask instead (``delegating``). What is sent about it:
``receipts``, ``letters``, ``calendars``. How meetings stand: ``standings``, in words (``words``), as a file
(``exporting``). For selections: the conditions of ``criteria`` and ``attendance``. ``sample`` imagines some.
"""

# The conditions "answer" and "attended" are known to the audiences as soon as there are events.
from mailer.events import attendance as attendance
from mailer.events import criteria as criteria
