"""The region in a box: plays the fifteen municipalities through the real doors, in simulated time.

``sources`` holds the published figures, ``arrivals`` who is reported and when, ``course`` what happens with one
melding, ``care`` how its family is kept in sight meanwhile, ``handing`` what becomes of each offer, ``exchanges`` what
the parties ask of each other about it, ``shelter`` who gets which bed, ``plan`` what all workers do together, hour by
hour. All of that is pure: the same number gives the same stream. ``doors``, ``player`` and those who send (``carers``,
``exchangers``, ``planners``, ``shelterers``) do it over HTTP and know nothing of choices. ``controle`` recomputes the
figures afterwards, by itself. All persons are invented.
"""
