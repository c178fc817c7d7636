"""The console's first page stays light: the bench tells the number, this holds it in every run of CI."""

from __future__ import annotations

import shutil

import pytest

from bench.console import initial_js_gzip_kb

BAR_KB = 250


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("vite") is None, reason="what builds the console is not installed")
def test_scripts_of_the_first_page_stay_under_the_bar() -> None:
    assert initial_js_gzip_kb() <= BAR_KB
