"""When contacts are active, and the best time to reach one: counts, priors, choices. Pure."""
