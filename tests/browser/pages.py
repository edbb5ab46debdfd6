"""Every page of the portal: which route, who looks at it, and what fills its address. What is no page is excused with a reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from playwright.sync_api import Page

NOBODY, SECURED, HALFWAY = "", "secured", "halfway"
"""Who looks: nobody; somebody with codes and a passkey; the same between the password and the code. Else an address: `officer.xa`."""
TAKES_FORMS_ALONE = "takes forms, and shows nothing of its own"


@dataclass(frozen=True)
class Shown:
    """A page in one state.

    `filled` says which part of the scene (tests.browser.scenes) fills an argument of the route, or a path where no route leads there.
    `does` goes on from there by a form, to what it answers, in which `has` must be seen (a selector); `state` tells two states of one
    route apart.
    """

    route: str
    who: str = NOBODY
    filled: Mapping[str, str] = field(default_factory=dict)
    state: str = ""
    path: str = ""
    status: int = HTTPStatus.OK
    does: Callable[[Page], None] | None = None
    has: str = "h1"

    @property
    def name(self) -> str:
        """How a test calls it."""
        return "-".join(part for part in (self.route or "no_route", self.state, self.who or "nobody") if part)


GUESSES = 12
"""So many tries of a password are more than any address may have."""
REFUSED = ".problems[role=alert]"
"""What a page has that takes no form as it was sent: a list of what is to be put right."""


def _send(page: Page) -> None:
    """Send the form of the page as it is."""
    form = page.locator("main form.form").first
    with page.expect_navigation():
        form.evaluate("(form) => { form.noValidate = true; form.requestSubmit() }")


def _make_token(page: Page) -> None:
    page.locator("input[name=name]").fill("For the tests")
    page.locator("[name=topics]").first.check()
    _send(page)


def _invite(page: Page) -> None:
    page.locator("input[name=email]").fill("somebody@agency.example")
    page.locator("[name=agency]").select_option(index=1)
    page.locator("[name=roles]").first.check()
    for choice in page.locator("main form fieldset:has([type=radio])").all():
        choice.locator("[type=radio]").first.check()
    _send(page)


def _share_with_all_and_one(page: Page) -> None:
    page.locator("[name=mark][value=CLEAR]").check()
    page.locator("[name=shared_with]").first.check()
    _send(page)


def _sign_in_wrongly(page: Page) -> None:
    page.locator("input[name=login]").fill("somebody@agency.example")
    page.locator("input[name=password]").fill("wrong")
    _send(page)


def _send_too_late(page: Page) -> None:
    """Send the form when the session in which it was opened is gone."""
    page.context.clear_cookies()
    _send(page)


def _guess(page: Page) -> None:
    """Guess at a password until no more is heard."""
    for _ in range(GUESSES):
        page.locator("input[name=login]").fill("guessed@agency.example")
        page.locator("input[name=password]").fill("wrong")
        _send(page)
        if not page.locator("input[name=login]").is_visible():
            return


def _find(text: str, match: str = "") -> Callable[[Page], None]:
    """Search the list of the page for a text, or choose lines of crosswalks by their match."""

    def search(page: Page) -> None:
        page.locator("main input[name=q]").fill(text)
        if match:
            page.locator("main select[name=match]").select_option(match)
        with page.expect_navigation():
            page.locator("main form.find").evaluate("(form) => form.requestSubmit()")

    return search


def _turn_over(page: Page) -> None:
    """Go to the next page of a list."""
    with page.expect_navigation():
        page.locator("main a[rel=next]").click()


_BOATS = "/catalogue/mappings/gb/small_boats_daily/"
_CITIZENSHIPS = "/catalogue/mappings/unodc/glotip/glotip_citizenships/"
CATALOGUE = (
    Shown("reporting:catalogue:index"),
    Shown("reporting:catalogue:index", "officer.xa"),
    Shown("reporting:catalogue:indicator", path="/catalogue/indicators/irregular_entries/"),
    Shown("reporting:catalogue:indicator", state="of_money", path="/catalogue/indicators/smuggling_fees/"),
    Shown("reporting:catalogue:indicator", state="of_steps", path="/catalogue/indicators/trafficking_victims/"),
    Shown("reporting:catalogue:codelists"),
    Shown("reporting:catalogue:codelist", path="/catalogue/codelists/sex/"),
    Shown("reporting:catalogue:codelist", state="long", path="/catalogue/codelists/citizenship/", does=_turn_over, has="main a[rel=prev]"),
    Shown("reporting:catalogue:codelist", state="found", path="/catalogue/codelists/areas_former/", does=_find("republic"), has="tr.over"),
    Shown("reporting:catalogue:codelist", state="nothing", path="/catalogue/codelists/areas/", does=_find("zzz"), has="main .empty"),
    Shown("reporting:catalogue:codelist", state="absent", path="/catalogue/codelists/nothing/", status=HTTPStatus.NOT_FOUND),
    Shown("reporting:catalogue:participants"),
    Shown("reporting:catalogue:participant", path="/catalogue/participants/XA/"),
    Shown("reporting:catalogue:participant", state="office", path="/catalogue/participants/RSO/"),
    Shown("reporting:catalogue:mappings"),
    Shown("reporting:catalogue:mapping", "officer.xa", path="/catalogue/mappings/unodc/glotip/"),
    Shown("reporting:catalogue:mapping", state="months", path="/catalogue/mappings/us/usbp_monthly/"),
    Shown("reporting:catalogue:mapping", state="errors", path="/catalogue/mappings/it/sbarchi_raw/"),
    Shown("reporting:catalogue:mapping", state="plain", path="/catalogue/mappings/au/boat_arrivals/"),
    Shown("reporting:catalogue:mapping", state="chosen", path=_BOATS, does=_find("", "narrower"), has="td"),
    Shown("reporting:catalogue:crosswalk", path=_CITIZENSHIPS),
    Shown("reporting:catalogue:crosswalk", state="broader", path=_CITIZENSHIPS, does=_find("", "broader"), has="main table"),
    Shown("reporting:catalogue:crosswalk", state="nothing", path=_CITIZENSHIPS, does=_find("zzz"), has="main .empty"),
)  # fmt: skip
"""The pages of the catalogue, which are the same for everybody."""
PAGES = (
    *CATALOGUE,
    Shown("home"),
    Shown("home", "officer.xa"),
    Shown("home", "admin.xa"),
    Shown("home", "focal.xa"),
    Shown("home", "stranger"),
    Shown("", path="/nothing/", status=HTTPStatus.NOT_FOUND),
    Shown("", "officer.xa", path="/nothing/", status=HTTPStatus.NOT_FOUND),
    Shown("account_login"),
    Shown("account_login", state="refused", does=_sign_in_wrongly, has=REFUSED),
    Shown("account_login", state="too_late", does=_send_too_late, has="main a[href='/']"),
    Shown("account_login", state="too_often", does=_guess, has="main a[href='/']"),
    Shown("openid_connect_login", filled={"provider_id": "issuer"}),
    Shown("mfa_authenticate", HALFWAY),
    Shown("members:invitation", filled={"secret": "secret"}),
    Shown("members:invitation", state="refused", filled={"secret": "secret"}, does=_send, has=REFUSED),
    Shown("members:invitation", "stranger", filled={"secret": "secret"}),
    Shown("members:invitation", state="over", filled={"secret": "nothing"}, status=HTTPStatus.NOT_FOUND),
    Shown("password_forgotten"),
    Shown("password_link_sent"),
    Shown("password_new", state="over", filled={"uidb64": "nothing", "token": "nothing"}),
    Shown("password_chosen"),
    Shown("account_logout", "officer.xa"),
    Shown("account_reauthenticate", "officer.xa"),
    Shown("account_change_password", "officer.xa"),
    Shown("account_change_password", "officer.xa", state="refused", does=_send, has=REFUSED),
    Shown("usersessions_list", "officer.xa"),
    Shown("mfa_index", "officer.xa"),
    Shown("mfa_activate_totp", "officer.xa"),
    Shown("mfa_add_webauthn", "officer.xa"),
    Shown("mfa_list_webauthn", "officer.xa"),
    Shown("socialaccount_connections", "officer.xa"),
    Shown("mfa_index", SECURED),
    Shown("mfa_reauthenticate", SECURED),
    Shown("mfa_reauthenticate_webauthn", SECURED),
    Shown("mfa_deactivate_totp", SECURED),
    Shown("mfa_generate_recovery_codes", SECURED),
    Shown("mfa_view_recovery_codes", SECURED),
    Shown("mfa_list_webauthn", SECURED),
    Shown("mfa_edit_webauthn", SECURED, {"pk": "key"}),
    Shown("mfa_remove_webauthn", SECURED, {"pk": "key"}),
    Shown("members:settings", SECURED),
    Shown("members:settings", "officer.xa"),
    Shown("members:settings", "stranger"),
    Shown("members:acting_for", "both"),
    Shown("members:tokens", "officer.xa"),
    Shown("members:tokens", "officer.xa", state="refused", does=_send, has=REFUSED),
    Shown("members:tokens", "officer.xa", state="made", does=_make_token, has=".secret"),
    Shown("members:tokens", "admin.xa"),
    Shown("members:readers", "focal.xa"),
    Shown("members:readers", "officer.xa"),
    Shown("members:readers", "focal.xc"),
    Shown("things:why", "officer.xa", {"thing": "thing"}),
    Shown("reporting:submissions", "officer.xa"),
    Shown("reporting:submissions", "officer.xb", state="empty", has=".empty"),
    Shown("reporting:submissions", "admin.xa"),
    Shown("reporting:new", "officer.xa"),
    Shown("reporting:new", "officer.xa", state="refused", does=_send, has=REFUSED),
    Shown("reporting:submission", "officer.xa", {"identity": "under_way"}, state="under_way"),
    Shown("reporting:submission", "officer.xa", {"identity": "draft"}, state="unknown"),
    Shown("reporting:submission", "officer.xa", {"identity": "harmonised"}, state="done"),
    Shown("reporting:submission", "focal.xa", {"identity": "harmonised"}, state="to_sign"),
    Shown("reporting:submission", "officer.xa", {"identity": "faulty"}, state="faulty"),
    Shown("reporting:submission", "officer.xa", {"identity": "refused"}, state="refused"),
    Shown("reporting:submission", "officer.xa", {"identity": "stopped"}, state="stopped"),
    Shown("reporting:submission", "officer.xa", {"identity": "accepted"}, state="accepted"),
    Shown("reporting:state", "officer.xa"),
    Shown("reporting:state", "officer.xa", state="refused", does=_send, has=REFUSED),
    Shown("reporting:repair", "officer.xa", {"identity": "harmonised"}, state="nothing", has=".empty"),
    Shown("reporting:repair", "officer.xa", {"identity": "faulty"}, has="main fieldset"),
    Shown("reporting:withdraw", "focal.xa", {"identity": "accepted"}),
    Shown("reporting:sign", "focal.xa", {"identity": "harmonised"}),
    Shown(
        "reporting:sign",
        "focal.xa",
        {"identity": "harmonised"},
        state="refused",
        does=_share_with_all_and_one,
        has=REFUSED,
    ),
    Shown("members:administration", "admin.xa"),
    Shown("members:administration", "focal.xa"),
    Shown("members:administration", "admin.xc"),
    Shown("members:agencies", "admin.xa"),
    Shown("members:agencies", "admin.xa", state="refused", does=_send, has=REFUSED),
    Shown("members:person", "admin.xa", {"subject": "person"}),
    Shown("members:invite", "admin.xa"),
    Shown("members:invite", "admin.xa", state="refused", does=_send, has=REFUSED),
    Shown(
        "members:invite", "admin.xa", state="sent", does=_invite, has="main a[href='/administration/invite/']"
    ),
)

EXCUSED = {
    "language": TAKES_FORMS_ALONE,
    "account_set_password": "is for whoever came through an issuer and has no password; everybody else is sent on",
    "mfa_download_recovery_codes": "is a file",
    "mfa_login_webauthn": "answers the script of the page of signing in",
    "openid_connect_callback": "sends on, whatever the issuer said",
    "things:thing": "answers programs",
    "reporting:catalogue:codelist_csv": "is a file",
    "reporting:catalogue:crosswalk_csv": "is a file",
    "reporting:progress": "answers the script of a submission under way",
}
"""Route -> why nobody looks at it."""
