"""What staff see of the public side, beside the addresses of the desk."""

from django.urls import path

from candour.portal import staff_pages

app_name = "portal-staff"

urlpatterns = [path("feedback/", staff_pages.feedback, name="feedback")]
