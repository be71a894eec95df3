"""Every address: the staff desk under /desk/, the public side at the root, the settings of accounts under /admin/."""

from django.contrib import admin
from django.urls import include, path

from candour.desk.views.outside import task
from candour.site.public_urls import urlpatterns as public

urlpatterns = [
    path("desk/", include("candour.desk.urls")),
    path("desk/", include("candour.desk.account_urls")),
    path("desk/", include("candour.post.urls")),
    path("task/<str:token>/", task, name="task"),
    path("desk/", include("candour.portal.staff_urls")),
    path("admin/", admin.site.urls),
    *public,
]
