"""How a fact gets from one room to the others and is handled once: outbox, relay, streams, inbox, quarantine."""
