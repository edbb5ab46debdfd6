"""OpenID Connect with an issuer: authorisation code with state, nonce and PKCE, and an identity token that is checked in full.

OpenID Connect Core 1.0, 3.1.3.7 and 5.3.2; RFC 9700; RFC 9207.
"""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.app_settings import UID_MAX_LENGTH
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by a key that the issuer alone holds."""
SCOPE = ("openid", "email")
_LEEWAY = 60
_MFA = frozenset(
    {"mfa", "http://schemas.openid.net/pape/policies/2007/06/multi-factor", "https://refeds.org/profile/mfa"}
)
"""How issuers say in `amr` (RFC 8176) or `acr` that a second factor was shown."""


class IssuerEndpoint(OpenIDConnectOAuth2Adapter):
    """Talks to one issuer."""

    nonce = ""
    _provider: IssuerProvider | None = None

    def get_provider(self) -> IssuerProvider:
        """Give the issuer, looked up once. Raises SocialApp.DoesNotExist where there is none of that short name."""
        self._provider = self._provider or super().get_provider()
        return self._provider

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the issuer publishes of itself. Raises OAuth2Error where it is another issuer's."""
        config: dict[str, Any] = super().openid_config
        if config.get("issuer") != self.get_provider().app.issuer.url:
            raise OAuth2Error("another issuer answers")
        return config

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **told: Any) -> Any:
        """Check the identity token, and give who signs in. Raises OAuth2Error."""
        claims = self._claims(app, str(told["response"].get("id_token", "")))
        if "email" not in claims:
            more = self._fetch_user_info(token.token)
            if more.get("sub") != claims["sub"]:
                raise OAuth2Error("what the issuer says is of somebody else")
            claims |= {name: more[name] for name in ("email", "email_verified") if name in more}
        return self.get_provider().sociallogin_from_response(request, claims)

    def _claims(self, app: Any, token: str) -> dict[str, Any]:
        try:
            key, algorithm = self._key(token)
            claims: dict[str, Any] = jwt.decode(
                token, key, algorithms=[algorithm], audience=app.client_id, issuer=app.issuer.url, leeway=_LEEWAY,
                options={"require": ["exp", "iat", "iss", "aud", "sub", "nonce"]},
            )  # fmt: skip
        except (jwt.PyJWTError, ValueError, KeyError, TypeError) as error:
            raise OAuth2Error("the identity token is not right") from error
        is_for_us = claims.get("azp", app.client_id) == app.client_id
        if not (self.nonce and is_for_us and hmac.compare_digest(str(claims["nonce"]), self.nonce)):
            raise OAuth2Error("the identity token is of another sign-in")
        return claims

    def _key(self, token: str) -> tuple[Any, str]:
        """Give the issuer's key that a token names, and the way of signing."""
        header = jwt.get_unverified_header(token)
        if header["alg"] not in ALGORITHMS:
            raise jwt.InvalidAlgorithmError
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        keys = jwt.PyJWKSet.from_dict(answer.json()).keys
        named = [key for key in keys if header.get("kid") in {None, key.key_id}]
        if len(named) != 1:
            raise jwt.InvalidKeyError
        return named[0].key, header["alg"]


class IssuerProvider(OpenIDConnectProvider):
    """One issuer, as the library sees it."""

    oauth2_adapter_class = IssuerEndpoint
    supports_token_authentication = False

    @property
    def sub_id(self) -> str:
        """What accounts there are known by: never the same for another issuer, whatever its short name."""
        return str(self.app.issuer.id)

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **_told: Any
    ) -> HttpResponse:  # fmt: skip
        """Send somebody to the issuer. Nothing of what is asked there can be given from outside."""
        del process, data
        nonce = secrets.token_urlsafe(32)
        answer: HttpResponse = super().redirect(
            request, "login", next_url, None, auth_params={"nonce": nonce}, scope=list(SCOPE), nonce=nonce
        )
        return answer

    def sociallogin_from_response(self, request: HttpRequest, response: dict[str, Any]) -> Any:
        """Give who signs in, with the issuer and whether it saw a second factor; nothing else that it told is kept."""
        login = super().sociallogin_from_response(request, response)
        login.issuer = self.app.issuer
        login.has_second_factor = self.app.issuer.second_factor and says_second_factor(response)
        login.email = str(response.get("email", "")).lower() if response.get("email_verified") is True else ""
        return login

    def extract_uid(self, data: dict[str, Any]) -> str:
        """The issuer's name for a person, which it never gives to another."""
        name = str(data["sub"])
        return name if len(name) <= UID_MAX_LENGTH else sha256(name.encode()).hexdigest()

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Nothing is kept."""
        return {}

    def serialize(self) -> dict[str, Any]:
        """Named by its short name, since two issuers may know us by the same client id."""
        return {"id": self.app.provider_id}


class Callback(OAuth2CallbackView):
    """Where the issuer sends people back to."""

    def _get_state(self, request: HttpRequest, provider: IssuerProvider) -> tuple[Any, Any]:
        state, response = super()._get_state(request, provider)
        said = request.GET.get("iss")
        if state and said is not None and said != provider.app.issuer.url:
            state = state | {"nonce": ""}
        self.adapter.nonce = (state or {}).get("nonce", "")
        return state, response


def says_second_factor(claims: dict[str, Any]) -> bool:
    """Whether an issuer says that a second factor was shown."""
    methods = claims.get("amr")
    told = {str(one) for one in methods} if isinstance(methods, list) else set()
    return bool(_MFA & (told | {str(claims.get("acr", ""))}))
