from __future__ import annotations

from local.demo.second_factor import code_of


def test_codes_are_those_of_rfc_6238() -> None:
    """Appendix B's test values, whose last six digits are the code."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert code_of(secret, 59) == "287082"
    assert code_of(secret, 1111111109) == "081804"
    assert code_of(secret, 20000000000) == "353130"
