"""Journeys in headless Chromium, as the people of the network make them."""
