"""The addresses of the public side."""

from django.urls import path

from candour.portal import figures, machine, views

app_name = "portal"

urlpatterns = [
    path("", views.log, name="log"),
    path("log.json", machine.log_data, name="log-data"),
    path("log.atom", machine.feed, name="feed"),
    path("log.jsonl", machine.whole_log, name="whole-log"),
    path("sitemap.xml", machine.sitemap, name="sitemap"),
    path("robots.txt", machine.robots, name="robots"),
    path("log/<slug:authority>/<slug:slug>.json", machine.entry_data, name="entry-data"),
    path("log/<slug:authority>/<slug:slug>/", views.entry, name="entry"),
    path("log/<slug:authority>/<slug:slug>/<str:name>/columns.json", machine.file_description, name="file-description"),
    path("log/<slug:authority>/<slug:slug>/<str:name>", views.file, name="file"),
    path("theme/<slug:authority>.css", views.theme, name="theme"),
    path("figures/", figures.forces, name="figures"),
    path("figures/<slug:authority>/", figures.figures, name="force-figures"),
    path("figures/<slug:authority>.csv", figures.figures_file, name="force-figures-file"),
    path("about/", views.about, name="about"),
    path("cookies/", views.cookies, name="cookies"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("feedback/", views.feedback, name="feedback"),
]
