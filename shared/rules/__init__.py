"""The rulebook: terms, calendar, routes, retention and disclosure, as tables that a lawyer can read beside the law."""
