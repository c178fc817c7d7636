"""Which field a column probably is, by its name: the registry's own names, and what other tools call them.

The names are those that exports of Segment, HubSpot, Mailchimp, Braze and Customer.io use (their documented
default columns). A suggestion is never more than that: a person looks at it in the preview.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from stepwell.transfers.model import MAX_MAPPED, Column, ImportKind

# target: names with neither case nor anything but letters and digits
_NAMES: Mapping[str, str] = {
    "email": "email emailaddress mail mailaddress emailid primaryemail workemail contactemail",
    "user_id": "userid id externalid customerid contactid cioid recordid memberid leid uid customernumber",
    "anonymous_id": "anonymousid brazeid deviceid visitorid",
    "first_name": "firstname fname givenname forename vorname",
    "last_name": "lastname lname surname familyname nachname",
    "name": "name fullname displayname contactname",
    "phone": "phone phonenumber mobile mobilephone mobilephonenumber cell telephone smsphonenumber",
    "company": "company companyname organization organisation associatedcompany account firma",
    "job_title": "jobtitle position role",
    "title": "title",
    "country": "country countryregion countrycode land",
    "city": "city homecity town ort",
    "address": "address streetaddress",
    "postal_code": "postalcode zip zipcode plz",
    "language": "language preferredlanguage locale",
    "time_zone": "timezone tz",
    "gender": "gender sex",
    "birthday": "birthday dob dateofbirth birthdate",
    "age": "age",
    "website": "website websiteurl url companydomain",
    "industry": "industry",
    "department": "department",
    "revenue": "revenue annualrevenue",
    "company_size": "companysize numberofemployees employees",
    "lifecycle_stage": "lifecyclestage",
    "interests": "interests tags",
    "created_at": "createdat createdate optintime",
    "timestamp": "timestamp updatedat lastmodifieddate lastchanged lastupdated",
    "consent.email": "emailsubscribe emailoptin emailconsent optin subscribed marketingconsent emailsubscriptionstatus",
    "consent.sms": "smsconsent smsoptin smssubscribe",
    "consent.push": "pushsubscribe pushoptin",
}
_OF_EVENTS: Mapping[str, str] = {
    "event": "event eventname eventtype name",
    "timestamp": "timestamp time date occurredat createdat eventtime originaltimestamp sentat",
    "message_id": "messageid eventid insertid",
    "user_id": _NAMES["user_id"],
    "anonymous_id": _NAMES["anonymous_id"],
    "email": _NAMES["email"],
}


def _table(names: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for target, known in names.items():
        for name in known.split():
            found.setdefault(name, target)
    return found


_PROFILES, _EVENTS = _table(_NAMES), _table(_OF_EVENTS)


def suggest(header: Sequence[str], kind: ImportKind, attributes: Iterable[str]) -> tuple[Column, ...]:
    """Suggest where the columns of a file go; of two that fit the same field, the first one gets it.

    Args:
        header: Names of columns.
        kind: What the rows are.
        attributes: Names of the workspace's attributes.
    """
    own = {_bare(name): name for name in attributes}
    taken: set[str] = set()
    found: list[Column] = []
    for name in header:
        bare = _bare(name.removeprefix("traits.").removeprefix("context.traits."))
        if kind == "events":
            target = _EVENTS.get(bare) or _property(name)
        else:
            # The workspace's own names come first, but an address is always the address.
            target = _PROFILES.get(bare, "") if _PROFILES.get(bare) in ("email", "user_id") else ""
            target = target or own.get(bare) or _PROFILES.get(bare, "")
        if target in taken or len(taken) >= MAX_MAPPED:
            target = ""
        if target:
            taken.add(target)
        found.append(Column(source=name[:300], to=target))
    return tuple(found)


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _property(name: str) -> str:
    bare = re.sub(r"[^A-Za-z0-9_.-]+", "_", name.removeprefix("properties.").strip())[:99].strip("_.")
    return f"properties.{bare}" if bare else ""
