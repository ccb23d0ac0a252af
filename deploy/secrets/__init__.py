"""The secrets of one installation: how they are made, never the secrets themselves."""
