"""Where data of one contact lies in DynamoDB: counted, deleted by key, and swept; see `publishing.erasing_ports`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from stepwell.adapters.aws import translated
from stepwell.adapters.cursors import read_cursor, write_cursor
from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.items.merges import row_key
from stepwell.adapters.items.parking import encode_due, wait_partition
from stepwell.adapters.items.personal import is_late, needles, of_config, of_profiles, redacted, without_ids
from stepwell.adapters.items.profiles import profile_key
from stepwell.adapters.items.runs import run_partition
from stepwell.adapters.items.tokens import token_partition
from stepwell.adapters.items.wire import Key, Plain, from_wire, key_of, to_wire
from stepwell.adapters.push_subscriptions import PREFIX as SUBSCRIPTION
from stepwell.adapters.push_subscriptions import owner_key
from stepwell.contracts.names import PROFILE_WORKFLOW
from stepwell.publishing.erasing_ports import Erasure, Sweep
from stepwell.runtime.ports import DueRow

PAGE, PAGES = 1_000, 20
"""Items that a page reads, and pages a message: some seconds of work."""
_PROOF = "c#"


class DynamoPersonalData:
    """See `stepwell.publishing.erasing_ports.PersonalData`.

    Args:
        engine: Table `engine`.
        runs: Table `runs`.
        profiles: Table `profiles`.
        config: Table `config`.
    """

    def __init__(
        self, engine: DynamoTable, runs: DynamoTable, profiles: DynamoTable, config: DynamoTable
    ) -> None:
        self._engine = engine
        self._runs = runs
        self._profiles = profiles
        self._config = config

    def count(self, tenant: str, erasure: Erasure, workflows: Iterable[str]) -> Mapping[str, int]:
        """Count what would be deleted, a kind."""
        tokens = self._tokens(tenant, erasure, workflows)
        own = self._own(tenant, erasure)
        return {
            "enrollments": sum("/" not in str(item["sk"]) for item in tokens),
            "active_enrollments": sum("/" not in str(item["sk"]) and item["s"] != "E" for item in tokens),
            "profiles": sum(item["sk"] == "p" and "to" not in item for item in own),
            "merged_contacts": len(erasure.people) - 1,
            "identities": len(self._pointers(tenant, erasure)),
            "messaging_records": sum(item["sk"] == "m" for item in own),
            "consent_proofs": sum(str(item["sk"]).startswith(_PROOF) for item in own),
            "push_subscriptions": sum(str(item["sk"]).startswith(SUBSCRIPTION) for item in own),
        }

    def purge(self, tenant: str, erasure: Erasure, workflows: Iterable[str]) -> Mapping[str, int]:
        """Delete what lies at known keys; runs first, for the tokens tell which they are."""
        tokens = self._tokens(tenant, erasure, workflows)
        found = Counter(runs=self._forget_in_runs(tenant, erasure, tokens), tokens=len(tokens))
        rows = [
            item
            for person in erasure.people
            for item in self._engine.query(wait_partition(tenant, person)).items
        ]
        due: list[Key] = []
        if erasure.due:
            at = datetime.fromtimestamp(erasure.due, UTC)
            row = DueRow(PROFILE_WORKFLOW, erasure.people[0], 0, at)
            due = [key_of(encode_due(tenant, row))]
        self._engine.write_many(deletes=[*due, *(key_of(item) for item in (*tokens, *rows))])
        own = self._own(tenant, erasure)
        merges = [row_key(tenant, str(item["merge"])) for item in own if "merge" in item]
        pointers = self._pointers(tenant, erasure)
        owned = [
            owner_key(tenant, str(item["sk"]).removeprefix(SUBSCRIPTION))
            for item in own
            if str(item["sk"]).startswith(SUBSCRIPTION)
        ]
        kept = {
            "profiles": len(own),
            "merges": len(merges),
            "identities": len(pointers),
            "waiting": len(rows),
        }
        keys = [
            *(key_of(item) for item in own),
            *owned,
            *pointers,
            *(key for key in merges if key is not None),
        ]
        self._profiles.write_many(deletes=keys)
        return found + Counter(kept)

    def _tokens(self, tenant: str, erasure: Erasure, workflows: Iterable[str]) -> list[Plain]:
        return [
            item
            for workflow in workflows
            for person in erasure.people
            for item in self._engine.query(token_partition(tenant, workflow, person)).items
        ]

    def _own(self, tenant: str, erasure: Erasure) -> list[Plain]:
        """Return everything that lies under the contact's own ids, those of merged contacts and of late news too."""
        made = self._profiles.get_many(profile_key(tenant, one) for one in erasure.identities)
        late = [pk for (pk, _), item in made.items() if is_late(item, erasure)]
        partitions = [*(profile_key(tenant, person)[0] for person in erasure.people), *late]
        return [item for pk in partitions for item in self._profiles.query(pk).items]

    def _pointers(self, tenant: str, erasure: Erasure) -> list[Key]:
        found = self._profiles.get_many(profile_key(tenant, one) for one in erasure.identities)
        return [key for key, item in found.items() if item.get("to") in erasure.people]

    def _forget_in_runs(self, tenant: str, erasure: Erasure, tokens: Iterable[Plain]) -> int:
        runs = {str(run) for item in tokens for run in (item["r"], *str(item.get("o", "")).split()) if run}
        for run in sorted(runs):
            for item in self._runs.query(run_partition(tenant, run)).items:
                changed = without_ids(item, erasure.people)
                if not changed:
                    continue
                aliases = {f"#{place}": name for place, name in enumerate(changed)}
                sets = ", ".join(f"{alias} = :{alias[1:]}" for alias in aliases)
                values = {f":{alias[1:]}": changed[name] for alias, name in aliases.items()}
                self._runs.update(
                    key_of(item),
                    f"SET {sets}",
                    names=aliases,
                    values=values,
                    condition="attribute_exists(pk)",
                )
        return len(runs)

    def sweep(
        self, tenant: str, erasure: Erasure, table: Sweep, cursor: str | None, *, returned: bool
    ) -> tuple[Mapping[str, int], str | None]:
        """Read some pages of a table; delete what is his and take his ids and names out of what is not."""
        swept = self._profiles if table == "profiles" else self._config
        wrapped = read_cursor(cursor, tenant)
        after: dict[str, Any] | None = wrapped["after"] if wrapped else None
        found = needles((*erasure.values, *erasure.ids))
        counts: Counter[str] = Counter()
        for _ in range(PAGES):
            items, after = _page(swept, tenant, after)
            deletes: list[Key] = []
            for item in items:
                if table == "profiles":
                    verdict = of_profiles(tenant, item, erasure, returned=returned)
                else:
                    verdict = of_config(tenant, item, erasure, found)
                counts[verdict] += 1
                if verdict == "delete":
                    deletes.append(key_of(item))
                elif verdict == "redact":
                    swept.put(redacted(item, found), condition="attribute_exists(pk)")
            swept.write_many(deletes=deletes)
            if after is None:
                break
        counts.pop("keep", None)
        return counts, write_cursor({"tenant": tenant, "after": after} if after else None)


def _page(
    table: DynamoTable, tenant: str, after: dict[str, Any] | None
) -> tuple[list[Plain], dict[str, Any] | None]:
    request: dict[str, Any] = {
        "TableName": table.name,
        "FilterExpression": "begins_with(pk, :p)",
        "ExpressionAttributeValues": to_wire({":p": f"{tenant}#"}),
        "Limit": PAGE,
    }
    if after is not None:
        request["ExclusiveStartKey"] = to_wire(after)
    with translated("DynamoDB"):
        answer = table.client.scan(**request)
    last = answer.get("LastEvaluatedKey")
    return [from_wire(item) for item in answer["Items"]], from_wire(last) if last else None
