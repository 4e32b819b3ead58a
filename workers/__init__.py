"""Celery, the clock and the hands: thin tasks that wake the verbs of deliveries and events."""
