"""A mirror of some tables in this process, laid out by column: for questions about the whole of a large directory.

PostgreSQL looks up one row in a million quickly, and goes through all of them slowly; a columnar database does the
latter ten times as fast. It is asked the very same statements, so that nothing means two things (decision 0058). What
it holds is as PostgreSQL has it at the moment of asking: triggers note which rows were changed, and those are taken
anew.

``mirror`` is filled and asked; what it holds is said by ``shelves``, brought by ``copying``, kept up by ``changes`` (as
the rows of ``models`` note them). ``speaking`` puts a statement in its words; ``kept`` are tables worked out of others.
"""
