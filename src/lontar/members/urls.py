"""The addresses of people, tokens and readers."""

from django.urls import path

from lontar.members import own_views, views

app_name = "members"
urlpatterns = [
    path("readers/", own_views.readers, name="readers"),
    path("administration/", views.administration, name="administration"),
    path("administration/agencies/", views.agencies, name="agencies"),
    path("administration/invite/", views.invite, name="invite"),
    path("administration/invitations/<uuid:invitation>/withdraw/", views.withdraw, name="withdraw"),
    path("administration/people/<uuid:subject>/", views.person, name="person"),
    path("administration/people/<uuid:subject>/ask/", views.ask, name="ask"),
    path("administration/people/<uuid:subject>/suspend/", views.suspend, name="suspend"),
    path("administration/people/<uuid:subject>/resume/", views.resume, name="resume"),
    path("administration/people/<uuid:subject>/certify/", views.certify, name="certify"),
    path("administration/people/<uuid:subject>/reset/", views.reset, name="reset"),
    path("administration/people/<uuid:subject>/password/", views.renew, name="renew"),
    path("administration/roles/<uuid:appointment>/end/", views.end, name="end"),
    path("administration/requests/<uuid:grant>/agree/", views.agree, name="agree"),
    path("administration/requests/<uuid:grant>/decline/", views.decline, name="decline"),
    path("account/", own_views.settings, name="settings"),
    path("account/acting-for/", own_views.acting_for, name="acting_for"),
    path("account/invitation/<str:secret>/", own_views.invitation, name="invitation"),
    path("account/tokens/", own_views.tokens, name="tokens"),
    path("account/tokens/<uuid:token>/end/", own_views.token_end, name="token_end"),
]
