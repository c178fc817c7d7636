import pytest
from stepwell.contracts.profiles import Profile
from stepwell.errors import InvalidInput, NotFound, ValidationFailed
from stepwell.profiles.schema import schema_of
from stepwell.profiles.traits import Attributes
from stepwell.publishing.contacts import NewContact, find, read_csv, upsert

from tests.fakes.publishing import TENANT
from tests.fakes.world import World


def add(world: World, *people: NewContact) -> list[str]:
    return upsert(world.profiles, TENANT, people, world.clock.now(), "test")


def test_a_contact_is_found_by_each_of_its_identities() -> None:
    world = World()
    (created,) = add(world, NewContact("Ann@Example.com", "u1", {"first_name": "Ann"}))
    for reference in (created, "ann@example.com", "u1"):
        assert find(world.profiles, TENANT, reference).id == created
    assert find(world.profiles, TENANT, "u1").traits["first_name"] == "Ann"
    with pytest.raises(NotFound):
        find(world.profiles, TENANT, "nobody")
    with pytest.raises(NotFound):
        find(world.profiles, "other", "u1")


def test_the_same_contact_twice_in_one_list_is_one_profile() -> None:
    world = World()
    first, second = add(
        world, NewContact("ann@example.com", traits={"a": 1}), NewContact("ann@example.com", traits={"b": 2})
    )
    assert first == second
    assert find(world.profiles, TENANT, first).traits == {"email": "ann@example.com", "a": 1, "b": 2}


def test_a_lost_race_is_tried_again() -> None:
    world = World()
    (profile,) = add(world, NewContact("ann@example.com"))

    def other() -> None:
        stored = world.profiles.get(TENANT, [profile])[profile]
        world.profiles.put(TENANT, [stored.evolve(traits={**stored.traits, "other": True})])

    world.on_write("profiles.put", other)
    add(world, NewContact("ann@example.com", traits={"mine": True}))
    traits = find(world.profiles, TENANT, profile).traits
    assert traits["other"] and traits["mine"]


def test_who_names_nobody_is_refused() -> None:
    world = World()
    with pytest.raises(InvalidInput):
        add(world, NewContact())
    with pytest.raises(InvalidInput):
        add(world, NewContact("no address"))


def test_csv_columns_become_fields() -> None:
    rows = list(read_csv("\ufeffE-Mail,First Name,user id\nann@example.com,Ann,u1\n\nbob@example.com,,\n"))
    assert rows == [
        NewContact("ann@example.com", "u1", {"First Name": "Ann"}),
        NewContact("bob@example.com", "", {}),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "csv_empty"),
        ("name\nAnn\n", "csv_header"),
        ("email\nnobody\n", "invalid_email"),
        ("email,user_id\n,\nann@example.com,u1\n,,x\n", "no_identity"),
    ],
)
def test_csv_faults_name_their_line(text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        list(read_csv(text))
    assert caught.value.code == code


def test_profiles_stay_profiles() -> None:
    assert Profile("a" * 16).email == ""


def test_a_workspaces_attributes_decide_what_a_value_may_be() -> None:
    world = World()
    schema = {"attributes": [{"name": "seats", "type": "number"}, {"name": "tier", "choices": ["Gold"]}]}
    own = Attributes(schema_of({**schema, "unknown": "reject"}))

    def told(**traits: object) -> str:
        people = [NewContact("ann@example.com", traits=traits)]
        return upsert(world.profiles, TENANT, people, world.clock.now(), "api", None, own)[0]

    kept = world.profiles.get(TENANT, [told(seats="12", tier="gold")])
    ((_, profile),) = kept.items()
    assert (profile.traits["seats"], profile.traits["tier"]) == (12, "Gold")
    with pytest.raises(ValidationFailed) as caught:
        told(seats="many", tier="tin", mood="good")
    assert [v["place"] for v in caught.value.violations] == [
        "contacts.0.traits.seats",
        "contacts.0.traits.tier",
        "contacts.0.traits.mood",
    ]
