"""The addresses of things."""

from django.urls import path

from lontar.things import views

app_name = "things"
urlpatterns = [
    path("why/<uuid:thing>/", views.why, name="why"),
    path("api/things/<uuid:thing>", views.thing_as_json, name="thing"),
]
