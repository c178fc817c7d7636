"""Answers of lead forms: webhooks name a lead only, what was answered is asked for.

Meta: https://developers.facebook.com/docs/marketing-api/guides/lead-ads/retrieving (`leads_retrieval`). LinkedIn:
https://learn.microsoft.com/en-us/linkedin/marketing/lead-sync/leadsync (`r_marketing_leadgen_automation`, which
LinkedIn grants to admitted apps); answers name questions, whose meaning (`EMAIL`, `FIRST_NAME`, …) the form tells.
Read 2026-11-23.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from stepwell.adapters.linkedin_rest import LinkedInRest, key
from stepwell.adapters.meta_graph import Graph
from stepwell.adapters.social_http import Means, part, parts
from stepwell.contracts.leads import Lead
from stepwell.contracts.social import Account, Tokens

_FORM = re.compile(r"leadGenForm:(\d+)")


class FacebookLeads:
    """See `stepwell.contracts.leads.LeadForms`.

    Args:
        means: What it works with.
    """

    def __init__(self, means: Means) -> None:
        self._graph = Graph("Facebook", means)

    def lead(self, account: Account, tokens: Tokens, lead: str) -> Lead:  # noqa: ARG002
        """Return a form that was sent."""
        fields = "id,form_id,field_data,custom_disclaimer_responses"
        said = self._graph.get(lead, tokens.access, {"fields": fields})
        answers = {
            str(one.get("name") or "").lower(): ", ".join(str(value) for value in one.get("values") or [])
            for one in parts(said.get("field_data"))
        }
        ticks = [
            one.get("is_checked") in (True, "1", "true")
            for one in parts(said.get("custom_disclaimer_responses"))
        ]
        return Lead(lead, str(said.get("form_id") or ""), _known(answers), all(ticks) if ticks else None)


class LinkedInLeads:
    """See `stepwell.contracts.leads.LeadForms`.

    Args:
        means: What it works with.
    """

    def __init__(self, means: Means) -> None:
        self._rest = LinkedInRest(means)

    def lead(self, account: Account, tokens: Tokens, lead: str) -> Lead:  # noqa: ARG002
        """Return a form that was sent."""
        said = self._rest.get(f"/rest/leadFormResponses/{key(lead)}", tokens)
        found = _FORM.search(str(said.get("versionedLeadGenFormUrn") or ""))
        form = found[1] if found else ""
        names = self._names(tokens, form) if form else {}
        response = part(said.get("formResponse"))
        answers = {
            (
                names.get(one.get("questionId")) or str(one.get("name") or one.get("questionId"))
            ).lower(): _text(one)
            for one in parts(response.get("answers"))
        }
        ticks = [one.get("accepted") is True for one in parts(response.get("consentResponses"))]
        return Lead(lead, form, _known(answers), all(ticks) if ticks else None)

    def _names(self, tokens: Tokens, form: str) -> dict[Any, str]:
        said = self._rest.get(f"/rest/leadForms/{key(form)}", tokens)
        questions = parts(part(said.get("content")).get("questions"))
        return {
            one.get("questionId"): str(one.get("predefinedField") or one.get("name") or "")
            for one in questions
        }


def _text(one: Mapping[str, Any]) -> str:
    return str(part(part(one.get("answerDetails")).get("textQuestionAnswer")).get("answer") or "")


def _known(answers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in answers.items() if name and value}
