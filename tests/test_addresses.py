"""What may be said of a cluster: an address that strangers do not reach, or a file that holds one."""

from pathlib import Path

import pytest

from gradecheck.grading.cluster.where import address


@pytest.mark.parametrize(
    "said", ["local", "tcp://127.0.0.1:8786", "tcp://[::1]:8786", "tcp://localhost:1", "tls://n7:8786"]
)
def test_an_address_that_strangers_do_not_reach_is_taken(said):
    assert address(said) == said


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("tcp://10.0.0.5:8786", "is not encrypted, but should be tls://"),
        ("tcp://node7:8786", "is not encrypted, but should be tls://"),
        ("tcp://0.0.0.0:8786", "is not encrypted, but should be tls://"),
        ("http://127.0.0.1:8786", "but should be local, tcp://HOST:PORT"),
        ("tcp://127.0.0.1", "but should be local, tcp://HOST:PORT"),
        ("tcp://:8786", "but should be local, tcp://HOST:PORT"),
        ("tcp://127.0.0.1:many", "but should be local, tcp://HOST:PORT"),
        ("nowhere.json", "nowhere.json cannot be read (No such file or directory)"),
        ("class.json", "class.json cannot be read (it holds no address of a scheduler)"),
        ("list.json", "list.json cannot be read (it holds no address of a scheduler)"),
        ("other.json", "is not encrypted, but should be tls://"),
    ],
)
def test_what_is_no_cluster_is_told(tmp_path, monkeypatch, said, why):
    monkeypatch.chdir(tmp_path)
    Path("class.json").write_text("not json")
    Path("list.json").write_text("[1]")
    Path("other.json").write_text('{"address": "tcp://10.0.0.5:8786"}')
    with pytest.raises(ValueError, match="cluster: ") as error:
        address(said)
    assert why in str(error.value)
