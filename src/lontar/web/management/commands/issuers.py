"""`lontar issuer` calls this."""

from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand

from lontar.members.signing_in.issuing import add_issuer, list_issuers, remove_issuer


class Command(BaseCommand):
    """Add, list or remove issuers, as the owner role; `told` is what is needed for it, and takes the answer."""

    help = "Add, list or remove issuers of OpenID Connect."
    stealth_options = ("verb", "told")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        told: dict[str, Any] = options["told"]
        verbs: dict[str, Callable[..., Any]] = {
            "add": add_issuer,
            "list": list_issuers,
            "remove": remove_issuer,
        }
        told["answer"] = verbs[options["verb"]](**told)
