"""What letters look like, weigh and ask of mail programs: made, sent to a real mail server and read from there."""
