"""Whom a row is about: sure yes, sure no, or a doubt that only a person can settle (decision 0032).

``organisations`` and ``people`` recognise them; ``workplaces`` are the organisations that a person's row names, told
apart by ``same_names`` where two are called the same.
"""
