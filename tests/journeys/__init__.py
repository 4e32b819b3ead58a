"""Whole stories, from the command line and the browser's side to the letters that arrive."""
