"""Reads templates written as YAML, as git and the template library keep them."""

from __future__ import annotations

from pydantic import ValidationError

from stepwell.content.models import Template
from stepwell.errors import ValidationFailed


def read_template(text: str) -> Template:
    """Read one template.

    Raises:
        ValidationFailed: Not YAML, or not a template; with all violations.
    """
    import yaml  # sending parses documents, not YAML, and should not pay for it

    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValidationFailed(
            "The template is not valid YAML.", [{"code": "yaml", "message": str(error)[:300], "place": ""}]
        ) from error
    return parse_template(document)


def parse_template(document: object) -> Template:
    """Read a template's document.

    Raises:
        ValidationFailed: Not a template; with all violations.
    """
    try:
        return Template.model_validate(document)
    except ValidationError as error:
        raise ValidationFailed(
            "The template has mistakes.",
            [
                {"code": fault["type"], "message": fault["msg"], "place": ".".join(map(str, fault["loc"]))}
                for fault in error.errors(include_url=False, include_input=False)
            ],
        ) from error
