"""The addresses of the post, beside those of the desk."""

from django.urls import path

from candour.post import (
    acknowledge_page,
    elsewhere_pages,
    file_pages,
    not_requests_page,
    queue_pages,
    review_pages,
    sent_pages,
    untouched_pages,
    views,
)

app_name = "post"

urlpatterns = [
    path("mail/", queue_pages.queue, name="queue"),
    path("mail/untouched/", untouched_pages.untouched, name="untouched"),
    path("mail/not-requests/", not_requests_page.page, name="not-requests"),
    path("mail/whatdotheyknow/", elsewhere_pages.not_arrived, name="not-arrived"),
    path("mail/out/", sent_pages.sent, name="sent"),
    path("mail/out/<int:pk>/", sent_pages.returned, name="returned"),
    path("mail/<int:pk>/", queue_pages.message, name="message"),
    path("mail/<int:pk>/new-request/", queue_pages.new_request, name="request-from-mail"),
    path("mail/<int:pk>/files/<int:number>/", file_pages.mail_file, name="mail-file"),
    path("mail/no-force/", queue_pages.unplaced, name="unplaced"),
    path("mail/no-force/<int:pk>/", queue_pages.unplaced_message, name="unplaced-message"),
    path("mail/no-force/<int:pk>/files/<int:number>/", file_pages.unplaced_file, name="unplaced-file"),
    path("cases/<int:pk>/acknowledge/", acknowledge_page.acknowledging, name="acknowledge"),
    path("cases/<int:pk>/send/", views.sending, name="send"),
    path("cases/<int:pk>/letters/<int:number>/send/", views.sending, name="send-notice"),
    path("cases/<int:pk>/reviews/<int:number>/send/", review_pages.sending_review, name="send-review"),
]
