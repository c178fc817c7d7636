"""What an account of End User Messaging has at first on the local cloud."""

from __future__ import annotations

from typing import Any

from local.settings import ACCOUNT, REGION

ARN = f"arn:aws:sms-voice:{REGION}:{ACCOUNT}"
MADE_AT = 1767225600.0


def first() -> dict[str, Any]:
    """What an account has at first: one of each kind of number, in different states."""
    numbers = [
        _number("phone-0001", "+12065550100", "TEN_DLC", "ACTIVE", "registration-10dlc"),
        _number("phone-0002", "+18885550100", "TOLL_FREE", "PENDING", "registration-tollfree"),
        _number("phone-0003", "24680", "SHORT_CODE", "ACTIVE", ""),
    ]
    name = {
        "SenderIdArn": f"{ARN}:sender-id/ACME/DE",
        "SenderId": "ACME",
        "IsoCountryCode": "DE",
        "MessageTypes": ["TRANSACTIONAL", "PROMOTIONAL"],
        "MonthlyLeasingPrice": "0.00",
        "DeletionProtectionEnabled": False,
        "Registered": False,
    }
    pool = {
        "PoolArn": f"{ARN}:pool/pool-0001",
        "PoolId": "pool-0001",
        "Status": "ACTIVE",
        "MessageType": "TRANSACTIONAL",
        "TwoWayEnabled": False,
        "SelfManagedOptOutsEnabled": False,
        "OptOutListName": "Default",
        "SharedRoutesEnabled": False,
        "DeletionProtectionEnabled": False,
        "CreatedTimestamp": MADE_AT,
    }
    return {
        "sets": {},
        "numbers": {one["PhoneNumberId"]: one for one in numbers},
        "names": [name],
        "pools": [pool],
        "registrations": [
            _registration("registration-10dlc", "US_TEN_DLC_CAMPAIGN_REGISTRATION", "COMPLETE"),
            _registration("registration-tollfree", "US_TOLL_FREE_REGISTRATION", "REVIEWING"),
        ],
    }


def _number(id_: str, number: str, kind: str, status: str, registration: str) -> dict[str, Any]:
    made = {
        "PhoneNumberArn": f"{ARN}:phone-number/{id_}",
        "PhoneNumberId": id_,
        "PhoneNumber": number,
        "Status": status,
        "IsoCountryCode": "US",
        "MessageType": "TRANSACTIONAL",
        "NumberCapabilities": ["SMS"],
        "NumberType": kind,
        "MonthlyLeasingPrice": "1.00",
        "TwoWayEnabled": False,
        "SelfManagedOptOutsEnabled": False,
        "OptOutListName": "Default",
        "DeletionProtectionEnabled": False,
        "CreatedTimestamp": MADE_AT,
    }
    return made | ({"RegistrationId": registration} if registration else {})


def _registration(id_: str, kind: str, status: str) -> dict[str, Any]:
    return {
        "RegistrationArn": f"{ARN}:registration/{id_}",
        "RegistrationId": id_,
        "RegistrationType": kind,
        "RegistrationStatus": status,
        "CurrentVersionNumber": 1,
        "CreatedTimestamp": MADE_AT,
    }
