"""The addresses of the catalogue."""

from django.urls import path

from lontar.reporting.catalogue_pages import views

app_name = "catalogue"
_MAPPING = "mappings/<slug:reporter>/<slug:table>"
urlpatterns = [
    path("", views.index, name="index"),
    path("indicators/<slug:indicator>/", views.indicator, name="indicator"),
    path("codelists/", views.all_codelists, name="codelists"),
    path("codelists/<slug:codelist>/", views.codelist, name="codelist"),
    path("codelists/<slug:codelist>.csv", views.codelist_csv, name="codelist_csv"),
    path("participants/", views.all_participants, name="participants"),
    path("participants/<slug:participant>/", views.participant, name="participant"),
    path("mappings/", views.all_mappings, name="mappings"),
    path(f"{_MAPPING}/", views.mapping, name="mapping"),
    path(f"{_MAPPING}/<path:crosswalk>.csv", views.crosswalk_csv, name="crosswalk_csv"),
    path(f"{_MAPPING}/<path:crosswalk>/", views.crosswalk, name="crosswalk"),
]
