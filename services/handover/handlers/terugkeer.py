"""The return of an offer that nobody answered: some working days after its term it goes back to Veilig Thuis."""

from services.handover.domain.intrekken import due_again, give_up_waiting
from services.handover.domain.overdracht import Status
from services.handover.handlers.common import again_before
from services.handover.handlers.voortgang import Genomen, ended
from services.handover.store import overdrachten
from shared.db import in_transaction
from shared.log import get_logger
from shared.messaging.tasks import Again, Done, Outcome, Task
from shared.web.app import Resources

log = get_logger()

TERUGKEER = "overdracht-terugkeer"


async def return_overdracht(task: Task, made: Resources) -> Outcome:
    """Let an offer go back to Veilig Thuis when its time has come and nobody answered; harmless when done twice."""
    async with in_transaction(made.engine) as conn:
        now = made.clock()
        # The casus first, then the overdracht: everyone locks in this order.
        await overdrachten.lock_casus_of(conn, task.object_id)
        before = await overdrachten.find_overdracht(conn, task.object_id, lock=True)
        if before is None or before.status is not Status.AANGEBODEN:
            return Done()
        after, fact = give_up_waiting(before, now=now)
        if fact is None:
            return Again(wait=before.keert_terug_op - now, failed=False)
        after = due_again(after, again_before(now, made.rules))
        await ended(conn, made.vault, after, fact, Genomen(now=now))
    log.info("overdracht_returned", overdracht_id=str(task.object_id))
    return Done()
