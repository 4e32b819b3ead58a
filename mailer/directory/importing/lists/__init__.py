"""The way of a list: received, tried, looked at, applied. ``files`` goes through one, in one savepoint.

``batches`` does it in two steps, with somebody's look between them; the bytes wait in ``keeping``. A list that is too
long for a web request waits in ``queueing`` for a worker, which is ``working``.
"""
