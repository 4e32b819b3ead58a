"""Taking a list back: everything it wrote is as it was, but for what was changed or used since.

``recording`` has the journal keep what a list writes; ``undoing`` takes it back; ``undone`` is what that did, and
``remaining`` what it leaves alone, by name.
"""
