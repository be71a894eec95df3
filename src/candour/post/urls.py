"""The addresses of the post, beside those of the desk."""

from django.urls import path

from candour.post import views

app_name = "post"

urlpatterns = [
    path("cases/<int:pk>/send/", views.sending, name="send"),
    path("cases/<int:pk>/notices/<int:number>/send/", views.sending, name="send-notice"),
]
