"""Published: a letter after it was sent, on the web.

``webletters`` shows one (what is over: ``closing``), ``archive`` all of a topic. ``correcting`` puts right what was
wrong; ``sharing`` has the words to pass on; what readers vote: ``polling``.
"""
