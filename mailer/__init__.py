"""Tegelpost: newsletters and invitations for a neighbourhood network."""
