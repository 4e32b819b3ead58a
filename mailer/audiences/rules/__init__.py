"""Rules: whom we mean, as a value, as SQL and as a Dutch sentence.

``criteria`` holds a rule, from JSON and back; ``understanding`` checks its words with the directory. ``leaves`` are its
conditions (read with ``wording``), ``conditions`` what these mean in SQL, ``saying`` the sentence. ``atoms`` are a rule
taken apart, to see what held.
"""
