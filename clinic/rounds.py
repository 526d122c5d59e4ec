"""Work that nobody asked for with a request: in every clinic in turn (a sweep), or in one (a unit), acting for it.

Row-level security shows no row of a clinic to anybody who does not act in it, and only inside a transaction; sealed fields
need a session. Both are set up here, for all tasks alike.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from random import SystemRandom

from django.db import transaction

from clinic import job_runs, logs, stopping, vault
from clinic.models import Clinic
from clinic.scope import acting_in

Work = Callable[[Clinic], int]
_dice = SystemRandom()


def each_clinic(work: Work, name: str, *, own_transactions: bool = False) -> int:
    """Do a sweep's work in every clinic, acting for it, in no fixed order. Returns the sum of what `work` returns.

    Each clinic is one transaction; work that opens its own, to keep them short, says so. One clinic's trouble is logged under
    `name` and never keeps the others waiting. A worker that is asked to stop begins no further clinic: the next sweep goes on.
    """
    clinics = list(Clinic.objects.all())
    _dice.shuffle(clinics)
    total = 0
    for clinic in clinics:
        if stopping.is_asked():
            break
        try:
            with _acting_for(clinic, own_transactions=own_transactions):
                total += work(clinic)
        except Exception as error:
            job_runs.left_out(error)
            logs.trouble(name, error, clinic=clinic.pk)
    return total


def in_clinic(clinic_id: str, work: Work, *, own_transactions: bool = False) -> int:
    """Do a unit's work in one clinic, acting for it, in one transaction or in its own. Returns what `work` returns.

    `clinic_id` as a task carries it. Raises Clinic.DoesNotExist.
    """
    clinic = Clinic.objects.get(pk=clinic_id)
    with _acting_for(clinic, own_transactions=own_transactions):
        return work(clinic)


@contextmanager
def _acting_for(clinic: Clinic, *, own_transactions: bool) -> Iterator[None]:
    with acting_in(clinic.pk), vault.session(), nullcontext() if own_transactions else transaction.atomic():
        yield
