"""The floor's tables."""

from django.conf import settings
from django.db import models


class Client(models.Model):
    """A client of a therapist."""

    therapist = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)

    class Meta:
        app_label = "floor"


class Occurrence(models.Model):
    """Something due."""

    client = models.ForeignKey(Client, models.CASCADE)
    title = models.CharField(max_length=120)
    due = models.DateTimeField()
    status = models.SmallIntegerField(default=0)

    class Meta:
        app_label = "floor"
        indexes = [models.Index(fields=["client", "-due"])]


class Response(models.Model):
    """What was written."""

    occurrence = models.ForeignKey(Occurrence, models.CASCADE)
    at = models.DateTimeField(auto_now_add=True)
    doc = models.JSONField()

    class Meta:
        app_label = "floor"


class Audit(models.Model):
    """Who did it."""

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    what = models.CharField(max_length=40)
    obj = models.BigIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "floor"
