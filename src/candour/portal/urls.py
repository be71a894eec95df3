"""The addresses of the public side."""

from django.urls import path

from candour.portal import views

app_name = "portal"

urlpatterns = [
    path("", views.log, name="log"),
    path("log/<slug:authority>/<slug:slug>/", views.entry, name="entry"),
    path("log/<slug:authority>/<slug:slug>/<str:name>", views.file, name="file"),
    path("theme/<slug:authority>.css", views.theme, name="theme"),
    path("about/", views.about, name="about"),
    path("cookies/", views.cookies, name="cookies"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("feedback/", views.feedback, name="feedback"),
]
