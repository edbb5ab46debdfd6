"""The addresses of submissions, and of the catalogue as people read it."""

from django.urls import include, path

from lontar.reporting import repair_views, views

app_name = "reporting"
urlpatterns = [
    path("catalogue/", include("lontar.reporting.catalogue_pages.urls")),
    path("submissions/", views.submissions, name="submissions"),
    path("submissions/new/", views.new, name="new"),
    path("submissions/state/", views.state, name="state"),
    path("submissions/<uuid:identity>/", views.submission, name="submission"),
    path("submissions/<uuid:identity>/progress", views.progress, name="progress"),
    path("submissions/<uuid:identity>/mapping/", views.say_mapping, name="say_mapping"),
    path("submissions/<uuid:identity>/repair/", repair_views.repair, name="repair"),
    path("submissions/<uuid:identity>/repairs/<uuid:chosen>/choose/", repair_views.choose, name="choose"),
    path("submissions/<uuid:identity>/repairs/<uuid:undone>/undo/", repair_views.undo, name="undo"),
    path("submissions/<uuid:identity>/sign/", views.sign, name="sign"),
    path("submissions/<uuid:identity>/withdraw/", views.withdraw, name="withdraw"),
    path("submissions/<uuid:identity>/stop/", views.stop, name="stop"),
    path("submissions/<uuid:identity>/discard/", views.discard, name="discard"),
]
