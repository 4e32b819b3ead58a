"""Regulating: when a letter may leave, and by which relay.

``routing`` chooses the relay. ``limiting`` takes room for letters within the ``limits`` that were set, as far as they
are spent (``spending``); what a person sets is ``allowing``. Letters wait for ``quiet`` hours, and by ``putting_off``
for a domain. What refusals teach: ``lessons``, kept as ``troubles``.
"""
