"""Forms as the pages show them: label, hint, what is wrong, input; and what is wrong once more above, as links."""

from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest


class Rendering(TemplatesSetting):
    """Renders `{{ form }}` and `{{ form.email.as_field_group }}` from web/forms/. An input has no text that vanishes while one writes."""

    form_template_name = "web/forms/form.html"
    field_template_name = "web/forms/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        if "widget" in context:
            context["widget"].get("attrs", {}).pop("placeholder", None)
        return super().render(template_name, context, request)
