"""Stepwell: marketing automation whose graphs run as cohorts on AWS Step Functions."""
