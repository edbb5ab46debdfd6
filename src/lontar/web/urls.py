"""Which address leads where. What is not here answers that there is nothing here."""

from django.urls import include, path
from django.views.i18n import set_language

from lontar.web import views

handler400 = "lontar.web.views.not_understood"
handler403 = "lontar.web.views.not_allowed"
handler404 = "lontar.web.views.nothing_here"
handler429 = "lontar.web.views.too_many"
handler500 = "lontar.web.views.at_fault"

urlpatterns = [
    path("", views.home, name="home"),
    path("language/", set_language, name="language"),
    path("account/", include("lontar.members.signing_in.urls")),
    path("", include("lontar.members.urls")),
    path("", include("lontar.things.urls")),
    path("", include("lontar.reporting.urls")),
]
