"""The portal's addresses, and one that asks once more who it is."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from lontar.members.signing_in import reauthenticated
from lontar.web import urls


def weigh(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"done {request.method} {request.POST.get('what', '')}")


urlpatterns = [*urls.urlpatterns, path("weigh/", reauthenticated(weigh))]
handler400, handler403, handler404 = urls.handler400, urls.handler403, urls.handler404
handler429, handler500 = urls.handler429, urls.handler500
