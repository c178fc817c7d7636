"""From a request to its consequences: events are taken in, folded into profiles, matched and acted upon."""
