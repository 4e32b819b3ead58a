"""Who is there already, as a file is read. ``register`` is where the rest asks, and is kept up with each row.

``loading`` fills ``everybody`` with ``entries``, a few values each, found by ``indexing`` and by ``near_names``;
``weights`` says who gave each field. ``fetching`` has the rows themselves ``at_hand`` while they are needed;
``newcomers`` come with the file. What the same row was about in ``earlier`` lists.
"""
