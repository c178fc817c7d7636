"""Previews of files that only the function of imports can read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from stepwell.adapters.aws import translated
from stepwell.errors import InvalidInput, Unavailable


class LambdaPreviews:
    """See `stepwell.transfers.managing.RemotePreview`.

    Args:
        client: A `lambda` client whose read time-out is that of an HTTP request.
        function: Name or ARN of `import_profiles`.
    """

    def __init__(self, client: Any, function: str) -> None:
        self._client = client
        self._function = function

    def preview(self, tenant: str, job: str, spec: Mapping[str, Any]) -> dict[str, Any]:
        """Return the preview.

        Raises:
            InvalidInput: The file cannot be read.
            Unavailable: The function failed.
        """
        asked = {"task": "preview", "tenant": tenant, "job": job, "spec": dict(spec)}
        with translated("Lambda"):
            answer = self._client.invoke(FunctionName=self._function, Payload=json.dumps(asked).encode())
            told = json.loads(answer["Payload"].read() or b"{}")
        if answer.get("FunctionError"):
            raise Unavailable("The file could not be looked at: try again.")
        if "error" in told:
            raise InvalidInput(told["error"]["message"], code=told["error"]["code"])
        return dict(told["preview"])
