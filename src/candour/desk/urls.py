"""The addresses of the desk."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from candour.desk.views import (
    case,
    caseload,
    clock,
    counts,
    decide,
    exhibit,
    ledger,
    letter,
    links,
    ncnd,
    notices,
    step,
)

app_name = "desk"

urlpatterns = [
    path("", caseload.caseload, name="caseload"),
    path(
        "sign-in/",
        LoginView.as_view(template_name="desk/sign_in.html", redirect_authenticated_user=True),
        name="sign-in",
    ),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("requests/new/", case.new_request, name="new-request"),
    path("cases/<int:pk>/", case.overview, name="case"),
    path("cases/<int:pk>/questions/", case.questions, name="questions"),
    path("cases/<int:pk>/requests/new/", case.further_request, name="further-request"),
    path("cases/<int:pk>/requester/", case.requester, name="requester"),
    path("cases/<int:pk>/aggregation/", case.aggregation, name="aggregation"),
    path("cases/<int:pk>/clock/", clock.clock, name="clock"),
    path("cases/<int:pk>/clock/<slug:kind>/new/", clock.new_event, name="new-event"),
    path("cases/<int:pk>/take-over/", case.take_over, name="take-over"),
    path("cases/<int:pk>/decide/<slug:name>/", decide.decision, name="decision"),
    path("cases/<int:pk>/decide/<slug:name>/act/", decide.act, name="decision-act"),
    path("cases/<int:pk>/decide/<slug:name>/links/", links.links, name="links"),
    path("cases/<int:pk>/decide/<slug:name>/tables/add/", counts.add_table, name="add-table"),
    path("cases/<int:pk>/decide/<slug:name>/tables/counts/new/", counts.figures, name="new-counts"),
    path("cases/<int:pk>/decide/<slug:name>/tables/counts/<int:number>/", counts.figures, name="counts"),
    path("cases/<int:pk>/decide/<slug:name>/tables/counts/<int:number>/rules/", counts.rules, name="counts-rules"),
    path("cases/<int:pk>/decide/<slug:name>/tables/counts/<int:number>/safe/", counts.ways, name="counts-methods"),
    path("cases/<int:pk>/decide/<slug:name>/tables/new/", exhibit.exhibit, name="new-exhibit"),
    path("cases/<int:pk>/decide/<slug:name>/tables/<int:number>/", exhibit.exhibit, name="exhibit"),
    path("cases/<int:pk>/decide/<slug:name>/claims/<int:number>/<slug:step>/", step.step, name="claim-step"),
    path("cases/<int:pk>/decide/<slug:name>/<slug:step>/", step.step, name="step"),
    path("releases/", ledger.ledger, name="ledger"),
    path("neither-confirmed-nor-denied/", ncnd.register, name="ncnd-register"),
    path("neither-confirmed-nor-denied/new/", ncnd.topic, name="ncnd-new"),
    path("neither-confirmed-nor-denied/<int:pk>/", ncnd.topic, name="ncnd-topic"),
    path("neither-confirmed-nor-denied/<int:pk>/public/", ncnd.known_disclosure, name="ncnd-disclosure"),
    path("cases/<int:pk>/letter/", letter.preview, name="letter"),
    path("cases/<int:pk>/letter/draft.<slug:kind>", letter.draft_file, name="draft-file"),
    path("cases/<int:pk>/clearance/", letter.clearance, name="clearance"),
    path("cases/<int:pk>/clearance/files/<str:name>", letter.letter_file, name="letter-file"),
    path("cases/<int:pk>/notices/<str:kind>/new/", notices.notice, name="new-notice"),
    path("cases/<int:pk>/notices/<int:number>/clearance/", letter.clearance, name="notice-clearance"),
    path("cases/<int:pk>/notices/<int:number>/files/<str:name>", letter.letter_file, name="notice-file"),
    path("cases/<int:pk>/publish/", letter.publication, name="publish"),
]
