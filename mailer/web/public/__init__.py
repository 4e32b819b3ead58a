"""Public pages: behind the links in letters, phone first, without signing in."""
