"""The identity provider of the deployment: the realm in which people and rooms get their tokens."""
