"""What cdk-nag's AwsSolutions rules ask for and we answer with a reason instead of a change."""

from __future__ import annotations

import aws_cdk as cdk

