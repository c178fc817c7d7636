"""In-memory stand-ins for every runtime port, with crash injection and a bill; see `world.World`."""

from tests.fakes.outside import (
    MemoryMachines,
    MemoryMailer,
    MemoryRate,
    MemorySecrets,
    MemorySink,
    MemoryTemplates,
    MemoryVersions,
    MemoryWorkspaces,
)
from tests.fakes.profiles import MemoryMessaging, MemoryProfiles
from tests.fakes.runs import MemoryRuns
from tests.fakes.tokens import MemoryParking, MemoryTokens
from tests.fakes.world import Bill, Crash, World

__all__ = [
    "Bill",
    "Crash",
    "MemoryMachines",
    "MemoryMailer",
    "MemoryMessaging",
    "MemoryParking",
    "MemoryProfiles",
    "MemoryRate",
    "MemoryRuns",
    "MemorySecrets",
    "MemorySink",
    "MemoryTemplates",
    "MemoryTokens",
    "MemoryVersions",
    "MemoryWorkspaces",
    "World",
]
