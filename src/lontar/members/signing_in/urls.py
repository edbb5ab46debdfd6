"""The addresses under /account/ at which one signs in and looks after one's account; of the library's, those alone that are offered."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as socialaccount
from django.urls import path

from lontar.members.signing_in import forgotten, pages
from lontar.members.signing_in.again import shown_in_full

urlpatterns = [
    path("login/", pages.sign_in, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", shown_in_full(account.password_change), name="account_change_password"),
    path("password/set/", shown_in_full(account.password_set), name="account_set_password"),
    path("password/forgotten/", forgotten.AskForLink.as_view(), name="password_forgotten"),
    path("password/forgotten/sent/", forgotten.link_is_sent, name="password_link_sent"),
    path("password/new/<uidb64>/<token>/", forgotten.ChooseAnew.as_view(), name="password_new"),
    path("password/new/done/", forgotten.password_is_chosen, name="password_chosen"),
    path("sessions/", pages.sessions, name="usersessions_list"),
    # Second factors
    path("2fa/", mfa.index, name="mfa_index"),
    path("2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/totp/activate/", shown_in_full(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", shown_in_full(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path(
        "2fa/recovery-codes/",
        shown_in_full(recovery_codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path("2fa/recovery-codes/generate/", shown_in_full(pages.new_codes), name="mfa_generate_recovery_codes"),
    path(
        "2fa/recovery-codes/download/",
        shown_in_full(recovery_codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("2fa/webauthn/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("2fa/webauthn/add/", shown_in_full(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path("2fa/webauthn/login/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path(
        "2fa/webauthn/reauthenticate/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"
    ),
    path("2fa/webauthn/keys/<int:pk>/edit/", shown_in_full(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/remove/", shown_in_full(pages.remove_key), name="mfa_remove_webauthn"),
    # Issuers
    path("issuers/", shown_in_full(socialaccount.connections), name="socialaccount_connections"),
    path("oidc/<slug:provider_id>/login/", pages.sign_in_at_issuer, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", pages.back_from_issuer, name="openid_connect_callback"),
]
