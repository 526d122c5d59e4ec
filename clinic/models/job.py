"""When each job of the workers last ran. One row a job for the whole installation; nothing of any clinic is in it."""

from django.db import models


class JobRun(models.Model):
    """The last run of one job. Written by the base of all tasks (`clinic.task_base`), read by the page that shows them."""

    name = models.CharField(primary_key=True, max_length=64)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    went_well_at = models.DateTimeField(null=True, blank=True)
    ms = models.PositiveIntegerField(null=True, blank=True, help_text="how long the last whole run took")
    did = models.PositiveIntegerField(
        null=True, blank=True, help_text="how much it did, in all clinics; for the log only"
    )
    trouble = models.CharField(max_length=120, blank=True, help_text="type and place of the last error, never its text")

    def __str__(self) -> str:
        """Its name."""
        return self.name
