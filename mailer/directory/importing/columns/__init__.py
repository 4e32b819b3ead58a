"""Which column of a file is what: proposed, chosen, and remembered for the next list of its kind.

``fields`` are known by the names people give them; ``headers`` finds these in a sheet; ``lines`` are its records.
``proposing`` shows how a file would be read, with the ``unknown_words`` in it; ``reading`` is how somebody wants it;
``sources`` remembers that.
"""
