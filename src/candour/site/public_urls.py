"""The public addresses alone, in English at the root and in Welsh under /cy/.

A server that readers reach has these and no others (CANDOUR_SIDE=public): no address of it leads to the desk.
"""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

urlpatterns = [
    *i18n_patterns(path("", include("candour.portal.urls")), prefix_default_language=False),
]
