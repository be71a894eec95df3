"""The addresses of the public side."""

from django.urls import path

from candour.portal import asking, comparing, described, feedback_page, figures, following, machine, views

app_name = "portal"

urlpatterns = [
    path("", views.log, name="log"),
    path("log.json", machine.log_data, name="log-data"),
    path("log.atom", machine.feed, name="feed"),
    path("log.jsonl", machine.whole_log, name="whole-log"),
    path("catalogue.jsonld", described.catalogue, name="catalogue"),
    path("openapi.json", described.openapi, name="openapi"),
    path("compare/", comparing.compare, name="compare"),
    path("sitemap.xml", machine.sitemap, name="sitemap"),
    path("robots.txt", machine.robots, name="robots"),
    path("log/<slug:authority>/<slug:slug>.json", machine.entry_data, name="entry-data"),
    path("log/<slug:authority>/<slug:slug>.jsonld", described.entry_described, name="entry-described"),
    path("log/<slug:authority>/<slug:slug>/fragment.html", machine.entry_fragment, name="entry-fragment"),
    path("log/<slug:authority>/<slug:slug>/", views.entry, name="entry"),
    path("log/<slug:authority>/<slug:slug>/<str:name>/columns.json", machine.file_description, name="file-description"),
    path("log/<slug:authority>/<slug:slug>/<str:name>", views.file, name="file"),
    path("ask/", asking.begin, name="ask"),
    path("ask/force/", asking.force, name="ask-force"),
    path("ask/<str:secret>/question/<int:number>/", asking.question, name="ask-question"),
    path("ask/<str:secret>/<slug:name>/", asking.step, name="ask-step"),
    path("follow/<str:secret>/", following.follow, name="follow"),
    path("follow/<str:secret>/<slug:kind>/", following.say, name="say"),
    path("follow/<str:secret>/<int:number>/<str:name>", following.sent_file, name="sent-file"),
    path("theme/<slug:authority>.css", views.theme, name="theme"),
    path("figures/", figures.forces, name="figures"),
    path("figures/<slug:authority>/", figures.figures, name="force-figures"),
    path("figures/<slug:authority>.csv", figures.figures_file, name="force-figures-file"),
    path("explained/", views.explained, name="explained"),
    path("about/", views.about, name="about"),
    path("cookies/", views.cookies, name="cookies"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("feedback/", feedback_page.feedback, name="feedback"),
]
