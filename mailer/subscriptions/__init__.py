"""Floor 5: what people allowed us. The gate that every letter passes is ``permission``.

A mailbox decides for itself: ``leaving``. We write down why we may write: ``joining``, from lists by ``claims``; and
where never again: ``suppressing``, from lists by ``importing`` and ``refused_addresses``. A first sender and its lists:
``founding``. ``sample`` imagines all of it.
"""
