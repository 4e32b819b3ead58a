"""Floor 11: HTTP. Four doors: the office, the public pages, the API and the mail catcher. Only here: Flask."""
