from __future__ import annotations

import pickle

from exchange import errors


def test_the_drawing_names_every_class():
    classes = [
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, Exception)
    ]

    assert len(classes) > 10
    assert all(name in (errors.__doc__ or "") for name in classes)


def test_a_refusal_speaks_with_the_exchanges_words():
    assert str(errors.InvalidRequest("Invalid price.", 10001)) == "Invalid price. (10001)"
    assert str(errors.InvalidRequest("Invalid price.")) == "Invalid price."


def test_a_refusal_is_final_unless_said_otherwise():
    assert errors.Refused("no").is_final
    assert not errors.RateLimited("wait", is_final=False).is_final
    assert errors.RateLimited("wait").wait_seconds == 60


def test_refusals_survive_being_pickled():
    copy = pickle.loads(  # noqa: S301, our own bytes
        pickle.dumps(errors.RateLimited("wait", 11010, is_final=False, wait_seconds=3))
    )

    assert (copy.reason, copy.code, copy.is_final, copy.wait_seconds) == ("wait", 11010, False, 3)
