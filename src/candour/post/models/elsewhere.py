"""Requests that a site shows as sent to a force, to find those that never reached it."""

from __future__ import annotations

from django.db import models

from candour.desk.models import Authority


class SiteRequest(models.Model):
    """A request on WhatDoTheyKnow to a force. `number` is the site's own; `settled` says why nobody need look further.

    `arrived` is set once a message of the request is in the force's queue or a case answers to its address.
    """

    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="site_requests")
    number = models.PositiveBigIntegerField()
    title = models.CharField(max_length=300)
    address = models.URLField(max_length=500)
    sent_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    arrived = models.BooleanField(default=False)
    settled = models.CharField(max_length=250, blank=True)

    class Meta:
        ordering = ("-sent_at", "-number")
        constraints = [models.UniqueConstraint(fields=("authority", "number"), name="one_site_request_a_number")]
        indexes = [models.Index(fields=("authority", "arrived", "settled"), name="site_requests_missing")]

    def __str__(self) -> str:
        return f"request {self.number} on the site"
