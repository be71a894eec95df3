"""Every address: the staff desk under /desk/, the public side at the root, the settings of accounts under /admin/."""

from django.contrib import admin
from django.urls import include, path

from candour.desk.views.outside import task

urlpatterns = [
    path("desk/", include("candour.desk.urls")),
    path("desk/", include("candour.post.urls")),
    path("task/<str:token>/", task, name="task"),
    path("admin/", admin.site.urls),
    path("", include("candour.portal.urls")),
]
