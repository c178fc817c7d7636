"""Which profiles are probably one person: settings, evidence, vetoes, groups and decisions. Pure.

The probabilities come from a batch job (``jobs/match_profiles``); what they may lead to is decided here.
"""
