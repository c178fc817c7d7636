"""Gap: CloudFormation's ``TimeToLiveSpecification`` of a table is ignored; it is set here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local.patches import Parts


def install(parts: Parts) -> None:
    """Sets TTL after a table is created or updated by a stack."""
    from ministack.services import dynamodb
    from ministack.services.cloudformation import provisioners

    del parts

    def apply(name: str, props: dict[str, Any]) -> None:
        spec = props.get("TimeToLiveSpecification") or {}
        if spec.get("AttributeName"):
            enabled = str(spec.get("Enabled", True)).lower() == "true"
            dynamodb._update_ttl({"TableName": name, "TimeToLiveSpecification": {**spec, "Enabled": enabled}})

    def with_ttl(handler: Callable[..., Any], props_at: int) -> Callable[..., Any]:
        def provision(*args: Any, **kwargs: Any) -> Any:
            result = handler(*args, **kwargs)
            apply(result[0] if isinstance(result, tuple) else str(result), args[props_at])
            return result

        return provision

    for kind in ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"):
        handlers = provisioners._RESOURCE_HANDLERS[kind]
        handlers["create"] = with_ttl(handlers["create"], 1)
        handlers["update"] = with_ttl(handlers["update"], 2)
