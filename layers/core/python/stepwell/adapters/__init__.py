"""Everything that talks to AWS or to a provider; the only place for boto3 and PynamoDB."""
