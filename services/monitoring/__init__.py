"""Monitoring: keeps the clocks of the chain, warns and alarms, counts, and looks again at 3, 12 and 18 months.

Owns: every fact that it heard (``feit``), and what is folded from them: termijnen, monitormomenten, KPIs; alerts,
subscriptions, reports, what municipalities say of their local field, and deliveries to the CBS.
Reads: all facts of intake, triage and handover, and those that it tells itself.
Publishes: ``termijn-dreigend``, ``termijn-verstreken``, ``monitormoment-afgerond``, ``monitormoment-verplaatst``,
``casus-afgesloten``, ``bewaartermijn-verstreken``.
It decides nothing about a family, holds no person, and forgets no fact: figures of years ago stay as they were.
"""
