"""The line: a letter leaves. ``sending`` tells it from end to end: claim, fill, gate, dot, record.

``supplying`` has letters ready in time; ``stocking`` claims them (``claiming``, under a lease: ``leasing``) and makes
messages; ``passing`` takes them through the gate by the window, and keeps back what ``heeding`` hears of refusals;
``windows`` is its transaction, which records (``recording``) and asks the gate (``handing_over``). ``board`` keeps each
dot in a file; ``pacing`` says how much is in hand. What a worker left behind: ``recovering``, ``reopening``.
"""
